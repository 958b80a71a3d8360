"""Runs as processes. All state lies in a run's folder, so that this process may die at any time and be started again.

A run is over when result.json or error.json exists; it is running when the process in pid.json lives; otherwise it
waits for its turn. Children are started by fork + exec in a session of their own: they outlive this process and are
found again by pid and start time.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from runner.blobs import BlobStore
from runner.errors import ErrorCode, RunnerError
from runner.events import EVENTS_FILE, EventLog, atomic_write, atomic_write_json, now, read_events
from runner.fit import memory_of
from runner.machine import device
from runner.manifest import EXIT_BUSY, read_json, spec_bytes, write_pid
from runner.registry import registry
from runner.schemas import ErrorBody, Event, EventPage, Progress, RunState, Spec
from runner.settings import PACKAGE_ROOT, Settings

# In a row, without a new checkpoint in between: a run of days survives any number of interruptions.
MAX_DEATHS = 3
# Seconds long, and a person waits in front of them: they may run beside a training where memory allows.
SHORT_RECIPES = {"dry_run", "generate"}
# Nobody waits for these; they let everything pass that comes due within the hour, and are never put off for longer.
PATIENT_RECIPES = {"ability", "influence", "replay"}
PATIENCE_SECONDS = 3600.0
# A process started only to hand over a cancelled run's best needs time for its imports.
FINISHING_FACTOR = 12
SHUTDOWN_GRACE_SECONDS = 3.0
# A process's start time is computed from the boot time, which moves a little when the clock is set.
START_TIME_TOLERANCE_SECONDS = 2.0


class Manager:
    """Starts, watches, restarts and cancels runs. Safe to call from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.blobs = BlobStore(settings.blobs_dir, settings.blob_max_bytes)
        settings.runs_dir.mkdir(parents=True, exist_ok=True)
        settings.blobs_dir.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._folder_lock = (settings.data_dir / "lock").open("ab")
        try:
            fcntl.flock(self._folder_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunnerError(
                ErrorCode.RUN_BUSY, f"Another runner already works in {settings.data_dir}. Stop it or choose another RUNNER_DATA."
            ) from error
        for draft in settings.runs_dir.glob(".*"):
            shutil.rmtree(draft)
        folders = list(settings.runs_dir.iterdir())
        self._active = sorted((path for path in folders if not is_over(path)), key=_order)
        for run_dir in self._active:
            self._excuse(run_dir)

    def _excuse(self, run_dir: Path) -> None:
        """A process that ended while no runner was there went down with it (a reboot, a stop): no fault of the run."""
        attempts = _attempts(run_dir)
        if not attempts["settled"] and living_pid(run_dir) is None:
            atomic_write_json(run_dir / "attempts.json", {**attempts, "settled": True})

    def put(self, run_id: str, spec: Spec, due: float | None = None) -> RunState:
        """Create the run, or return it when it exists with the same spec.

        Runs that wait are started in the order of `due` (seconds since 1970; now, when not given), which never changes:
        a caller that adds a run's expected length to its arrival lets short runs pass long ones, each only so far.
        Raises RUN_SPEC_DIFFERS when it exists with another, BLOB_MISSING when an input was not uploaded.
        """
        with self._lock:
            run_dir = self.settings.runs_dir / run_id
            if not run_dir.exists():
                self._create(run_dir, spec, due)
                self._active.append(run_dir)
                self._active.sort(key=_order)
                self.tick()
            elif (run_dir / "run.json").read_bytes() != spec_bytes(spec):
                raise RunnerError(
                    ErrorCode.RUN_SPEC_DIFFERS,
                    f"The run {run_id} exists with another configuration or other inputs. Choose a new id.",
                )
            return self.state(run_id)

    def state(self, run_id: str) -> RunState:
        """What the folder says now. Raises NOT_FOUND."""
        run_dir = self._find(run_id)
        result = read_json(run_dir / "result.json") or {}
        error = read_json(run_dir / "error.json") if not result else None
        if result:
            status = result["status"]
        elif error:
            status = "failed"
        else:
            status = "running" if self._is_running(run_dir) else "queued"
        spec = read_json(run_dir / "run.json") or {}
        meta = read_json(run_dir / "meta.json") or {}
        events, seq = read_events(run_dir / EVENTS_FILE, 0, sys.maxsize)
        return RunState(
            id=run_id,
            recipe=spec["recipe"],
            status=status,
            attempt=_attempts(run_dir)["attempt"],
            seq=seq,
            position=self._position(run_dir) if status == "queued" else None,
            progress=_progress(events),
            error=ErrorBody(code=error["code"], message=error["message"], retryable=error["retryable"]) if error else None,
            artifacts=result.get("artifacts", {}),
            manifest_sha256=result.get("manifest_sha256"),
            created_at=meta["created_at"],
            finished_at=(result or error or {}).get("finished_at"),
        )

    def events(self, run_id: str, after: int, limit: int) -> EventPage:
        """Events with seq > after, oldest first, at most `limit`. Raises NOT_FOUND."""
        events, last = read_events(self._find(run_id) / EVENTS_FILE, after, limit)
        return EventPage(events=[Event(**event) for event in events], last_seq=last)

    def cancel(self, run_id: str) -> RunState:
        """Ask the run to stop; twice is as good as once, and a run that is over stays as it is. Raises NOT_FOUND."""
        with self._lock:
            run_dir = self._find(run_id)
            if not is_over(run_dir) and not (run_dir / "cancel.json").exists():
                atomic_write_json(run_dir / "cancel.json", {"requested_at": now()})
                self._signal(run_dir, signal.SIGTERM)
                self.tick()
            return self.state(run_id)

    def tick(self) -> None:
        """Look after every run that is not over: settle the dead, stop the cancelled, start the next in line."""
        with self._lock:
            waiting = []
            running = []
            for run_dir in list(self._active):
                if self._is_running(run_dir):
                    running.append(run_dir)
                    self._escalate(run_dir)
                elif is_over(run_dir) or self._settle(run_dir):
                    self._active.remove(run_dir)
                    self._children.pop(run_dir.name, None)
                else:
                    waiting.append(run_dir)
            for run_dir in next_to_start(waiting, running, self.settings):
                self._launch(run_dir)

    def _position(self, run_dir: Path) -> int | None:
        with self._lock:
            waiting = [path for path in self._active if path == run_dir or not (self._is_running(path) or is_over(path))]
        return waiting.index(run_dir) + 1 if run_dir in waiting else None

    def shutdown(self) -> None:
        """Stop all processes; their runs go on from their checkpoints when a runner is started again."""
        with self._lock:
            running = [run_dir for run_dir in self._active if self._is_running(run_dir)]
            for run_dir in running:
                atomic_write_json(run_dir / "attempts.json", {**_attempts(run_dir), "settled": True})
                self._signal(run_dir, signal.SIGTERM)
            self._wait_for_end(running, SHUTDOWN_GRACE_SECONDS)
            for run_dir in running:
                self._signal(run_dir, signal.SIGKILL)
            self._wait_for_end(running, 1.0)
            self._folder_lock.close()

    def _wait_for_end(self, running: list[Path], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(map(self._is_running, running)):
            time.sleep(0.02)

    def _find(self, run_id: str) -> Path:
        run_dir = self.settings.runs_dir / run_id
        if not run_dir.is_dir():
            raise RunnerError(ErrorCode.NOT_FOUND, f"There is no run {run_id} on this runner.")
        return run_dir

    def _create(self, run_dir: Path, spec: Spec, due: float | None) -> None:
        inputs = {name: sha256 for name, sha256 in spec.inputs.model_dump().items() if sha256 is not None}
        for sha256 in inputs.values():
            self.blobs.get(sha256)
        # Made under another name and renamed: a folder that exists under the run's id is whole.
        draft = run_dir.with_name(f".{run_dir.name}.{uuid.uuid4().hex}")
        (draft / "inputs").mkdir(parents=True)
        for name, sha256 in inputs.items():
            (draft / "inputs" / name).symlink_to(Path("../../../blobs") / sha256[:2] / sha256)
        (draft / "blobs").symlink_to(Path("../../blobs"))
        atomic_write(draft / "run.json", spec_bytes(spec))
        wanted = (time.time() if due is None else due) + (PATIENCE_SECONDS if spec.recipe in PATIENT_RECIPES else 0)
        atomic_write_json(draft / "meta.json", {"created_at": now(), "due": wanted, "order": time.time_ns()})
        draft.rename(run_dir)

    def _process(self, run_dir: Path) -> int | None:
        """The living process of a run, which also leads its process group."""
        child = self._children.get(run_dir.name)
        if child is not None and child.poll() is None:
            return child.pid
        return living_pid(run_dir)

    def _is_running(self, run_dir: Path) -> bool:
        return self._process(run_dir) is not None

    def _signal(self, run_dir: Path, number: signal.Signals) -> None:
        pid = self._process(run_dir)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)

    def _escalate(self, run_dir: Path) -> None:
        cancel = read_json(run_dir / "cancel.json")
        if cancel is None:
            return
        waited = (datetime.fromisoformat(now()) - datetime.fromisoformat(cancel["requested_at"])).total_seconds()
        if waited > self.settings.cancel_grace_seconds * (FINISHING_FACTOR if cancel.get("is_finishing") else 1):
            self._signal(run_dir, signal.SIGKILL)

    def _settle(self, run_dir: Path) -> bool:
        """Deal with the end of a run's process; True when the run is over by it."""
        attempts = _attempts(run_dir)
        cancel = read_json(run_dir / "cancel.json")
        if cancel is not None and not cancel.get("is_finishing") and has_checkpoint(run_dir):
            return False
        if cancel is not None:
            atomic_write_json(
                run_dir / "result.json",
                {"status": "cancelled", "artifacts": {}, "manifest_sha256": None, "finished_at": now()},
            )
            return True
        if attempts["settled"]:
            return False
        child = self._children.pop(run_dir.name, None)
        code = child.returncode if child else None
        reached = newest_checkpoint(run_dir)
        before = attempts["deaths"] if reached == attempts["reached"] else 0
        deaths = before + (code != EXIT_BUSY)
        if deaths >= MAX_DEATHS:
            error = death_of(code)
            _log(run_dir, attempts["attempt"], "error", error.message)
            atomic_write_json(run_dir / "error.json", {**error.as_dict(), "finished_at": now()})
            return True
        if code != EXIT_BUSY:
            _log(
                run_dir,
                attempts["attempt"],
                "warn",
                f"The process ended unexpectedly (attempt {attempts['attempt']}). It is started again from its last checkpoint.",
            )
        atomic_write_json(run_dir / "attempts.json", {**attempts, "deaths": deaths, "reached": reached, "settled": True})
        return False

    def _launch(self, run_dir: Path) -> None:
        attempts = _attempts(run_dir)
        number = attempts["attempt"] + 1
        if (run_dir / "cancel.json").exists():
            # Cancelled while no process lived, or killed for being slow: once more, only to hand over the best so far.
            atomic_write_json(run_dir / "cancel.json", {"requested_at": now(), "is_finishing": True})
        atomic_write_json(run_dir / "attempts.json", {**attempts, "attempt": number, "settled": False})
        recipe = (read_json(run_dir / "run.json") or {})["recipe"]
        env = {name: value for name, value in os.environ.items() if name != "RUNNER_TOKEN"}
        env |= {
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(PACKAGE_ROOT),
            "RUNNER_BASES": str(self.settings.bases_dir),
        }
        with (run_dir / "log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", f"runner.recipes.{recipe}", str(run_dir)],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children[run_dir.name] = child
        # Written here because the child's imports take seconds, in which this process may die and be started again.
        write_pid(run_dir, child.pid, number)


def is_over(run_dir: Path) -> bool:
    """Whether the run has ended, well or not."""
    return (run_dir / "result.json").exists() or (run_dir / "error.json").exists()


def has_checkpoint(run_dir: Path) -> bool:
    """Whether an interrupted run left something to go on from, or to keep when it was cancelled."""
    return newest_checkpoint(run_dir) is not None


def newest_checkpoint(run_dir: Path) -> str | None:
    """The name of the furthest point that an interrupted run can go on from."""
    return max((path.name for path in (run_dir / "checkpoints").glob("resume-*.safetensors")), default=None)


def living_pid(run_dir: Path) -> int | None:
    """The pid in pid.json, if that very process still runs: same start time, and not a zombie."""
    entry = read_json(run_dir / "pid.json")
    if entry is None:
        return None
    try:
        process = psutil.Process(entry["pid"])
        is_same = abs(process.create_time() - entry["create_time"]) < START_TIME_TOLERANCE_SECONDS
        is_dead = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return None
    return process.pid if is_same and not is_dead else None


def death_of(code: int | None) -> RunnerError:
    """The error of a process that ended without saying why. An adopted process's exit code is unknown (None)."""
    if code is None or code == -signal.SIGKILL:
        return RunnerError(
            ErrorCode.OOM_OR_KILLED,
            f"The process was killed {MAX_DEATHS} times in a row, most often for lack of memory. "
            "Free some memory or use a smaller batch, then start a new run.",
            retryable=True,
        )
    return RunnerError(
        ErrorCode.CRASHED,
        f"The process ended unexpectedly {MAX_DEATHS} times in a row (exit code {code}). "
        "The runner's log of this run has the details.",
    )


def _attempts(run_dir: Path) -> dict[str, Any]:
    # settled: the end of the latest process has been dealt with (or none was started yet).
    # reached: the checkpoint that the latest death fell back to.
    first = {"attempt": 0, "deaths": 0, "reached": None, "settled": True}
    return first | (read_json(run_dir / "attempts.json") or {})


def next_to_start(waiting: Sequence[Path], running: Sequence[Path], settings: Settings) -> list[Path]:
    """Which of the waiting, in their order, start now: as many as there are slots, and one short one beside them."""
    short = [path for path in running if _recipe(path) in SHORT_RECIPES]
    # A short run that got a slot of its own, because nothing else wanted it, still leaves the slot to a training.
    slots = max(0, settings.max_parallel - (len(running) - len(short)))
    chosen = []
    for run_dir in waiting:
        if _recipe(run_dir) in SHORT_RECIPES:
            if not short and (len(running) == 0 or has_room_for(run_dir, settings)):
                short.append(run_dir)
                chosen.append(run_dir)
        elif slots > 0:
            slots -= 1
            chosen.append(run_dir)
    return chosen


def has_room_for(run_dir: Path, settings: Settings) -> bool:
    """Whether the machine has memory for this run beside what runs already. A GPU is never shared."""
    if device(settings.device) == "cuda":
        return False
    base = registry(settings.bases_dir, settings.bases_cache).get((read_json(run_dir / "run.json") or {})["config"]["base"])
    return base is None or memory_of(base).training_bytes < psutil.virtual_memory().available


def _recipe(run_dir: Path) -> str:
    return str((read_json(run_dir / "run.json") or {})["recipe"])


def _order(run_dir: Path) -> tuple[float, int]:
    meta = read_json(run_dir / "meta.json") or {}
    # Runs of an earlier version were due when they came.
    return meta.get("due", meta["order"] / 1e9), meta["order"]


def _log(run_dir: Path, attempt: int, level: str, message: str) -> None:
    events = EventLog(run_dir, attempt)
    events.emit("message", message, level=level)
    events.close()


def _progress(events: list[dict[str, Any]]) -> Progress | None:
    """From the newest event that tells: progress {done,total,unit,eta_seconds} or metrics {step,total_steps,eta_seconds}."""
    for event in reversed(events):
        data = event["data"]
        if event["type"] == "progress":
            return Progress(done=data["done"], total=data["total"], unit=data["unit"], eta_seconds=data.get("eta_seconds"))
        if event["type"] == "metrics":
            return Progress(done=data["step"], total=data["total_steps"], unit="steps", eta_seconds=data.get("eta_seconds"))
    return None
