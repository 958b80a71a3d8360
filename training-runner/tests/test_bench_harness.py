"""A third party's tool asks base and adapter through the endpoint, and comes to the figures of the run itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bench.harness import compare, install
from tests.service import PACKAGE, Service, base_ref, label_rows

WORK = PACKAGE.parent / ".build" / "bench-harness"
TASK = {"goal": "answer", "labels": [], "instruction": ""}


@pytest.fixture(scope="module")
def harness() -> Path:
    try:
        return install(WORK)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"lm-evaluation-harness does not install here: {error.stderr.strip().splitlines()[-1]}")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: an adapter that learned to answer, and its evaluation."""
    service, folder = Service(tmp_path_factory.mktemp("data")), tmp_path_factory.mktemp("run")
    try:
        rows = label_rows(60).splitlines(keepends=True)
        train, test = service.upload(b"".join(rows[:48])), service.upload(b"".join(rows[48:]))
        config = {**base_ref(), "task": TASK}
        learn = {"learning_rate": 0.01, "epochs": 4, "batch_size": 8, "max_length": 64}
        service.http.put(
            "/runs/t", json={"recipe": "lora_sft", "config": {**config, **learn}, "inputs": {"train": train, "validation": test}}
        )
        made = service.wait_for_end("t")["artifacts"]
        names = {"adapter": "adapter_model.safetensors", "adapter_config": "adapter_config.json"}
        inputs = {"train": train, "test": test, **{given: made[name] for given, name in names.items()}}
        asked = {"recipe": "evaluate", "config": {**config, "arms": ["base", "majority", "tuned"]}, "inputs": inputs}
        service.http.put("/runs/e", json=asked)
        made |= service.wait_for_end("e")["artifacts"]
        for name in ("evaluation.json", *names.values()):
            (folder / name).write_bytes(service.http.get(f"/blobs/{made[name]}").content)
    finally:
        service.stop()
    return folder


def test_the_harness_comes_to_the_same_figures_item_by_item(harness: Path, run: Path) -> None:
    arms = json.loads((run / "evaluation.json").read_bytes())["arms"]
    result = compare(run, harness, 12)
    assert result["n"] == 12
    for arm in ("base", "tuned"):
        assert (result["arms"][arm]["ours"], result["arms"][arm]["same"]) == (arms[arm]["correct"], 12)
    # The adapter is what was asked, not its base.
    assert result["arms"]["tuned"]["harness"] >= 10 > result["arms"]["base"]["harness"]
