"""Was something kept? A paired test against a margin: "not worse by more than m", which "no significant difference" is not.

Rates are fractions 0..1. `fixed` counts items right only after, `broken` right only before, `n` all items.
"""

from __future__ import annotations

import math
from typing import Literal, TypedDict

from scipy.optimize import brentq
from scipy.stats import norm

ALPHA = 0.05
MARGIN = 0.10

Kept = Literal["held", "lost", "cannot_tell", "too_little"]


class Retention(TypedDict):
    """One comparison against the margin. `low` and `high` bound the difference, each at one-sided 5 %."""

    n: int
    before: int
    after: int
    fixed: int
    broken: int
    chance: float
    difference: float
    low: float
    high: float
    p_value: float
    verdict: Kept
    items_needed: int | None


def score_z(fixed: int, broken: int, n: int, difference: float) -> float:
    """Tango's score statistic of a true paired difference (fixed - broken) / n; standard normal when it is true.

    Tango 1998, Statistics in Medicine 17:891-908, equations 4 and 12: the variance is that of the constrained maximum
    likelihood estimate of the share of broken items. At difference 0 it is McNemar's.
    """
    a = 2 * n
    b = -fixed - broken + (2 * n - fixed + broken) * difference
    c = -broken * difference * (1 - difference)
    share = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = n * (2 * share + difference * (1 - difference))
    over = fixed - broken - n * difference
    if variance <= 0:
        return 0.0 if over == 0 else math.copysign(math.inf, over)
    return over / math.sqrt(variance)


def score_interval(fixed: int, broken: int, n: int, alpha: float = ALPHA) -> tuple[float, float]:
    """The differences that the score test does not reject at one-sided alpha on either side. (-1, 1) when n is 0."""
    if n == 0:
        return -1.0, 1.0
    z = float(norm.isf(alpha))
    edge = 1 - 1e-9

    def bound(target: float, toward: float) -> float:
        found = (fixed - broken) / n
        if (score_z(fixed, broken, n, toward) - target) * target < 0:
            return toward / edge
        start = min(edge, max(-edge, found))
        return float(brentq(lambda d: score_z(fixed, broken, n, d) - target, *sorted((start, toward)), xtol=1e-10))

    return bound(z, -edge), bound(-z, edge)


def items_needed(discordant: float, margin: float = MARGIN, chance: float = 0.8) -> int:
    """Items that show "not worse by more than the margin" with the given chance when the truth is no difference.

    n = (z_alpha + z_chance)^2 * d / m^2, with d the share of items whose mark changes: Blackwelder's formula (1982, Controlled
    Clinical Trials 3:345-353) with the variance of a paired difference, d / n; 6.2 * d / m^2 at one-sided 5 % and 80 %.
    """
    return math.ceil((float(norm.isf(ALPHA)) + float(norm.ppf(chance))) ** 2 * discordant / margin**2)


def retention(before: list[bool], after: list[bool], chance: float, margin: float = MARGIN) -> Retention:
    """Held: the lower bound is above -margin. Lost: it is not, and even the upper bound is below zero.

    `chance` is the share that guessing gets right. Too little: what is known beyond guessing is not more than the margin,
    so that forgetting all of it would still be "held". `items_needed` is given where nothing can be told.
    """
    n = len(before)
    fixed = sum(b and not a for a, b in zip(before, after, strict=True))
    broken = sum(a and not b for a, b in zip(before, after, strict=True))
    low, high = score_interval(fixed, broken, n)
    verdict: Kept
    if n == 0 or sum(before) / n - chance <= margin:
        verdict = "too_little"
    elif low > -margin:
        verdict = "held"
    elif high < 0:
        verdict = "lost"
    else:
        verdict = "cannot_tell"
    return {
        "n": n,
        "before": sum(before),
        "after": sum(after),
        "fixed": fixed,
        "broken": broken,
        "chance": chance,
        "difference": (fixed - broken) / n if n else 0.0,
        "low": low,
        "high": high,
        "p_value": float(norm.sf(score_z(fixed, broken, n, -margin))) if n else 1.0,
        "verdict": verdict,
        "items_needed": items_needed((fixed + broken) / n, margin) if verdict == "cannot_tell" else None,
    }
