from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.recipes.test_loss import paired_change
from tests.micro import TASK, Bench, jsonl, label_rows


def test_leaving_out_wrong_rows_lowers_the_loss_and_right_ones_raises_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    bench = Bench(tmp_path_factory.mktemp("bench"))
    ann, eve = label_rows(48, 1, "a", "ann"), label_rows(36, 4, "c", "eve", wrong=True)
    validation = label_rows(12, 2, "v")
    test = [replace(row, sealed=k % 4 != 0) for k, row in enumerate(label_rows(120, 3, "e"))]
    both, right, wrong = (bench.train(rows, validation, epochs=20) for rows in ([*ann, *eve], ann, eve))
    changes = {}
    for name, without in (("eve", right), ("ann", wrong), ("nobody", both)):
        inputs: dict[str, bytes | Path] = {
            "test": jsonl(test),
            "before": both.file("adapter_model.safetensors"),
            "after": without.file("adapter_model.safetensors"),
            "adapter_config": both.file("adapter_config.json"),
        }
        report = bench.run("test_loss", {"task": TASK}, inputs).json("test_loss.json")
        assert report["items"] == sum(row.sealed for row in test)
        assert report["after"] - report["before"] == pytest.approx(report["change"]["value"])
        changes[name] = report["change"]
    assert changes["eve"]["high"] < 0 < changes["ann"]["low"]
    assert changes["nobody"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_the_interval_is_that_of_the_mean() -> None:
    differences = np.random.default_rng(3).normal(1, 2, 400)
    found = paired_change(differences)
    half = 1.959964 * differences.std() / 20
    assert found["value"] == pytest.approx(differences.mean())
    assert found["high"] - found["value"] == pytest.approx(half, rel=0.08)
    assert found["value"] - found["low"] == pytest.approx(half, rel=0.08)
