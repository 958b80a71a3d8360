"""Shapley values of games with known answers, integer shares that sum, and a run's improvement divided by retraining."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner import divide as module
from runner.blobs import BlobStore
from runner.divide import divide, read_game
from runner.division import (
    Subset,
    all_subsets,
    basis_points,
    bootstrap,
    certain_shares,
    divide_points,
    exact_shapley,
    marginals,
    order_pairs,
    owners,
)
from runner.recompute import BadEvidence
from tests.micro import TASK, Bench, jsonl, label_rows


def glove(subset: Subset) -> np.ndarray[Any, np.dtype[np.float64]]:
    """One left glove, two right ones; a pair is worth 1. Shapley: 2/3, 1/6, 1/6 (a textbook game)."""
    return np.array([float("left" in subset and bool(subset & {"right", "other"}))])


GLOVES = ["left", "other", "right"]


def test_the_glove_game() -> None:
    assert exact_shapley(GLOVES, glove)[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    orders = [marginals(GLOVES, list(order), glove)[:, 0] for order in itertools.permutations(GLOVES)]
    assert np.mean(orders, 0) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert all(order.sum() == 1 for order in orders)


def test_subsets_and_orders() -> None:
    assert len(all_subsets(GLOVES)) == 7
    assert all_subsets(GLOVES)[0] == frozenset(GLOVES)
    pairs = [next(orders) for orders in [order_pairs(GLOVES, 3)] for _ in range(40)]
    assert all(order == back[::-1] for order, back in pairs)
    assert {tuple(order) for pair in pairs for order in pair} == set(itertools.permutations(GLOVES))
    assert next(order_pairs(GLOVES, 3)) == pairs[0]


def test_the_bootstrap_is_of_questions_and_orders() -> None:
    draws = bootstrap(np.random.default_rng(1).normal(2.0, 1.0, (1, 1, 400)))
    assert np.std(draws) == pytest.approx(1 / 20, rel=0.1)
    assert np.mean(draws) == pytest.approx(2.0, abs=0.15)
    orders = np.random.default_rng(1).normal(0.0, 1.0, (25, 1, 1)) * np.ones((1, 1, 50))
    assert np.std(bootstrap(orders)) == pytest.approx(1 / 5, rel=0.3)


def test_points_sum_exactly_and_harm_is_not_charged() -> None:
    assert basis_points([1 / 3, 1 / 3, 1 / 3]) == [3334, 3333, 3333]
    assert basis_points([0.0, 1.0]) == [0, 10_000]
    assert basis_points([]) == []
    assert certain_shares([0.2, -0.5, 0.1], 1.0) == pytest.approx([0.2, 0.0, 0.1])
    # What one spoilt is not taken from the others: together they earned more than the improvement.
    assert certain_shares([0.6, -0.5, 0.2], 0.4) == pytest.approx([0.75, 0.0, 0.25])
    assert certain_shares([-1.0], -1.0) == [0.0]
    points = divide_points([0.25, 0.0, 0.5], [30, 10, 60])
    assert points == [
        {"certain": 2500, "pool": 750, "total": 3250},
        {"certain": 0, "pool": 250, "total": 250},
        {"certain": 5000, "pool": 1500, "total": 6500},
    ]
    draw = np.random.default_rng(0)
    for _ in range(200):
        n = int(draw.integers(1, 12))
        certain = certain_shares(draw.normal(size=n).tolist(), float(draw.normal()))
        found = divide_points(certain, draw.integers(1, 50, n).tolist())
        assert sum(each["total"] for each in found) == 10_000
        assert all(min(each.values()) >= 0 and each["certain"] + each["pool"] == each["total"] for each in found)


def test_shares_are_those_that_the_app_shows() -> None:
    vectors = Path(__file__).parents[2] / "contracts" / "vectors" / "shares.json"
    for case in json.loads(vectors.read_bytes())["cases"]:
        certain = certain_shares(case["floors"], case["improvement"])
        assert divide_points(certain, case["clusters"]) == case["points"], case["name"]


def test_a_cluster_is_whose_who_brought_it_first() -> None:
    assert owners(["x", "y", "x", "z", "y"], ["ann", "bob", "bob", "bob", "ann"]) == ([0, 1, 3], {"ann": 1, "bob": 2})


ANN, BOB, EVE = (
    label_rows(60, 1, "a", "ann"),
    label_rows(60, 5, "b", "bob"),
    label_rows(40, 4, "e", "eve", wrong=True),
)
# Cat hands in Ann's rows once more.
CAT = [replace(row, id=f"c{k}", contributor="cat", contribution="cat.csv") for k, row in enumerate(ANN[:12])]
VALIDATION, TEST = label_rows(12, 2, "v"), label_rows(60, 3, "t")


@pytest.fixture
def run_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `factory run` leaves, as far as dividing reads it."""
    bench = Bench(tmp_path)
    monkeypatch.setenv("RUNNER_BASES", str(bench.root / "bases"))
    monkeypatch.setenv("RUNNER_DEVICE", "cpu")
    rows: dict[str, bytes | Path] = {"train": jsonl([*CAT, *EVE, *BOB, *ANN]), "validation": jsonl(VALIDATION)}
    config = {"task": TASK, "seed": 3, "rank": 4, "alpha": 8, "learning_rate": 0.01, "epochs": 10, "batch_size": 8}
    training = bench.prepare("lora_sft", {**config, "max_length": 128}, rows)
    evaluating = bench.prepare("evaluate", {"task": TASK, "arms": ["base"]}, {"test": jsonl(TEST), "train": rows["train"]})
    store = BlobStore(tmp_path / "out" / "evidence" / "blobs")
    stages = {}
    for name, run in (("training", training), ("evaluating", evaluating)):
        stages[name] = {"spec": json.loads((run / "run.json").read_bytes()), "artifacts": {}}
        for path in (run / "inputs").iterdir():
            store.put_file(path)
    evidence = {
        "format": "modelfactory.evidence/1",
        "contributions": ["ann.csv", "bob.csv", "eve.csv", "cat.csv"],
        "stages": stages,
    }
    (tmp_path / "out" / "evidence" / "evidence.json").write_text(json.dumps(evidence))
    return tmp_path / "out"


def test_an_improvement_is_divided_by_retraining(run_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = divide(read_game(run_dir, "contributor"), 10.0, 1)
    groups = {group["id"]: group for group in report["groups"]}
    # Every subset of those who brought something; Cat's rows are Ann's.
    assert (report["exact"], report["near_copies"], report["questions"]) == (True, 12, 40)
    # And one on answers dealt out anew.
    assert report["trainings"] == 8
    assert sum(group["value"] for group in groups.values()) == pytest.approx(report["improvement"] - report["form"])
    assert report["form"] > 1
    assert abs(report["residual"]) < 1e-9
    assert groups["cat"]["value"] == groups["cat"]["basis_points"]["total"] == groups["cat"]["clusters"] == 0
    assert groups["ann"]["sign"] == groups["bob"]["sign"] == "+"
    assert groups["eve"]["floor"] == groups["eve"]["basis_points"]["certain"] == 0
    assert groups["eve"]["sign"] == "-"
    assert groups["ann"]["basis_points"]["certain"] > groups["bob"]["basis_points"]["certain"] > 2_000
    assert sum(group["basis_points"]["total"] for group in groups.values()) == 10_000
    assert module.main([str(run_dir), "--json"]) == 0
    assert json.loads((run_dir / "division.json").read_bytes())["groups"] == report["groups"]

    # What was trained is kept: nothing is trained again.
    def never(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(module, "lora_sft", never)
    again = divide(read_game(run_dir, "contributor"), 10.0, 1)
    assert (again["trainings"], again["groups"]) == (0, report["groups"])


def test_too_small_a_budget_says_what_is_needed_and_keeps_what_was_trained(run_dir: Path) -> None:
    with pytest.raises(BadEvidence, match=r"about \d+ minutes are needed") as refused:
        divide(read_game(run_dir, "contributor"), 0.0, 1)
    assert "what was trained is kept" in refused.value.fix
    assert len(list((run_dir / "division").iterdir())) == 2


def test_rows_without_groups_are_refused(run_dir: Path) -> None:
    with pytest.raises(BadEvidence, match="name 1 groups by datanet; two to 64 are needed"):
        read_game(run_dir, "datanet")
