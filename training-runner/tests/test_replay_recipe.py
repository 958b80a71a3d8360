import json
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runner.configs import ReplayConfig
from runner.model import read_tensors, write_tensors
from runner.recipes.replay import numbers_of, spread
from tests.micro import TASK, Bench, Finished, jsonl, label_rows

TRAIN = [*label_rows(24, 1, "a", "ann"), *label_rows(24, 4, "c", "eve", wrong=True)]
VALIDATION = label_rows(12, 2, "v")
# Sealed in every category: label_rows seals by the same remainder that gives the label.
TEST = [replace(row, sealed=k % 4 != 0) for k, row in enumerate(label_rows(120, 3, "e"))]
EPS = 1e-3


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def trained(bench: Bench) -> Finished:
    return bench.train(TRAIN, VALIDATION, seed=5, adam_eps=EPS)


def inputs(trained: Finished, **changed: bytes | Path) -> dict[str, bytes | Path]:
    left = {"manifest": trained.file("training_manifest.json"), "adapter": trained.file("adapter_model.safetensors")}
    return {"train": jsonl(TRAIN), "validation": jsonl(VALIDATION), "test": jsonl(TEST), **left, **changed}


@pytest.fixture(scope="module")
def report(bench: Bench, trained: Finished) -> dict[str, Any]:
    return dict(bench.run("replay", {"task": TASK}, inputs(trained)).json("replay.json"))


def test_wrong_answers_hurt_and_the_sums_agree(report: dict[str, Any], trained: Finished) -> None:
    assert report["method"] == "replay-metagradient/1"
    assert report["adam_eps"] == trained.json("training_manifest.json")["config"]["adam_eps"] == EPS
    assert report["reload"]["is_equal"] and report["reload"]["logged"] == report["reload"]["reproduced"]
    assert report["test_loss"] == pytest.approx(report["reload"]["logged"], rel=1e-5)
    assert report["items"] == sum(row.sealed for row in TEST)
    best, worst = report["contributors"]
    assert (best["id"], best["sign"], best["rows"]) == ("ann", "+", 24)
    assert (worst["id"], worst["sign"], worst["rows"]) == ("eve", "-", 24)
    rows = {entry["id"]: entry for entry in report["rows"]}
    assert rows.keys() == {row.id for row in TRAIN}
    for group in (best, worst):
        own = [rows[row.id] for row in TRAIN if row.contributor == group["id"]]
        assert sum(entry["value"] for entry in own) == pytest.approx(group["value"])
        for name in ("cold", "warm", "warm red"):
            assert sum(entry["categories"][name] for entry in own) == pytest.approx(group["categories"][name])
    # Sealed items count the same whichever way they are divided.
    shares = {entry["id"]: entry["items"] / report["items"] for entry in report["categories"]}
    by_category = sum(best["categories"][name] * share for name, share in shares.items())
    assert by_category == pytest.approx(best["value"], rel=1e-4)


def test_a_run_that_was_another_is_refused(bench: Bench, trained: Finished, tmp_path: Path) -> None:
    other = read_tensors(trained.file("adapter_model.safetensors"))
    name = min(other)
    other[name] = torch.nextafter(other[name], torch.tensor(1.0))
    write_tensors(tmp_path / "other", other)
    changed = [replace(TRAIN[0], answer="cold" if TRAIN[0].answer != "cold" else "warm"), *TRAIN[1:]]
    for given in (inputs(trained, adapter=tmp_path / "other"), inputs(trained, train=jsonl(changed))):
        run = bench.run("replay", {"task": TASK}, given)
        assert (run.code, run.error["code"]) == (1, "RELOAD_MISMATCH")
        assert not (run.path / "artifacts").exists()
        assert not list(run.path.glob("checkpoints/resume-*"))
    few = bench.run("replay", {"task": TASK}, inputs(trained, test=jsonl(TEST[:4])))
    assert few.error["code"] == "INPUT_FORMAT"


def test_a_killed_replay_goes_on_and_ends_the_same(bench: Bench, trained: Finished, report: dict[str, Any]) -> None:
    run = bench.prepare("replay", {"task": TASK}, inputs(trained))
    for sent in (signal.SIGTERM, signal.SIGKILL):
        process = bench.start(run, "replay")
        known = {path.name for path in run.glob("checkpoints/resume-*")}
        until = time.monotonic() + 60
        while {path.name for path in run.glob("checkpoints/resume-*.safetensors")} <= known and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(sent)
        process.wait(30)
    process = bench.start(run, "replay")
    assert process.wait(60) == 0
    made = json.loads((run / "artifacts" / "replay.json").read_text())
    assert {**made, "seconds": 0} == {**report, "seconds": 0}
    assert not list(run.glob("checkpoints/resume-*"))


def test_a_cancelled_replay_leaves_nothing(bench: Bench, trained: Finished) -> None:
    run = bench.prepare("replay", {"task": TASK}, inputs(trained))
    process = bench.start(run, "replay")
    until = time.monotonic() + 60
    while not list(run.glob("checkpoints/resume-*.safetensors")) and time.monotonic() < until:
        time.sleep(0.01)
    (run / "cancel.json").write_text("{}")
    assert process.wait(60) == 0
    result = json.loads((run / "result.json").read_text())
    assert (result["status"], result["artifacts"]) == ("cancelled", {})
    assert not list(run.glob("checkpoints/resume-*"))


def test_a_base_in_bfloat16_is_trained_in_it_and_differentiated_in_float32(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.registry.BF16_FROM_PARAMETERS", 1)
    trained = bench.train(TRAIN, VALIDATION, seed=5, adam_eps=EPS, batch_size=4)
    made = bench.run("replay", {"task": TASK, "categories": False, "folds": 2}, inputs(trained)).json("replay.json")
    assert made["precision"] == {"training": "bfloat16", "derivatives": "float32"}
    assert made["reload"]["is_equal"]
    # The same adapter in float32 has another loss, but not by much.
    assert made["test_loss"] == pytest.approx(made["reload"]["logged"], rel=0.02)
    assert made["test_loss"] != made["reload"]["logged"]
    assert [entry["id"] for entry in made["contributors"]] == ["ann", "eve"]
    assert made["categories"] == []


def test_the_interval_is_students() -> None:
    # statistics of 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5), t(0.975, 4) = 2.776445
    found = spread(np.array([1.0, 2, 3, 4, 5, 9]), 5, np.full(5, 0.2), ["warm"])
    assert found["low"] == pytest.approx(3 - 2.776445 * 0.7071068)
    assert found["high"] == pytest.approx(3 + 2.776445 * 0.7071068)
    assert (found["value"], found["sign"], found["categories"]) == (pytest.approx(3), "+", {"warm": 9.0})


def test_folds_cover_every_item_once_and_a_single_category_is_the_whole() -> None:
    config = ReplayConfig.model_validate({"base": "micro", "base_hash": "0" * 64, "task": TASK, "folds": 4})
    named, counted = numbers_of(TEST, config)
    assert [entry["id"] for entry in named] == ["cold", "warm", "warm red"]
    assert counted.shape == (7, 120)
    assert (counted[:4] > 0).sum(0).tolist() == [1] * 120
    assert counted.sum(1).tolist() == pytest.approx([1] * 7)
    alone, counted = numbers_of([row for row in TEST if row.category == "warm"], config)
    assert (alone, counted.shape) == ([], (4, 40))
