"""When a training is measured and kept, and how fast it learns at each step."""

from __future__ import annotations

# Shares of the training at which a checkpoint is kept for attribution, at the nearest validation point. The best one besides.
ATTRIBUTION_AT = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
# Validation points: one in 18 updates, 4 to 10 in all. A point costs as much as some ten updates.
STEPS_PER_EVALUATION, FEWEST_EVALUATIONS, MOST_EVALUATIONS = 18, 4, 10

# Each learning rate that is tried trains for this part of the updates.
TRIAL_SHARE = 6


def nearest(points: list[int], wanted: float) -> int:
    """The validation point next to a step; the earlier of two."""
    return min(points, key=lambda step: abs(step - wanted))


def evaluation_interval(total: int) -> int:
    """Steps between validation points when the configuration names none."""
    return max(1, total // min(MOST_EVALUATIONS, max(FEWEST_EVALUATIONS, total // STEPS_PER_EVALUATION)))


def learning_rate(step: int, total: int, peak: float, warmup_ratio: float) -> float:
    """The rate of a step counted from 0: up in equal steps over the warm-up, then down in equal steps towards zero."""
    warm = max(1, round(total * warmup_ratio))
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (total - step) / (total - warm)
