"""A method's scores for each setting that may be chosen, handed from the process that computes them to the one that compares."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOST_SETTINGS = 12


@dataclass(frozen=True)
class Candidate:
    """Scores of one setting [items, rows], positive = the row lowers the item's loss, and the CPU seconds they took.

    CPU seconds: everything runs on one thread, and a busy machine would count against whoever ran then.
    """

    setting: str
    scores: NDArray[np.float64]
    seconds: float


def write_candidates(path: Path, made: Iterable[Candidate]) -> None:
    """One .npz with the scores, and a note with seconds and this process's peak memory."""
    found = list(made)
    assert 0 < len(found) <= MOST_SETTINGS, "every method has the same tuning budget"
    np.savez(path, scores=np.stack([one.scores for one in found]))
    note = {
        "settings": [one.setting for one in found],
        "seconds": [one.seconds for one in found],
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    path.with_suffix(".json").write_text(json.dumps(note))


def read_candidates(path: Path) -> tuple[list[Candidate], int]:
    """What `write_candidates` wrote, and the peak memory in bytes."""
    note = json.loads(path.with_suffix(".json").read_text())
    with np.load(path) as kept:
        given = zip(note["settings"], kept["scores"], note["seconds"], strict=True)
        return [Candidate(*one) for one in given], note["peak_bytes"]
