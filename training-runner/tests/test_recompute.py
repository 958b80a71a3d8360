"""A run's figures come out the same from its evidence alone; whatever was changed is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.blobs import BlobStore, sha256_bytes
from runner.recompute import BadEvidence, compare_numbers, flat, recompute
from tests.micro import TASK, Bench, Finished, jsonl, label_rows

TRAIN, VALIDATION, TEST = label_rows(48, 1, "t"), label_rows(12, 2, "v"), label_rows(30, 3, "e")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("recompute"))


@pytest.fixture(scope="module")
def evidence(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `factory run` keeps, of three stages."""
    rows: dict[str, bytes | Path] = {"train": jsonl(TRAIN), "test": jsonl(TEST)}
    trained = bench.train(TRAIN, VALIDATION)
    adapter = {name: trained.file(f"{name}.{kind}") for name, kind in (("adapter_config", "json"), ("checkpoints", "json"))}
    weights = {"adapter": trained.file("adapter_model.safetensors"), "adapter_config": adapter["adapter_config"]}
    stages = {
        "training": trained,
        "evaluating": bench.run("evaluate", {"task": TASK, "arms": ["base", "tuned", "majority"]}, {**rows, **weights}),
        "scoring": bench.run("influence", {"task": TASK}, {**rows, **adapter}),
    }
    return keep(tmp_path_factory.mktemp("run"), stages)


def keep(folder: Path, stages: dict[str, Finished]) -> Path:
    store = BlobStore(folder / "evidence" / "blobs")
    told = {}
    for name, run in stages.items():
        spec = json.loads((run.path / "run.json").read_bytes())
        told[name] = {"spec": spec, "artifacts": run.artifacts}
        for path in [*(run.path / "inputs").iterdir(), *(run.path / "artifacts").iterdir()]:
            store.put_file(path)
    for entry in stages["training"].json("checkpoints.json")["checkpoints"]:
        store.put_file(BlobStore(stages["training"].path / "blobs").get(entry["sha256"]))
    (folder / "evidence" / "evidence.json").write_text(json.dumps({"format": "modelfactory.evidence/1", "stages": told}))
    return folder


@pytest.fixture
def again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    monkeypatch.setenv("RUNNER_BASES", str(bench.root / "bases"))
    monkeypatch.setenv("RUNNER_DEVICE", "cpu")
    return lambda folder, retrain=False: recompute(folder, 1e-3, retrain)


def changed(evidence: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy whose influence.json was altered by somebody who also wrote down its new hash."""
    folder = tmp_path / "run"
    shutil.copytree(evidence, folder)
    path = folder / "evidence" / "evidence.json"
    told = json.loads(path.read_bytes())
    store = BlobStore(folder / "evidence" / "blobs")
    report = json.loads(store.get(told["stages"]["scoring"]["artifacts"]["influence.json"]).read_bytes())
    change(report)
    told["stages"]["scoring"]["artifacts"]["influence.json"] = store.put_bytes(json.dumps(report).encode())
    path.write_text(json.dumps(told))
    return folder


def test_answers_verdict_scores_and_adapter_come_out_the_same(evidence: Path, again: Callable[..., list[Any]]) -> None:
    found = again(evidence, retrain=True)
    assert {(each.stage, each.file) for each in found} == {
        ("training", "adapter_config.json"),
        ("training", "adapter_model.safetensors"),
        ("training", "curve.json"),
        ("training", "order.json"),
        ("evaluating", "evaluation.json"),
        ("scoring", "influence.json"),
    }
    assert all(each.equal for each in found)
    assert next(each for each in found if each.file == "adapter_model.safetensors").where == "every byte"
    assert [each.stage for each in again(evidence)] == ["evaluating", "scoring"]


def test_a_score_that_was_altered_is_found(evidence: Path, tmp_path: Path, again: Callable[..., list[Any]]) -> None:
    def change(report: dict[str, Any]) -> None:
        report["contributors"][0]["value"] *= 1.01

    found = again(changed(evidence, tmp_path, change))
    assert [each.equal for each in found] == [True, False]
    assert found[1].where == "contributors[0].value"
    assert 1e-3 < found[1].difference < 0.011


def test_a_sign_that_was_altered_is_found(evidence: Path, tmp_path: Path, again: Callable[..., list[Any]]) -> None:
    def change(report: dict[str, Any]) -> None:
        report["contributors"][0]["sign"] = "?"

    assert again(changed(evidence, tmp_path, change))[1].where.startswith("contributors[0].sign: '?' and ")


def test_a_changed_or_missing_file_and_a_folder_that_is_none_are_refused(
    evidence: Path, tmp_path: Path, again: Callable[..., list[Any]]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(evidence, folder)
    sha256 = sha256_bytes(jsonl(TEST))
    blob = BlobStore(folder / "evidence" / "blobs").get(sha256)
    blob.chmod(0o644)
    blob.write_bytes(jsonl(TEST).replace(b'"', b"'", 1))
    with pytest.raises(BadEvidence, match="was changed"):
        again(folder)
    blob.unlink()
    with pytest.raises(BadEvidence, match="is missing"):
        again(folder)
    with pytest.raises(BadEvidence, match=r"holds no evidence/evidence\.json"):
        again(tmp_path / "nothing")


def test_numbers_are_compared_by_the_largest_of_their_name() -> None:
    before = flat({"a": [{"v": 100.0}, {"v": 1.0}], "seconds": 1})
    after = flat({"a": [{"v": 100.0}, {"v": 1.2}], "seconds": 9})
    found = compare_numbers("scoring", "x.json", before, after, 1e-2)
    assert (found.equal, found.where) == (True, "a[1].v")
    assert found.difference == pytest.approx(0.002)
    assert not compare_numbers("scoring", "x.json", before, after, 1e-3).equal
    assert compare_numbers("scoring", "x.json", before, flat({"a": []}), 1.0).where == "its form"
