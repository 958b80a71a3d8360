"""Which retrains a problem needs, in an order whose every beginning is of use: a time budget may end it anywhere."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HALVES, PEOPLE, OWN_5, OWN_50 = "halves", "people", "own-5", "own-50"
OWN_SHARE = {OWN_5: 0.05, OWN_50: 0.5}


@dataclass(frozen=True)
class Retrain:
    """A training without some rows. `own`: their weights are zero, and order, schedule and steps stay those of the whole run.

    Else they are gone, as a person means it: fewer rows in another order.
    """

    kind: str
    number: int
    kept: tuple[int, ...]
    seed: int

    @property
    def own(self) -> bool:
        """By weights, not by true removal."""
        return self.kind in OWN_SHARE


def halves(rows: int, count: int) -> list[tuple[int, ...]]:
    """Rows that stay: random halves."""
    draw = random.Random(101)
    return [tuple(sorted(draw.sample(range(rows), rows // 2))) for _ in range(count)]


def people(contributors: Sequence[str], count: int) -> list[tuple[int, ...]]:
    """Rows that stay when one to half of the contributors are gone: each choice once, at most `count` of them."""
    names = sorted(set(contributors))
    most = max(1, len(names) // 2)
    draw = random.Random(102)
    gone: dict[tuple[str, ...], None] = {}
    possible = sum(1 for size in range(1, most + 1) for _ in itertools.combinations(names, size))
    while len(gone) < min(count, possible):
        gone.setdefault(tuple(sorted(draw.sample(names, draw.randint(1, most)))))
    return [tuple(i for i, name in enumerate(contributors) if name not in without) for without in gone]


def own(rows: int, share: float, count: int) -> list[tuple[int, ...]]:
    """Rows that keep their weight when a share of all loses it."""
    draw = random.Random(f"own {share}")
    return [tuple(sorted(draw.sample(range(rows), rows - round(rows * share)))) for _ in range(count)]


def plan(contributors: Sequence[str], subsets: int, groups: int, owns: int, seeds: Sequence[int]) -> Iterator[Retrain]:
    """All retrains, the kinds taken in turn by how many there are of each."""
    rows = len(contributors)
    queues: list[list[Retrain]] = []
    for kind, kept, with_seeds in (
        (HALVES, halves(rows, subsets), seeds),
        (PEOPLE, people(contributors, groups), seeds),
        (OWN_5, own(rows, OWN_SHARE[OWN_5], owns), seeds[:1]),
        (OWN_50, own(rows, OWN_SHARE[OWN_50], owns), seeds[:1]),
    ):
        queues.append([Retrain(kind, number, rest, seed) for number, rest in enumerate(kept) for seed in with_seeds])
    placed = [((k + 0.5) / len(queue), at, one) for at, queue in enumerate(queues) for k, one in enumerate(queue)]
    return (one for _, _, one in sorted(placed, key=lambda place: place[:2]))
