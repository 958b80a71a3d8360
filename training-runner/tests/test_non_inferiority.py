import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from runner import stats
from runner.non_inferiority import items_needed, retention, score_interval, score_z


def test_the_score_statistic_gives_the_published_example() -> None:
    # Tango 1998, Statistics in Medicine 17:891-908: 44 patients, 43 with both lenses right, one with the standard alone; not
    # worse by more than 10 points gives Z = 1.709 (p = 0.044).
    assert score_z(0, 1, 44, -0.1) == pytest.approx(1.709, abs=5e-4)


def test_at_no_difference_the_score_statistic_is_mcnemar() -> None:
    assert score_z(20, 8, 100, 0.0) == pytest.approx((20 - 8) / 28**0.5)


@pytest.mark.parametrize("difference", [-0.1, 0.1, 0.2])
def test_its_variance_is_that_of_the_constrained_maximum_likelihood(difference: float) -> None:
    fixed, broken, n = 12, 3, 50

    def unlikely(share: float) -> float:
        parts = [(fixed, share + difference), (broken, share), (n - fixed - broken, 1 - 2 * share - difference)]
        return -sum(count * np.log(p) for count, p in parts)

    low, high = max(0, -difference) + 1e-9, (1 - difference) / 2 - 1e-9
    share = minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
    variance = n * (2 * share + difference - difference**2)
    assert score_z(fixed, broken, n, difference) == pytest.approx((fixed - broken - n * difference) / variance**0.5, rel=1e-4)


def test_the_interval_is_where_the_score_test_stops_rejecting() -> None:
    low, high = score_interval(12, 3, 50)
    assert score_z(12, 3, 50, low) == pytest.approx(1.644854, abs=1e-5)
    assert score_z(12, 3, 50, high) == pytest.approx(-1.644854, abs=1e-5)
    assert score_interval(0, 0, 0) == (-1.0, 1.0)
    # Nothing changed, and everything did.
    assert score_interval(0, 0, 40) == pytest.approx((-0.0634, 0.0634), abs=1e-3)
    assert score_interval(0, 30, 30)[0] == pytest.approx(-1.0, abs=1e-6)


def test_items_needed_follow_the_formula_before_any_item_is_asked() -> None:
    # (1.645 + 0.842)^2 = 6.18
    assert items_needed(0.3, 0.1) == 186
    assert items_needed(0.2, 0.05) == 495


def marks(fixed: int, broken: int, both_right: int, both_wrong: int) -> tuple[list[bool], list[bool]]:
    before = [False] * fixed + [True] * broken + [True] * both_right + [False] * both_wrong
    after = [True] * fixed + [False] * broken + [True] * both_right + [False] * both_wrong
    return before, after


@pytest.mark.parametrize(
    ("cells", "chance", "verdict"),
    [
        ((10, 12, 110, 68), 0.1, "held"),
        ((5, 60, 70, 65), 0.1, "lost"),
        # A loss of 12 points of which one of 10 cannot be excluded, and which chance does not explain.
        ((10, 34, 90, 66), 0.1, "lost"),
        ((8, 14, 14, 4), 0.1, "cannot_tell"),
        # What is known beyond guessing is within the margin.
        ((10, 10, 50, 130), 0.25, "too_little"),
        ((0, 0, 0, 40), 0.0, "too_little"),
    ],
)
def test_three_answers_and_one_for_who_knows_too_little(cells: tuple[int, int, int, int], chance: float, verdict: str) -> None:
    found = retention(*marks(*cells), chance)
    assert found["verdict"] == verdict
    assert (found["items_needed"] is not None) == (verdict == "cannot_tell")


def test_a_loss_of_exactly_the_margin_is_called_held_in_at_most_one_comparison_of_twenty() -> None:
    draw = np.random.default_rng(4)
    tables = draw.multinomial(240, [0.1, 0.2, 0.5, 0.2], 3000)
    held = [score_interval(int(f), int(b), 240)[0] > -0.1 for f, b, *_ in tables]
    assert np.mean(held) <= 0.06


def test_no_loss_is_found_held_as_often_as_the_formula_says() -> None:
    n = items_needed(0.3, 0.1)
    draw = np.random.default_rng(5)
    tables = draw.multinomial(n, [0.15, 0.15, 0.7], 3000)
    held = [score_interval(int(f), int(b), n)[0] > -0.1 for f, b, _ in tables]
    assert np.mean(held) == pytest.approx(0.8, abs=0.03)


def test_agresti_min_and_the_score_interval_agree_within_a_point_at_this_size() -> None:
    ours = stats.agresti_min(20, 30, 240, confidence=0.9)
    assert score_interval(20, 30, 240) == pytest.approx(ours, abs=0.01)
