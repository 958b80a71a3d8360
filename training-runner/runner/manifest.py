"""A run's folder as a recipe sees it: its spec, its inputs, what it reports and what it leaves behind.

run.json        the RunSpec, canonical JSON          inputs/<name>    links to blobs
events.jsonl    the log                              artifacts/<name> what the run made
pid.json        the living process                   checkpoints/     the recipe's own, for resuming
result.json     how it ended well, or cancelled      error.json       how it failed
cancel.json     someone asked to cancel              blobs/           the store, shared by all runs
reserve         room to say so when the disk is full
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import psutil
import rfc8785

from runner import __version__, limits, stop
from runner.blobs import BlobStore, sha256_file
from runner.errors import ErrorCode, RunnerError
from runner.events import EventLog, atomic_write, atomic_write_json, now
from runner.schemas import RUN_SPEC, AbilitySpec, DryRunSpec, EvaluateSpec, ExportSpec, GenerateSpec, InfluenceSpec, LoraSftSpec

Spec = LoraSftSpec | DryRunSpec | EvaluateSpec | AbilitySpec | InfluenceSpec | GenerateSpec | ExportSpec

RESERVE_BYTES = 64 * 1024
EXIT_FAILED = 1
EXIT_BUSY = 76
MANIFEST_FORMAT = "modelfactory.runner/1"


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON: the bytes every hash of ours is taken over."""
    return rfc8785.dumps(value)


def spec_bytes(spec: Spec) -> bytes:
    """What run.json holds: equal specs have equal bytes."""
    return canonical(spec.model_dump(mode="json"))


def read_json(path: Path) -> dict[str, Any] | None:
    """An object from a file of the run folder, None when there is no such file."""
    try:
        value: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return value


def write_pid(run_dir: Path, pid: int, attempt: int) -> None:
    """Note which process works on a run. A process that is gone already is not noted."""
    with contextlib.suppress(psutil.NoSuchProcess):
        entry = {"pid": pid, "create_time": psutil.Process(pid).create_time(), "attempt": attempt}
        atomic_write_json(run_dir / "pid.json", entry)


class RunFolder:
    """Claims a run's folder for this process. Raises RUN_BUSY when another process works in it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self._lock = (self.path / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise RunnerError(ErrorCode.RUN_BUSY, "Another process already works on this run.") from error
        self.attempt: int = (read_json(self.path / "attempts.json") or {"attempt": 1})["attempt"]
        write_pid(self.path, os.getpid(), self.attempt)
        self.spec: Spec = RUN_SPEC.validate_json((self.path / "run.json").read_bytes())
        self.blobs = BlobStore(self.path / "blobs")
        self._reserve = self.path / "reserve"
        with contextlib.suppress(OSError):
            self._reserve.write_bytes(b"\0" * RESERVE_BYTES)
        self.events = EventLog(self.path, self.attempt)

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.events.close()
        self._reserve.unlink(missing_ok=True)
        self._lock.close()

    @property
    def checkpoints(self) -> Path:
        """Where the recipe keeps what it needs to resume; made on first use."""
        folder = self.path / "checkpoints"
        folder.mkdir(exist_ok=True)
        return folder

    def has_input(self, name: str) -> bool:
        """Whether the spec names this optional input."""
        return getattr(self.spec.inputs, name, None) is not None

    def input(self, name: str) -> Path:
        """The path of an input, re-hashed. Raises BLOB_MISSING or BLOB_HASH."""
        expected = getattr(self.spec.inputs, name, None)
        path = self.path / "inputs" / name
        if expected is None or not path.is_file():
            raise RunnerError(ErrorCode.BLOB_MISSING, f"The run has no input named {name}.")
        return self._checked(path, expected, f"The input {name}")

    def blob(self, sha256: str) -> Path:
        """The path of a stored file that an input refers to, re-hashed. Raises BLOB_MISSING or BLOB_HASH."""
        return self._checked(self.blobs.get(sha256), sha256, "A stored file")

    def emit(
        self,
        type: str,
        message: str = "",
        data: dict[str, Any] | None = None,
        level: str = "info",
    ) -> int:
        """Log an event: "message", "metrics", "progress" {done,total,unit,eta_seconds} or "checkpoint"."""
        return self.events.emit(type, message, data, level)

    def write_artifact(self, name: str, content: bytes | Path) -> str:
        """Store a result under its hash and as artifacts/<name>; returns the hash."""
        sha256 = self.write_blob(content)
        target = self.path / "artifacts" / name
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(Path("..") / "blobs" / sha256[:2] / sha256)
        return sha256

    def write_blob(self, content: bytes | Path) -> str:
        """Store a file that is not a named artifact (an attribution checkpoint); returns the hash."""
        return self.blobs.put_file(content) if isinstance(content, Path) else self.blobs.put_bytes(content)

    def cancel_requested(self) -> bool:
        """Someone cancelled the run: keep the best so far and finish."""
        return (self.path / "cancel.json").exists()

    def stop_requested(self) -> bool:
        """Stop at the next step: the run was cancelled, or the runner shuts down (then save and call `pause`)."""
        return stop.requested() or self.cancel_requested()

    def pause(self) -> NoReturn:
        """Leave without a result; the runner starts the run again from its checkpoint."""
        self.__exit__()
        raise SystemExit(128 + 15)

    def finish(self, artifacts: dict[str, str]) -> str:
        """End the run with these artifacts {name: sha256}; returns the run manifest's hash.

        The status is "cancelled" when someone cancelled, else "succeeded". The manifest holds no times and no
        attempt, so an interrupted and an unbroken run have the same one.
        """
        spec = self.spec.model_dump(mode="json")
        manifest = {
            "format": MANIFEST_FORMAT,
            "runner": __version__,
            "recipe": spec["recipe"],
            "config": spec["config"],
            "inputs": spec["inputs"],
            "artifacts": artifacts,
        }
        sha256 = self.blobs.put_bytes(canonical(manifest))
        atomic_write_json(
            self.path / "result.json",
            {
                "status": "cancelled" if self.cancel_requested() else "succeeded",
                "artifacts": artifacts,
                "manifest_sha256": sha256,
                "finished_at": now(),
            },
        )
        return sha256

    def fail(self, code: ErrorCode, message: str, retryable: bool = False) -> None:
        """End the run with an error. The process should exit after it."""
        error = RunnerError(code, message, retryable)
        # On a full disk this is the room for the reason.
        self._reserve.unlink(missing_ok=True)
        self.events.emit("message", message, {"code": str(code)}, "error")
        atomic_write_json(self.path / "error.json", {**error.as_dict(), "finished_at": now()})

    def _checked(self, path: Path, expected: str, what: str) -> Path:
        found = sha256_file(path)
        if found != expected:
            raise RunnerError(
                ErrorCode.BLOB_HASH,
                f"{what} hashes to {found}, not to {expected}: the file was changed. Upload it again.",
            )
        return path


def prepare_run(run_dir: Path, spec: Spec, inputs: dict[str, Path]) -> None:
    """Make a folder that a recipe can be run in from a shell, without the HTTP service."""
    (run_dir / "inputs").mkdir(parents=True, exist_ok=True)
    (run_dir / "blobs").mkdir(exist_ok=True)
    for name, source in inputs.items():
        atomic_write(run_dir / "inputs" / name, source.read_bytes())
    atomic_write(run_dir / "run.json", spec_bytes(spec))


def run_recipe(work: Callable[[RunFolder], None]) -> NoReturn:
    """The main of every recipe: `python -m runner.recipes.<name> RUN_DIR`.

    Exit codes: 0 finished or cancelled, 1 failed with error.json, 76 another process has the run, 143 paused.
    """
    if len(sys.argv) != 2:
        raise SystemExit(f"Use: python -m {sys.argv[0]} RUN_DIR")
    limits.prepare_process()
    try:
        folder = RunFolder(sys.argv[1])
    except RunnerError as error:
        print(error.message, file=sys.stderr)
        raise SystemExit(EXIT_BUSY) from error
    with folder:
        try:
            work(folder)
        except RunnerError as error:
            folder.fail(error.code, error.message, error.retryable)
            raise SystemExit(EXIT_FAILED) from error
        except Exception as error:
            with contextlib.suppress(Exception):
                traceback.print_exc()
            known = limits.exhausted(error) or RunnerError(
                ErrorCode.CRASHED,
                f"The run stopped on an unexpected error ({type(error).__name__}). The runner's log has the details.",
            )
            folder.fail(known.code, known.message, known.retryable)
            raise SystemExit(EXIT_FAILED) from error
    raise SystemExit(0)
