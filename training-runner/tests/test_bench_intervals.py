import pytest

from bench.intervals import coverage, newcombe, planted, wald


def test_newcombe_gives_the_published_example() -> None:
    # Newcombe 1998, Statistics in Medicine 17:2635-2650: cells 36, 12, 2, 0 by method 10.
    assert newcombe(12, 2, 36, 50) == pytest.approx((0.0569, 0.3404), abs=5e-5)


def test_wald_gives_the_published_example() -> None:
    # The same example by method 1.
    assert wald(12, 2, 36, 50) == pytest.approx((0.0642, 0.3358), abs=5e-5)


def test_the_simulation_tells_a_good_interval_from_a_bad_one() -> None:
    found = coverage(20, draws=400)
    assert found["agresti_min"]["coverage"] > 0.93 > found["wald"]["coverage"]


def test_an_effect_of_the_stated_size_is_found_four_times_of_five() -> None:
    assert planted(100, 0.2, draws=4000)["found"] == pytest.approx(0.8, abs=0.02)
