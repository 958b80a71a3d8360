"""Progress of a recipe: counts work, reports it now and then, and leaves when asked to."""

from __future__ import annotations

import time

from runner.manifest import RunFolder

REPORT_EVERY_SECONDS = 0.5


class Progress:
    """Call it with the units just done. A cancelled run ends there without artifacts; a stopped one starts again later.

    `is_old` units were done by an earlier attempt: they count as done, and say nothing of the pace.
    """

    def __init__(self, folder: RunFolder, total: int, unit: str) -> None:
        self.folder, self.total, self.unit = folder, total, unit
        self.done = self.old = 0
        self.began = self.reported = time.monotonic()

    def __call__(self, count: int, is_old: bool = False) -> None:
        """Count and report. Raises SystemExit when the run was cancelled or stopped."""
        if self.folder.cancel_requested():
            self.folder.finish({})
            raise SystemExit(0)
        if self.folder.stop_requested():
            self.folder.pause()
        self.done += count
        self.old += count if is_old else 0
        if self.done == self.old:
            return
        now = time.monotonic()
        if now - self.reported > REPORT_EVERY_SECONDS or self.done == self.total:
            self.reported = now
            eta = (now - self.began) / (self.done - self.old) * (self.total - self.done)
            data = {"done": self.done, "total": self.total, "unit": self.unit, "eta_seconds": round(eta, 1)}
            self.folder.emit("progress", data=data)
