"""Retrains brought together into what scores are compared with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.attribution import draw
from bench.attribution.draw import Retrain
from bench.attribution.measure import Truth
from bench.attribution.retrain import Losses, Retrainer, within


@dataclass(frozen=True)
class Wanted:
    """How many retrains of each kind, and with which seeds."""

    subsets: int
    groups: int
    owns: int
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Truths:
    """By kind (draw.py); a kind without a retrain of every seed is not in it."""

    by_kind: dict[str, Truth]
    made: int
    """Retrains of this call; the others were on disk."""
    seconds: float
    """Of those."""
    missing: int
    """Retrains that the time did not suffice for."""


def gather(retrainer: Retrainer, wanted: Wanted, seconds: float) -> Truths:
    """Retrain for so many seconds, and put everything that is known together. Raises DataProblem as `check`."""
    people = [row.contributor for row in retrainer.problem.rows]
    jobs = list(draw.plan(people, wanted.subsets, wanted.groups, wanted.owns, wanted.seeds))
    before = sum(retrainer.path(job).exists() for job in jobs)
    if old := next((job for job in jobs if retrainer.path(job).exists()), None):
        retrainer.check(old)
    began = time.monotonic()
    known = dict(within(retrainer, jobs, began + seconds))
    took = time.monotonic() - began
    kinds = {kind: collect(known, kind, len(people), wanted.seeds) for kind in dict.fromkeys(job.kind for job in jobs)}
    found = {kind: truth for kind, truth in kinds.items() if truth is not None}
    return Truths(found, len(known) - before, took, len(jobs) - len(known))


def collect(known: dict[Retrain, Losses], kind: str, rows: int, seeds: Sequence[int]) -> Truth | None:
    """The retrains of a kind that are there with every seed it has, in their order."""
    of_kind = {(one.number, one.seed): (one, losses) for one, losses in known.items() if one.kind == kind}
    used = list(seeds) if kind not in draw.OWN_SHARE else list(seeds[:1])
    numbers = [n for n in sorted({n for n, _ in of_kind}) if all((n, seed) in of_kind for seed in used)]
    if not numbers:
        return None
    kept = np.zeros((len(numbers), rows))
    for place, number in enumerate(numbers):
        kept[place, list(of_kind[number, used[0]][0].kept)] = 1
    return Truth(kept, np.array([[of_kind[number, seed][1] for number in numbers] for seed in used]))
