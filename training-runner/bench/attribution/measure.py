"""How well scores predict retrains: agreements, their bootstrap intervals, and the choice of a method's settings.

Scores S [items, rows] are positive where a row lowers an item's loss, so without the rows R item j's loss should rise by
the sum of S[j, R]. Only ranks are compared: LDS is the mean over items of Spearman's correlation, over retrains, between
what the kept rows' scores sum to and minus the loss (the linear datamodeling score of TRAK, arXiv 2303.14186).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
DRAWS = 400
FEWEST_RETRAINS = 6


@dataclass(frozen=True)
class Truth:
    """Retrains of one kind: `kept` [retrains, rows] is 1 where a row stayed; `losses` [seeds, retrains, items] in nats."""

    kept: Floats
    losses: Floats

    @property
    def mean(self) -> Floats:
        """Over seeds [retrains, items]."""
        found: Floats = self.losses.mean(0)
        return found

    def part(self, which: slice) -> Truth:
        """Some of the retrains."""
        return Truth(self.kept[which], self.losses[:, which])

    def __len__(self) -> int:
        return len(self.kept)


def spearman(a: Floats, b: Floats) -> Floats:
    """Rank correlation of each column of a and b [retrains, items] -> [items]; 0 where a column is constant."""
    x, y = (rankdata(values, axis=0) for values in (a, b))
    x, y = x - x.mean(0), y - y.mean(0)
    length = np.sqrt((x**2).sum(0) * (y**2).sum(0))
    found: Floats = np.divide((x * y).sum(0), length, out=np.zeros(x.shape[1]), where=length > 0)
    return found


def predicted(scores: Floats, kept: Floats) -> Floats:
    """What the kept rows' scores sum to [retrains, items]."""
    found: Floats = kept @ scores.T
    return found


def lds(scores: Floats, truth: Truth) -> float:
    """Mean over items of the rank correlation with the truth."""
    return float(spearman(predicted(scores, truth.kept), -truth.mean).mean())


def aggregate(scores: Floats, truth: Truth) -> float:
    """The same for the mean test loss: one correlation."""
    return float(spearman(predicted(scores, truth.kept).mean(1, keepdims=True), -truth.mean.mean(1, keepdims=True))[0])


def effects(truth: Truth, people: Sequence[str], seed: int | None = None) -> Floats:
    """What each contributor (alphabetical) did to the mean test loss, positive = lowered it: least squares over retrains.

    Of one seed's losses or, where None, of their mean.
    """
    names = sorted(set(people))
    first = np.array([people.index(name) for name in names])
    there = np.column_stack([truth.kept[:, first], np.ones(len(truth))])
    losses = (truth.mean if seed is None else truth.losses[seed]).mean(1)
    found: Floats = -np.linalg.lstsq(there, losses, rcond=None)[0][:-1]
    return found


def totals(scores: Floats, people: Sequence[str]) -> Floats:
    """Each contributor's rows' scores, summed over rows and averaged over items, in alphabetical order."""
    by_row = scores.mean(0)
    return np.array([by_row[[who == name for who in people]].sum() for name in sorted(set(people))])


def rank_agreement(a: Floats, b: Floats) -> float:
    """Rank correlation of two lists."""
    return float(spearman(a[:, None], b[:, None])[0])


def ceiling(truth: Truth) -> float | None:
    """LDS of one seed's losses with another's: what no method can pass by much. None with one seed."""
    if len(truth.losses) < 2:
        return None
    return float(spearman(truth.losses[0], truth.losses[1]).mean())


def perfect(agreement: float, seeds: int) -> float:
    """LDS that the exact expectation would have with the mean of so many seeds, from two seeds' agreement (Spearman-Brown)."""
    agreement = max(agreement, 0.0)
    return float(np.sqrt(seeds * agreement / (1 + (seeds - 1) * agreement)))


def resamples(retrains: int, items: int, draws: int = DRAWS) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Bootstrap draws of retrains and of items, the same for every method so that differences are paired."""
    draw = np.random.default_rng(5)
    return [(draw.integers(0, retrains, retrains), draw.integers(0, items, items)) for _ in range(draws)]


def lds_draws(scores: Floats, truth: Truth) -> Floats:
    """LDS of each bootstrap draw."""
    sums, losses = predicted(scores, truth.kept), -truth.mean
    return np.array(
        [spearman(sums[np.ix_(r, i)], losses[np.ix_(r, i)]).mean() for r, i in resamples(len(truth), losses.shape[1])]
    )


def aggregate_draws(scores: Floats, truth: Truth) -> Floats:
    """Aggregate LDS of each bootstrap draw."""
    sums, losses = predicted(scores, truth.kept), -truth.mean
    return np.array(
        [
            spearman(sums[np.ix_(r, i)].mean(1, keepdims=True), losses[np.ix_(r, i)].mean(1, keepdims=True))[0]
            for r, i in resamples(len(truth), losses.shape[1])
        ]
    )


def agreement_draws(scores: Floats, truth: Truth, people: Sequence[str]) -> Floats:
    """Contributor rank agreement of each bootstrap draw of retrains and items."""
    found = []
    for r, i in resamples(len(truth), truth.losses.shape[2]):
        drawn = Truth(truth.kept[r], truth.losses[:, r][:, :, i])
        found.append(rank_agreement(totals(scores[i], people), effects(drawn, people)))
    return np.array(found)


def interval(draws: Floats) -> list[float]:
    """95 %: 2.5 and 97.5 percentiles."""
    return [float(x) for x in np.percentile(draws, [2.5, 97.5])]


def halves_of(truth: Truth) -> tuple[Truth, Truth]:
    """(for choosing settings, for reporting): every second retrain each, no retrain in both."""
    return truth.part(slice(0, None, 2)), truth.part(slice(1, None, 2))


def choose(candidates: Mapping[str, Floats], tuning: Truth) -> str:
    """The setting with the highest LDS on the retrains for choosing; among equals the first."""
    return max(candidates, key=lambda name: lds(candidates[name], tuning))


def enough(truth: Truth | None, unknown: int = 0) -> bool:
    """Can anything be said from these retrains? Of so many unknown effects only with two retrains more than those."""
    return truth is not None and len(truth) >= max(FEWEST_RETRAINS, unknown + 3 if unknown else 0)


def rounded(value: Any, digits: int = 6) -> Any:
    """Numbers inside lists and objects, shortened to so many digits; what is not finite becomes None."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if np.isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(inner, digits) for key, inner in value.items()}
    return [rounded(inner, digits) for inner in value] if isinstance(value, list) else value
