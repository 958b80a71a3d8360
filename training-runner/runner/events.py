"""A run's event log and crash-safe file writing."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EVENTS_FILE = "events.jsonl"


def now() -> str:
    """The current time, RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def atomic_write(path: Path, data: bytes) -> None:
    """Write so that after any crash the file is either the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def atomic_write_json(path: Path, value: object) -> None:
    """`atomic_write` of JSON with sorted keys; NaN and infinity are refused."""
    atomic_write(path, json.dumps(value, sort_keys=True, allow_nan=False).encode())


def read_lines(path: Path) -> list[bytes]:
    """The log's whole lines. A last line without its newline was torn by a crash and is left out."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def read_events(path: Path, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Events with seq > after, at most `limit`, and the newest seq. Line n holds seq n: `EventLog` sees to it."""
    lines = read_lines(path)
    return [json.loads(line) for line in lines[after : after + limit]], len(lines)


class EventLog:
    """Appends events to a run's log. One writer at a time: the recipe while it lives, else the manager.

    A torn last line is cut when the log is opened, so `seq` always equals the line number. Lines are not
    fsynced one by one: a killed process loses none of them, and after a power cut the run resumes from a
    checkpoint that is fsynced.
    """

    def __init__(self, run_dir: Path, attempt: int) -> None:
        self.path = run_dir / EVENTS_FILE
        self.attempt = attempt
        self._file = self.path.open("ab")
        lines = read_lines(self.path)
        self._file.truncate(sum(len(line) + 1 for line in lines))
        self.seq = len(lines)

    def emit(
        self,
        type: str,
        message: str = "",
        data: dict[str, Any] | None = None,
        level: str = "info",
    ) -> int:
        """Append one event and return its seq. Raises ValueError when `data` holds NaN or infinity."""
        event = {
            "seq": self.seq + 1,
            "attempt": self.attempt,
            "created_at": now(),
            "level": level,
            "type": type,
            "message": message,
            "data": data or {},
        }
        self._file.write(json.dumps(event, allow_nan=False).encode() + b"\n")
        self._file.flush()
        self.seq += 1
        return self.seq

    def close(self) -> None:
        """Flush to disk and close; once closed, nothing more."""
        if self._file.closed:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
