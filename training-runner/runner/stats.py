"""Statistics of a before/after comparison on one test set. Every rate is a fraction 0..1 and every comparison is paired.

`fixed` counts items the second arm gets right and the first wrong; `broken` the reverse.
From a shell: `python -m runner.stats power --n 160 --discordant 0.3` prints the smallest gain that test can find.
"""

import argparse
import functools
import json
import math
from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, binomtest, norm

ALPHA = 0.05
MIN_TEST_ITEMS = 50
MIN_CLUSTERS = 120
# Share of an independent data set that goes into the test, when a run cannot tell its own.
USUAL_TEST_SHARE = 0.2

Verdict = Literal["better", "worse", "not_enough_evidence", "not_measured"]


class Comparison(TypedDict):
    """One paired comparison of two arms, as it stands in evaluation.json."""

    arm_a: str
    arm_b: str
    fixed: int
    broken: int
    both_right: int
    both_wrong: int
    difference: float
    interval: list[float]
    p_value: float
    vs_majority_p_value: float | None
    verdict: Verdict
    reason: str
    min_detectable: float | None
    rows_needed: int | None


def clopper_pearson(correct: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of one rate (Clopper & Pearson 1934), by scipy. (0, 1) when n is 0."""
    if n == 0:
        return 0.0, 1.0
    interval = binomtest(correct, n).proportion_ci(confidence_level=confidence, method="exact")
    return float(interval.low), float(interval.high)


def mcnemar(fixed: int, broken: int) -> float:
    """Two-sided exact McNemar p: a sign test on the items that changed. 1.0 when none changed."""
    if fixed + broken == 0:
        return 1.0
    return float(binomtest(fixed, fixed + broken, 0.5).pvalue)


def agresti_min(fixed: int, broken: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the paired difference (fixed - broken) / n: 0.5 added to each of the four cells, then Wald, cut to [-1, 1].

    Agresti & Min 2005, Statistics in Medicine 24:729-740 ("Wald+2"). Neither scipy nor statsmodels has it.
    """
    z = float(norm.ppf(0.5 + confidence / 2))
    total = n + 2
    centre = (fixed - broken) / total
    spread = math.sqrt((fixed + broken + 1) - (fixed - broken) ** 2 / total) / total
    return max(-1.0, centre - z * spread), min(1.0, centre + z * spread)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm-adjusted p values in the given order (statsmodels)."""
    if not p_values:
        return []
    # Imported here: statsmodels pulls in pandas, over a second, for this one step.
    from statsmodels.stats.multitest import multipletests

    return [float(p) for p in multipletests(list(p_values), method="holm")[1]]


@functools.lru_cache(maxsize=4)
def insignificant(n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each number of changed items 1..n, the most fixed ones that are not yet significant."""
    changed = np.arange(1, n + 1)
    return changed, binom.isf(ALPHA / 2, changed, 0.5)


def mcnemar_power(n: int, discordant: float, gain: float) -> float:
    """Chance that the exact McNemar test (two-sided, 5 %) finds a true gain.

    `discordant` is the share of items on which the arms differ, `gain` the true difference of the rates; gain <= discordant.
    Sums over the number of changed items m ~ Binomial(n, discordant) and of fixed ones among them,
    Binomial(m, (discordant + gain) / 2 / discordant).
    """
    changed, largest_insignificant = insignificant(n)
    found = binom.sf(largest_insignificant, changed, (discordant + gain) / (2 * discordant))
    return float(np.sum(binom.pmf(changed, n, discordant) * found))


def power(n: int, discordant: float = 0.2, chance: float = 0.8) -> float | None:
    """Smallest true gain that n test items find with the given chance, or None when none is large enough (n under 6).

    Exact; close to 2.8 * sqrt(discordant / n) for n >= 100. A gain cannot exceed the share of items that change, so a
    `discordant` smaller than the gain counts as all changes being gains.
    """
    if n < 1 or mcnemar_power(n, 1.0, 1.0) < chance:
        return None
    low, high = 0.0, 1.0
    for _ in range(20):
        gain = (low + high) / 2
        if mcnemar_power(n, max(discordant, gain), gain) < chance:
            low = gain
        else:
            high = gain
    return high


def compare(
    arm_a: str,
    right_a: Sequence[bool],
    arm_b: str,
    right_b: Sequence[bool],
    majority: Sequence[bool] | None,
    clusters: int | None,
    failed: int,
) -> Comparison:
    """Compare two arms item by item and give the verdict on arm_b.

    Better = exact McNemar p < .05 and, by its own exact McNemar p < .05, better than always giving the most frequent
    training answer. `clusters` counts independent groups in the whole data set (None: not known, so not a reason to
    withhold), `failed` the items a scorer could not score in either arm or the majority.
    """
    n = len(right_a)
    fixed = sum(b and not a for a, b in zip(right_a, right_b, strict=True))
    broken = sum(a and not b for a, b in zip(right_a, right_b, strict=True))
    both_right = sum(a and b for a, b in zip(right_a, right_b, strict=True))
    p_value = mcnemar(fixed, broken)
    majority_p, beats_majority = None, False
    if majority is not None:
        won = sum(b and not m for m, b in zip(majority, right_b, strict=True))
        lost = sum(m and not b for m, b in zip(majority, right_b, strict=True))
        majority_p = mcnemar(won, lost)
        beats_majority = won > lost and majority_p < ALPHA
    verdict, reason, rows_needed = judge(n, clusters, failed, fixed, broken, p_value, beats_majority)
    return {
        "arm_a": arm_a,
        "arm_b": arm_b,
        "fixed": fixed,
        "broken": broken,
        "both_right": both_right,
        "both_wrong": n - fixed - broken - both_right,
        "difference": (fixed - broken) / n if n else 0.0,
        "interval": list(agresti_min(fixed, broken, n)),
        "p_value": p_value,
        "vs_majority_p_value": majority_p,
        "verdict": verdict,
        "reason": reason,
        "min_detectable": power(n, (fixed + broken) / n) if n else None,
        "rows_needed": rows_needed,
    }


def chance_words(p_value: float) -> str:
    """How often chance alone would do as much, for a person; the same words as `chanceWords` of server/evaluation/words.ts."""
    if p_value < 1e-6:
        return "less than once in a million times"
    if p_value < 0.1:
        return f"about once in {float(f'{1 / p_value:.2g}'):,.0f} times"
    return "nearly every time" if p_value > 0.995 else f"about {100 * p_value:.0f} times in 100"


def judge(
    n: int, clusters: int | None, failed: int, fixed: int, broken: int, p_value: float, beats_majority: bool
) -> tuple[Verdict, str, int | None]:
    """The verdict, one sentence for the person, and how many more independent rows a verdict needs (None: none)."""
    if failed:
        return (
            "not_measured",
            f"SCORER_FAILED: {failed} of {n} test items could not be scored, so nothing is concluded.",
            None,
        )
    if n < MIN_TEST_ITEMS:
        share = n / clusters if clusters and n else USUAL_TEST_SHARE
        needed = max(math.ceil((MIN_TEST_ITEMS - n) / share), MIN_CLUSTERS - (clusters or 0), 1)
        return (
            "not_measured",
            f"The test has {n} questions and {MIN_TEST_ITEMS} are needed. Add about {needed} more different rows.",
            needed,
        )
    if clusters is not None and clusters < MIN_CLUSTERS:
        needed = MIN_CLUSTERS - clusters
        return (
            "not_measured",
            f"The data holds {clusters} independent groups of rows and {MIN_CLUSTERS} are needed. "
            f"Add about {needed} more different rows.",
            needed,
        )
    changed = f"{fixed} questions fixed, {broken} broken, of {n}"
    often = chance_words(p_value)
    if p_value < ALPHA and broken > fixed:
        return "worse", f"{changed}: more got worse than chance explains; chance alone would do this {often}.", None
    if p_value < ALPHA and beats_majority:
        return "better", f"{changed}: more got better than chance explains; chance alone would do this {often}.", None
    if p_value < ALPHA:
        return (
            "not_enough_evidence",
            f"{changed}, but it is not shown to beat always giving the most frequent training answer.",
            None,
        )
    if fixed + broken < 6:
        return "not_enough_evidence", f"{changed}: fewer than 6 changed answers can never show a difference.", None
    return "not_enough_evidence", f"{changed}: chance alone may explain this; it would do as much {often}.", None


def main() -> None:
    """Print one figure as JSON."""
    parser = argparse.ArgumentParser(prog="python -m runner.stats")
    command = parser.add_subparsers(dest="command", required=True).add_parser("power", help="smallest gain a test can find")
    command.add_argument("--n", type=int, required=True, help="test items")
    command.add_argument("--discordant", type=float, default=0.2, help="share of items whose answer changes, 0..1")
    command.add_argument("--chance", type=float, default=0.8, help="chance of finding it")
    given = parser.parse_args()
    found = power(given.n, given.discordant, given.chance)
    print(json.dumps({"n": given.n, "discordant": given.discordant, "chance": given.chance, "min_detectable": found}))


if __name__ == "__main__":
    main()
