"""Divide an improvement among those whose rows made it: Shapley values from retrainings, and integer shares.

A game: v(S) is how much lower the loss of the sealed questions is after training on the rows of the groups S than at a zero
point that belongs to nobody (runner/divide.py says which). The Shapley value of a group is its mean marginal contribution over
all orders in which the groups could have come (Shapley 1953); the values sum to v(all) exactly. With few groups every subset is
trained, else orders are sampled, each with its reverse (Castro, Gomez, Tejada 2009; antithetic pairs: Mitchell, Cooper, Frank,
Holmes 2022), which keeps the sum exact.

Everything is computed per question and is linear, so an interval follows by resampling questions, orders and seeds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Subset = frozenset[str]
Values = NDArray[np.float64]
DRAWS = 2_000
WHOLE = 10_000


def all_subsets(groups: Sequence[str]) -> list[Subset]:
    """Every non-empty subset, the largest first."""
    return [frozenset(chosen) for size in range(len(groups), 0, -1) for chosen in itertools.combinations(groups, size)]


def exact_shapley(groups: Sequence[str], value: Callable[[Subset], Values]) -> Values:
    """[groups, questions] from all subsets; `value` of the empty one is not asked: it is zero."""
    n = len(groups)
    found = []
    for group in groups:
        others = [other for other in groups if other != group]
        total: Values | float = 0.0
        for size in range(n):
            weight = 1 / (n * math.comb(n - 1, size))
            for chosen in itertools.combinations(others, size):
                without = frozenset(chosen)
                total = total + weight * (value(without | {group}) - (value(without) if without else 0.0))
        found.append(total)
    return np.stack([np.asarray(each) for each in found])


def order_pairs(groups: Sequence[str], seed: int) -> Iterator[tuple[list[str], list[str]]]:
    """Random orders, each with its reverse; the same for the same seed, without end."""
    draw = np.random.default_rng(seed)
    while True:
        order = [groups[k] for k in draw.permutation(len(groups))]
        yield order, order[::-1]


def marginals(groups: Sequence[str], order: Sequence[str], value: Callable[[Subset], Values]) -> Values:
    """[groups, questions]: what each group adds when they come in this order. The rows sum to the value of all."""
    found: dict[str, Values] = {}
    before: Values | float = 0.0
    for k, group in enumerate(order):
        after = value(frozenset(order[: k + 1]))
        found[group] = after - before
        before = after
    return np.stack([found[group] for group in groups])


def bootstrap(samples: Values, seed: int = 0) -> Values:
    """Means [draws, groups] over resampled samples and questions of `samples` [samples, groups, questions].

    A single sample (every subset trained, one seed) leaves the questions alone to be resampled.
    """
    draw = np.random.default_rng(seed)
    count, _, questions = samples.shape
    found = np.empty((DRAWS, samples.shape[1]))
    for k in range(DRAWS):
        picked = samples[draw.integers(0, count, count)].mean(0)
        found[k] = picked[:, draw.integers(0, questions, questions)].mean(1)
    return found


def certain_shares(floors: Sequence[float], improvement: float) -> list[float]:
    """Share of the improvement that each group certainly earned: the positive part of its value's 10th percentile.

    They sum to at most 1, since what harm others did is not charged to anybody.
    """
    earned = [max(0.0, floor) for floor in floors]
    whole = max(improvement, sum(earned))
    return [each / whole if whole > 0 else 0.0 for each in earned]


def basis_points(shares: Sequence[float], whole: int = WHOLE) -> list[int]:
    """Integers that sum to `whole` exactly: largest remainder (Hamilton), the earlier one among equals. Shares sum to 1."""
    if not shares:
        return []
    exact = [share * whole for share in shares]
    points = [math.floor(each + 1e-9) for each in exact]
    by_remainder = sorted(range(len(shares)), key=lambda k: (-(exact[k] - points[k]), k))
    for k in by_remainder[: whole - sum(points)]:
        points[k] += 1
    return points


def divide_points(certain: Sequence[float], clusters: Sequence[int]) -> list[dict[str, int]]:
    """Basis points of each group: certain, of the equal pool, and both, which sum to 10,000.

    The pool is what is not certain; it goes to accepted clusters in equal parts, each to whoever brought it first.
    """
    of_all = sum(clusters)
    pool = max(0.0, 1.0 - sum(certain))
    both = basis_points([c + pool * count / of_all for c, count in zip(certain, clusters, strict=True)])
    fixed = [min(math.floor(c * WHOLE + 1e-9), total) for c, total in zip(certain, both, strict=True)]
    return [{"certain": c, "pool": total - c, "total": total} for c, total in zip(fixed, both, strict=True)]


def owners(clusters: Sequence[str], groups: Sequence[str]) -> tuple[list[int], Mapping[str, int]]:
    """(rows that are first of their cluster, clusters by the group that brought the first row).

    Later rows of a cluster are near-copies: they add nothing, so nothing is valued twice.
    """
    seen: set[str] = set()
    first: list[int] = []
    count: dict[str, int] = dict.fromkeys(groups, 0)
    for k, (cluster, group) in enumerate(zip(clusters, groups, strict=True)):
        if cluster in seen:
            continue
        seen.add(cluster)
        first.append(k)
        count[group] += 1
    return first, count
