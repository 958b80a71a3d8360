"""Intervals of a paired difference by simulation: coverage and mean width of ours beside Newcombe's and Wald's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import norm

from runner import stats

Z = float(norm.ppf(0.975))
SIZES = (50, 100, 300)
# Shares of fixed and broken items: no difference and plain ones, few and many changes, one with nothing broken.
TRUTHS = ((0.05, 0.05), (0.1, 0.1), (0.25, 0.25), (0.15, 0.05), (0.3, 0.05), (0.2, 0.1), (0.1, 0.0), (0.6, 0.05))
DRAWS = 4000
Interval = Callable[[int, int, int, int], tuple[float, float]]


def wilson(right: int, n: int) -> tuple[float, float]:
    """Score interval of one rate (Wilson 1927)."""
    p, half = right / n, Z * math.sqrt(right * (n - right) / n + Z * Z / 4)
    return (n * p + Z * Z / 2 - half) / (n + Z * Z), (n * p + Z * Z / 2 + half) / (n + Z * Z)


def newcombe(fixed: int, broken: int, both_right: int, n: int) -> tuple[float, float]:
    """Method 10 of Newcombe 1998, Statistics in Medicine 17:2635-2650: two score intervals joined by the correlation."""
    both_wrong = n - fixed - broken - both_right
    after, before = both_right + fixed, both_right + broken
    (low_a, high_a), (low_b, high_b) = wilson(after, n), wilson(before, n)
    product = math.sqrt(after * (n - after) * before * (n - before))
    over = both_right * both_wrong - fixed * broken
    corrected = max(0.0, over - n / 2) if over > 0 else float(over)
    phi = corrected / product if product else 0.0
    p_a, p_b = after / n, before / n
    down = (p_a - low_a) ** 2 - 2 * phi * (p_a - low_a) * (high_b - p_b) + (high_b - p_b) ** 2
    up = (high_a - p_a) ** 2 - 2 * phi * (high_a - p_a) * (p_b - low_b) + (p_b - low_b) ** 2
    return p_a - p_b - math.sqrt(max(0.0, down)), p_a - p_b + math.sqrt(max(0.0, up))


def wald(fixed: int, broken: int, _both_right: int, n: int) -> tuple[float, float]:
    """The textbook interval."""
    centre = (fixed - broken) / n
    half = Z * math.sqrt(fixed + broken - (fixed - broken) ** 2 / n) / n
    return centre - half, centre + half


METHODS: dict[str, Interval] = {
    "agresti_min": lambda fixed, broken, _, n: stats.agresti_min(fixed, broken, n),
    "newcombe": newcombe,
    "wald": wald,
}


def coverage(n: int, seed: int = 11, draws: int = DRAWS) -> dict[str, dict[str, Any]]:
    """By method: mean and lowest coverage over TRUTHS of a nominal 95 % interval, and its mean width."""
    draw = np.random.default_rng(seed)
    covered: dict[str, list[float]] = {name: [] for name in METHODS}
    widths: dict[str, list[float]] = {name: [] for name in METHODS}
    for fixed, broken in TRUTHS:
        rest = (1 - fixed - broken) / 2
        tables = Counter(map(tuple, draw.multinomial(n, [fixed, broken, rest, rest], draws).tolist()))
        for name, interval in METHODS.items():
            hits, width = 0, 0.0
            for (f, b, right, _), count in tables.items():
                low, high = interval(f, b, right, n)
                hits += count * (low <= fixed - broken <= high)
                width += count * (high - low)
            covered[name].append(hits / draws)
            widths[name].append(width / draws)
    return {
        name: {
            "coverage": float(np.mean(covered[name])),
            "lowest": min(covered[name]),
            "width": float(np.mean(widths[name])),
        }
        for name in METHODS
    }


def planted(n: int, discordant: float, draws: int = 5 * DRAWS) -> dict[str, float]:
    """A true gain of exactly the size that the power sentence states: how often the verdict is Better."""
    gain = stats.power(n, discordant)
    assert gain is not None
    changed = max(discordant, gain)
    draw = np.random.default_rng([n, round(100 * discordant)])
    tables = Counter(map(tuple, draw.multinomial(n, [(changed + gain) / 2, (changed - gain) / 2, 1 - changed], draws).tolist()))
    found = 0
    for (fixed, broken, _), count in tables.items():
        p_value = stats.mcnemar(fixed, broken)
        found += count * (stats.judge(n, None, 0, fixed, broken, p_value, beats_majority=True)[0] == "better")
    return {"n": n, "discordant": discordant, "gain": gain, "found": found / draws}
