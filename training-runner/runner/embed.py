"""The process that embeds and compares: `python -m runner.embed`, started by runner/embed_engine.py, spoken to in JSON lines.

In:  {"id", "op": "embed", "texts"}, {"id", "op": "nearest", "chunks", "first", "count", "skip"}, {"id", "op": "map", "vectors"}
Out: {"id", "result"} or {"id", "error": {code, message, retryable}}

One request at a time, one thread, at the lowest priority: chats, trainings and pages come first. The model is loaded with
the first text, so a process that only compares stays small. When the input ends, so does the process.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any

from runner import vectors
from runner.blobs import BlobStore
from runner.errors import ErrorCode, RunnerError
from runner.limits import exhausted
from runner.minilm import DIMENSIONS, ID, Embedder
from runner.settings import Settings

# Memory of its own: 0.65 GB at 32 texts of 256 tokens, 0.2 GB for 1,000 rows against 100,000.
MEMORY_BYTES = 2 << 30


class Worker:
    """Keeps the model once a text has come."""

    def __init__(self) -> None:
        self.blobs = BlobStore(Settings.from_env().vectors_dir)
        self.embedder: Embedder | None = None

    def answer(self, request: dict[str, Any]) -> Any:
        """The result of one request. Raises RunnerError."""
        if request["op"] == "embed":
            self.embedder = self.embedder or Embedder()
            made = self.embedder.embed(request["texts"]).numpy().astype("<f2")
            return {"model": ID, "dimensions": DIMENSIONS, "vectors": base64.b64encode(made.tobytes()).decode()}
        if request["op"] == "nearest":
            paths = [self.blobs.get(sha256) for sha256 in request["chunks"]]
            return {"nearest": vectors.nearest(paths, request["first"], request["count"], request["skip"])}
        return vectors.draw(self.blobs.get(request["vectors"]))

    def reply(self, request: dict[str, Any]) -> dict[str, Any]:
        """The line that goes back, whatever happens."""
        try:
            return {"id": request["id"], "result": self.answer(request)}
        except RunnerError as error:
            return {"id": request["id"], "error": error.as_dict()}
        except Exception as error:
            traceback.print_exc()
            message = "The vectors could not be computed. The runner's log has the details."
            known = exhausted(error) or RunnerError(ErrorCode.INTERNAL, message)
            return {"id": request["id"], "error": known.as_dict()}


def main() -> None:
    """Until the input ends."""
    # If memory runs out on this machine, this process goes first: what it makes can be made again.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    worker = Worker()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(worker.reply(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
