import json
import subprocess
import sys

import numpy as np
import pytest

from runner import stats


def test_agresti_min_gives_the_published_example() -> None:
    # PropCIs 0.3-0, diffpropci.mp(b = 40, c = 20, n = 160): Agresti's own code for the interval of the 2005 paper.
    assert stats.agresti_min(20, 40, 160) == pytest.approx((-0.21601726, -0.03089632), abs=1e-8)


def test_agresti_min_covers_small_samples_where_wald_does_not() -> None:
    draw = np.random.default_rng(0)
    tables = draw.multinomial(20, [0.2, 0.05, 0.75], 2000)
    covered = [low <= 0.15 <= high for low, high in (stats.agresti_min(f, b, 20) for f, b, _ in tables)]
    assert np.mean(covered) >= 0.95


def test_clopper_pearson_of_a_known_rate_and_of_nothing() -> None:
    assert stats.clopper_pearson(8, 10) == pytest.approx((0.443905, 0.974789), abs=1e-6)
    assert stats.clopper_pearson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("fixed", "broken", "p"), [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (10, 2, 0.0385742)])
def test_mcnemar_is_exact(fixed: int, broken: int, p: float) -> None:
    assert stats.mcnemar(fixed, broken) == pytest.approx(p, abs=1e-7)


# The same cases as in server/evaluation/words.test.ts.
@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.3e-29, "less than once in a million times"),
        (5.4e-6, "about once in 190,000 times"),
        (0.0002, "about once in 5,000 times"),
        (0.03, "about once in 33 times"),
        (0.0499, "about once in 20 times"),
        (0.4, "about 40 times in 100"),
        (1.0, "nearly every time"),
    ],
)
def test_chance_is_said_in_words(p: float, words: str) -> None:
    assert stats.chance_words(p) == words


def test_holm_keeps_the_order_given() -> None:
    assert stats.holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert stats.holm([]) == []


@pytest.mark.parametrize(("n", "points"), [(50, 18), (100, 13), (200, 9), (500, 6)])
def test_power_gives_the_figures_shown_before_training(n: int, points: int) -> None:
    found = stats.power(n, 0.2)
    assert found is not None
    assert round(found * 100) == points


def test_power_means_what_it_says_in_simulated_comparisons() -> None:
    gain = stats.power(100, 0.3)
    assert gain is not None
    draw = np.random.default_rng(1)
    tables = draw.multinomial(100, [(0.3 + gain) / 2, (0.3 - gain) / 2, 0.7], 2000)
    found = np.mean([f > b and stats.mcnemar(f, b) < 0.05 for f, b, _ in tables])
    assert found == pytest.approx(0.8, abs=0.03)
    assert stats.power(6) == pytest.approx(0.963, abs=0.001)
    assert stats.power(5) is None


def test_power_from_a_shell() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "runner.stats", "power", "--n", "100"], capture_output=True, check=True, text=True
    ).stdout
    assert json.loads(printed)["min_detectable"] == pytest.approx(0.12772, abs=1e-5)


def arms(fixed: int, broken: int, both_right: int, both_wrong: int) -> tuple[list[bool], list[bool]]:
    before = [False] * fixed + [True] * broken + [True] * both_right + [False] * both_wrong
    after = [True] * fixed + [False] * broken + [True] * both_right + [False] * both_wrong
    return before, after


def verdict(
    before: list[bool], after: list[bool], majority: list[bool], clusters: int = 500, failed: int = 0
) -> stats.Comparison:
    return stats.compare("base", before, "tuned", after, majority, clusters, failed)


def test_a_clear_gain_over_base_and_majority_is_better() -> None:
    before, after = arms(30, 5, 40, 25)
    found = verdict(before, after, [False] * 100)
    assert found["verdict"] == "better"
    assert (found["fixed"], found["broken"], found["both_right"], found["both_wrong"]) == (30, 5, 40, 25)
    assert found["difference"] == 0.25
    assert found["interval"] == pytest.approx(list(stats.agresti_min(30, 5, 100)))
    assert found["p_value"] == pytest.approx(stats.mcnemar(30, 5))
    assert found["vs_majority_p_value"] == pytest.approx(stats.mcnemar(70, 0))


def test_a_gain_that_only_matches_the_majority_is_not_better() -> None:
    before, after = arms(30, 0, 0, 70)
    found = verdict(before, after, after)
    assert found["verdict"] == "not_enough_evidence"
    assert "most frequent training answer" in found["reason"]


def test_being_worse_than_the_majority_is_not_better_however_small_p_is() -> None:
    before, after = arms(30, 0, 0, 70)
    found = verdict(before, after, [False] * 30 + [True] * 70)
    assert found["vs_majority_p_value"] is not None
    assert found["vs_majority_p_value"] < 0.05
    assert found["verdict"] == "not_enough_evidence"


def test_a_clear_loss_is_worse() -> None:
    assert verdict(*arms(5, 30, 40, 25), [False] * 100)["verdict"] == "worse"


def test_five_changed_items_are_never_enough() -> None:
    found = verdict(*arms(5, 0, 50, 45), [False] * 100)
    assert found["verdict"] == "not_enough_evidence"
    assert "fewer than 6" in found["reason"]


def test_under_50_items_there_is_no_verdict_but_a_number_of_rows() -> None:
    found = verdict(*arms(20, 0, 10, 10), [False] * 40, clusters=200)
    assert found["verdict"] == "not_measured"
    # 40 of 200 groups are in the test, so 50 more groups bring 10 more.
    assert found["rows_needed"] == 50
    assert "40 questions and 50 are needed" in found["reason"]


def test_under_120_groups_nothing_is_measured() -> None:
    found = verdict(*arms(30, 0, 20, 10), [False] * 60, clusters=100)
    assert (found["verdict"], found["rows_needed"]) == ("not_measured", 20)


def test_a_failed_scorer_blocks_the_verdict() -> None:
    found = verdict(*arms(30, 5, 40, 25), [False] * 100, failed=1)
    assert found["verdict"] == "not_measured"
    assert found["reason"].startswith("SCORER_FAILED")


def test_equal_arms_are_called_different_in_at_most_one_comparison_of_twenty() -> None:
    draw = np.random.default_rng(2)
    called = 0
    for f, b, *_ in draw.multinomial(160, [0.1, 0.1, 0.8], 2000):
        p = stats.mcnemar(int(f), int(b))
        called += stats.judge(160, 500, 0, int(f), int(b), p, beats_majority=True)[0] != "not_enough_evidence"
    assert called / 2000 <= 0.05
