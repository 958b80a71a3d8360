"""What a machine runs out of: memory and disk, as errors with a sentence; and how a run leaves room for others."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

from runner.errors import ErrorCode, RunnerError
from runner.settings import Settings

# Linux ends the process with the highest score first: a run can be started again, a database is everyone's.
OOM_SCORE = 800
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def prepare_process() -> None:
    """Before a recipe allocates anything: its memory limit, and its place in the line when the machine has too little."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    limit = Settings.from_env().run_memory_bytes
    if limit is not None:
        import resource

        # Memory of its own, not address space, so it is within a few percent of the peak that the badge and the dry run compare.
        # What goes beyond fails where it is asked for. With a GPU it still limits the host's memory, which they do not look at.
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def exhausted(error: BaseException) -> RunnerError | None:
    """The error as OUT_OF_MEMORY or DISK_FULL, None when it is something else."""
    text = str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return out_of_memory()
    if (isinstance(error, OSError) and error.errno in FULL) or "No space left on device" in text:
        return RunnerError(
            ErrorCode.DISK_FULL,
            "The disk of the training machine is full, so the run stopped. Free some space, then start a new run.",
            retryable=True,
        )
    # torch has classes and words of its own; importing it here would cost every process seconds.
    is_torch = type(error).__name__ == "OutOfMemoryError"
    says_so = any(words in text for words in ("t allocate memory", "not enough memory", "failed to map segment"))
    if isinstance(error, MemoryError) or is_torch or says_so:
        return out_of_memory()
    return None


def out_of_memory() -> RunnerError:
    """The run wanted more memory than it may have."""
    return RunnerError(
        ErrorCode.OUT_OF_MEMORY,
        "The run needs more memory than this machine has. Use a smaller batch or shorter rows.",
    )
