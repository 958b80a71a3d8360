import json
import signal
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file

from runner.blobs import sha256_file
from runner.configs import Task
from runner.data import Order, collate, common_prefix, encode_rows, epoch_order, plan
from runner.errors import RunnerError
from runner.model import load_lora, parameters, prepare, row_losses
from runner.recipes.lora_sft import best_rate
from runner.schedule import learning_rate
from runner.schemas import RUN_SPEC
from tests.micro import TASK, TRAINING, Bench, Finished, jsonl, label_rows, wait_for_step

TRAIN, VALIDATION = label_rows(96, 1, "t"), label_rows(24, 2, "v")
LONG = {**TRAINING, "epochs": 15}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def long_run(bench: Bench) -> Finished:
    """180 steps, never interrupted."""
    return bench.train(TRAIN, VALIDATION, **LONG)


def prepared(bench: Bench) -> Path:
    return bench.prepare("lora_sft", LONG, {"train": jsonl(TRAIN), "validation": jsonl(VALIDATION)})


def test_training_lowers_the_validation_loss_and_keeps_its_best_point(long_run: Finished) -> None:
    points = [p for p in long_run.json("curve.json")["points"] if p["validation_loss"] is not None]
    manifest = long_run.json("training_manifest.json")
    evaluated = {p["step"]: p["validation_loss"] for p in points}
    at_evaluation = {s: loss for s, loss in evaluated.items() if s % 18 == 0}
    assert manifest["steps"] == {"planned": 180, "done": 180, "selected": min(at_evaluation, key=at_evaluation.__getitem__)}
    assert manifest["validation_loss"] == min(at_evaluation.values())
    assert long_run.json("curve.json")["points"][0]["train_loss"] > 3
    assert manifest["validation_loss"] < 1.9


def test_the_first_loss_is_that_of_transformers_with_prompt_labels_masked(bench: Bench, long_run: Finished) -> None:
    base, tokenizer = bench.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        model = load_lora(base, 4, 8, 3, prepare())
    _, items = encode_rows(tokenizer, Task.model_validate(TASK), TRAIN, 128)
    chosen = [items[i] for i in Order(3, len(items), 8).batch_at(0)]
    with torch.no_grad():
        expected = [
            model(
                input_ids=torch.tensor([item.prompt + item.answer]),
                labels=torch.tensor([[-100] * len(item.prompt) + item.answer]),
            ).loss.item()
            for item in chosen
        ]
        found = row_losses(model, collate(chosen))
    assert found.tolist() == pytest.approx(expected, abs=1e-5)
    first = long_run.json("curve.json")["points"][0]["train_loss"]
    assert first == pytest.approx(sum(expected) / 8, abs=1e-5)
    assert first == pytest.approx(6.3, abs=0.3)


def test_running_the_shared_instruction_once_changes_neither_loss_nor_gradient(bench: Bench) -> None:
    base, tokenizer = bench.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        model = load_lora(base, 4, 8, 3, prepare())
    named = parameters(model)
    with torch.no_grad():
        for parameter in named.values():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    _, items = encode_rows(tokenizer, Task.model_validate(TASK), TRAIN[:8], 128)
    shared = common_prefix(items)
    assert shared > 10
    results = []
    for batch in (collate(items), collate(items, shared=shared)):
        model.zero_grad()
        losses = row_losses(model, batch)
        losses.mean().backward()
        results.append((losses.detach(), torch.cat([p.grad.flatten() for p in named.values() if p.grad is not None])))
    assert torch.allclose(results[0][0], results[1][0], atol=1e-5)
    assert torch.allclose(results[0][1], results[1][1], atol=1e-6)


def test_the_same_spec_gives_the_same_bytes_and_another_seed_others(bench: Bench) -> None:
    one, two = bench.train(TRAIN, VALIDATION), bench.train(TRAIN, VALIDATION)
    other = bench.train(TRAIN, VALIDATION, seed=4)
    assert one.artifacts == two.artifacts
    assert one.artifacts["adapter_model.safetensors"] != other.artifacts["adapter_model.safetensors"]


def test_killed_twice_it_ends_with_the_unbroken_runs_adapter(bench: Bench, long_run: Finished) -> None:
    run = prepared(bench)
    for step in (40, 120):
        process = bench.start(run, "lora_sft")
        wait_for_step(run, step, process)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    resumed = bench.start(run, "lora_sft")
    assert resumed.wait() == 0
    broken = Finished(run, 0)
    steps = [event["data"]["step"] for event in broken.events if event["type"] == "metrics"]
    assert steps[-1] == 180
    assert len(steps) > 180  # some were computed twice, so it did go back to a checkpoint
    assert any("Continued from step" in event["message"] for event in broken.events)
    assert sha256_file(broken.file("adapter_model.safetensors")) == sha256_file(long_run.file("adapter_model.safetensors"))
    assert broken.artifacts == long_run.artifacts


def test_told_to_stop_it_saves_leaves_and_goes_on_to_the_same_adapter(bench: Bench, long_run: Finished) -> None:
    run = prepared(bench)
    process = bench.start(run, "lora_sft")
    wait_for_step(run, 30, process)
    process.terminate()
    assert process.wait() == 143
    assert not (run / "result.json").exists()
    assert bench.go_on(run, "lora_sft").artifacts == long_run.artifacts


def test_cancelled_it_keeps_the_best_so_far(bench: Bench) -> None:
    run = prepared(bench)
    process = bench.start(run, "lora_sft")
    wait_for_step(run, 40, process)
    (run / "cancel.json").write_text("{}")
    assert process.wait() == 0
    cancelled = Finished(run, 0)
    manifest = cancelled.json("training_manifest.json")
    assert json.loads((run / "result.json").read_text())["status"] == "cancelled"
    assert 18 <= manifest["steps"]["selected"] <= manifest["steps"]["done"] < 180
    assert load_file(cancelled.file("adapter_model.safetensors")).keys()


def test_cancelled_before_the_first_validation_there_is_no_adapter(bench: Bench) -> None:
    run = prepared(bench)
    (run / "cancel.json").write_text("{}")
    assert bench.go_on(run, "lora_sft").artifacts == {}


def test_checkpoints_cover_the_training_with_moments_and_logged_losses(bench: Bench, long_run: Finished) -> None:
    index = long_run.json("checkpoints.json")
    steps = [entry["step"] for entry in index["checkpoints"]]
    assert {18, 36, 54, 90, 108, 144, 180} <= set(steps)
    assert 4 <= len(steps) <= 8
    assert index["selected_step"] in steps
    adapter = load_file(long_run.file("adapter_model.safetensors"))
    for entry in index["checkpoints"]:
        path = bench.root / "blobs" / entry["sha256"][:2] / entry["sha256"]
        assert sha256_file(path) == entry["sha256"]
        tensors = load_file(path)
        assert tensors.keys() == {f"{part}/{name}" for part in ("weights", "exp_avg", "exp_avg_sq") for name in adapter}
        if entry["step"] == index["selected_step"]:
            assert all(torch.equal(tensors[f"weights/{name}"], adapter[name]) for name in adapter)
        assert entry["train_batch"] == Order(3, 96, 8).batch_at(entry["step"] - 1)
        assert entry["validation_loss"] is not None
    left = sorted(path.name for path in (long_run.path / "checkpoints").glob("resume-*"))
    assert left == ["resume-00000162.safetensors", "resume-00000180.safetensors"]


def test_the_manifest_names_every_file_by_its_hash(bench: Bench, long_run: Finished) -> None:
    manifest = long_run.json("training_manifest.json")
    for name, sha256 in manifest["artifacts"].items():
        assert sha256_file(long_run.file(name)) == sha256 == long_run.artifacts[name]
    assert manifest["base"]["base_hash"] == bench.base_hash
    assert manifest["inputs"]["train"] == sha256_file(long_run.path / "inputs" / "train")
    assert manifest["versions"]["torch"] == torch.__version__
    assert str(bench.root) not in json.dumps(manifest) + long_run.file("adapter_config.json").read_text()


def test_the_order_can_be_recomputed_from_seed_and_epoch(long_run: Finished) -> None:
    record = long_run.json("order.json")
    joined = [index for epoch in range(record["epochs"]) for index in epoch_order(record["seed"], epoch, 96)]
    assert record["batches"] == [joined[k : k + 8] for k in range(0, 1440, 8)]
    assert epoch_order(3, 0, 5) == [4, 2, 1, 0, 3]


def test_epochs_are_raised_until_there_are_50_updates(bench: Bench) -> None:
    assert plan(1000, 3, 16) == (3, 187)
    assert plan(96, 3, 16) == (9, 54)
    assert plan(10, 1, 16) == (50, 50)
    few = bench.train(TRAIN[:12], VALIDATION[:3], epochs=1)
    assert few.json("training_manifest.json")["epochs"] == 34
    assert few.json("training_manifest.json")["steps"]["planned"] == 51


def test_patience_stops_a_training_that_no_longer_gains_and_keeps_the_best(bench: Bench) -> None:
    # Right answers turned to wrong ones on validation: the more it learns, the worse that loss.
    against = label_rows(24, 2, "v", wrong=True)
    run = bench.train(TRAIN, against, **{**LONG, "patience": 2})
    manifest = run.json("training_manifest.json")
    steps, validated = manifest["steps"], [p for p in run.json("curve.json")["points"] if p["validation_loss"] is not None]
    assert manifest["stopped_by"] == "patience"
    assert steps["done"] < steps["planned"] == 180
    assert steps["selected"] == min(validated, key=lambda point: point["validation_loss"])["step"]
    assert [point["step"] for point in validated].index(steps["selected"]) == len(validated) - 3
    assert len(run.json("order.json")["batches"]) == steps["done"]
    assert any("2 validation points without a gain" in event["message"] for event in run.events)


def test_of_several_rates_the_best_on_validation_is_trained_from_the_same_start(bench: Bench) -> None:
    tried = bench.train(TRAIN, VALIDATION, learning_rates=[0.00001, 0.01])
    manifest = tried.json("training_manifest.json")
    assert (manifest["learning_rate"], manifest["stopped_by"]) == (0.01, "all steps done")
    losses = {trial["learning_rate"]: trial["validation_loss"] for trial in manifest["trials"]}
    assert losses[0.01] < losses[0.00001]
    plainly = bench.train(TRAIN, VALIDATION, learning_rate=0.01)
    assert tried.artifacts["adapter_model.safetensors"] == plainly.artifacts["adapter_model.safetensors"]
    reported = [event["data"] for event in tried.events if event["type"] == "progress"]
    assert reported[-1]["unit"] == "trial steps"
    assert reported[-1]["done"] == reported[-1]["total"] == 2 * manifest["trials"][0]["steps"]


def test_a_rate_that_breaks_the_training_down_loses_and_nothing_else() -> None:
    trials: list[dict[str, Any]] = [
        {"learning_rate": 1e-3, "validation_loss": 0.5},
        {"learning_rate": 5e-2, "validation_loss": None},
    ]
    assert best_rate(trials) == 1e-3
    with pytest.raises(RunnerError, match="every learning rate that was tried"):
        best_rate(trials[1:])


def test_gradient_checkpointing_changes_the_memory_and_not_the_adapter(bench: Bench) -> None:
    plainly = load_file(bench.train(TRAIN, VALIDATION).file("adapter_model.safetensors"))
    frugal = load_file(bench.train(TRAIN, VALIDATION, gradient_checkpointing=True).file("adapter_model.safetensors"))
    assert all(torch.allclose(frugal[name], tensor, atol=1e-4) for name, tensor in plainly.items())


def test_four_bits_without_a_gpu_are_refused_with_a_sentence(bench: Bench) -> None:
    error = bench.train(TRAIN, VALIDATION, quantisation="4bit").error
    assert error["code"] == "CONFIG_RANGE"
    assert "needs a CUDA device" in error["message"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU: training in bf16 with gradient checkpointing on CUDA")
def test_on_cuda_it_trains_with_gradient_checkpointing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.env, "RUNNER_DEVICE", "cuda")
    manifest = bench.train(TRAIN, VALIDATION, gradient_checkpointing=True, epochs=6).json("training_manifest.json")
    assert manifest["precision"]["device"] == "cuda"
    assert manifest["validation_loss"] < 3


def test_without_validation_rows_the_last_point_is_kept(bench: Bench) -> None:
    manifest = bench.train(TRAIN[:12], []).json("training_manifest.json")
    assert (manifest["steps"]["selected"], manifest["validation_loss"]) == (51, None)


def test_the_rate_warms_up_and_falls_towards_zero() -> None:
    rates = [learning_rate(step, 100, 0.01, 0.06) for step in range(100)]
    assert rates[:6] == pytest.approx([0.01 * k / 6 for k in range(1, 7)])
    assert rates[6] == 0.01
    assert rates[99] == pytest.approx(0.01 / 94)
    assert all(a > b for a, b in pairwise(rates[6:]))


def test_nine_rows_are_too_few(bench: Bench) -> None:
    assert bench.train(TRAIN[:9], VALIDATION).error["code"] == "DATASET_TOO_SMALL"


def test_rows_all_longer_than_the_limit_are_refused_with_the_longest(bench: Bench) -> None:
    rows = [replace(row, prompt=f"{row.prompt} " * 20) for row in TRAIN]
    error = bench.train(rows, VALIDATION, max_length=100).error
    assert error["code"] == "ALL_TRUNCATED"
    assert "96 of 96 rows (100%) are longer than the limit of 100 tokens; the longest has" in error["message"]


def test_some_shortened_rows_are_trained_and_counted(bench: Bench) -> None:
    rows = [*TRAIN[:20], *(replace(row, prompt=row.prompt * 20) for row in TRAIN[20:24])]
    run = bench.train(rows, VALIDATION)
    assert run.json("training_manifest.json")["rows"] == {"given": 24, "trained": 24, "truncated": 4, "validation": 24}
    assert any(event["level"] == "warn" for event in run.events)


def test_a_loss_that_is_no_number_stops_the_run_with_a_sentence(tmp_path: Path) -> None:
    error = Bench(tmp_path, scale=1e30).train(TRAIN, VALIDATION).error
    assert error["code"] == "LOSS_NOT_FINITE"
    assert "step 1 of" in error["message"]
    assert "smaller learning rate" in error["message"]


@pytest.mark.parametrize(
    "wrong", [{"rank": 0}, {"rank": 4096}, {"learning_rate": 1e9}, {"epochs": 10**6}, {"max_length": 10**7}, {"batch_size": 0}]
)
def test_settings_out_of_range_are_refused_before_any_work(wrong: dict[str, Any]) -> None:
    config = {**TRAINING, "base": "micro", "base_hash": "0" * 64, **wrong}
    with pytest.raises(ValidationError):
        RUN_SPEC.validate_python({"recipe": "lora_sft", "config": config, "inputs": {"train": "0" * 64, "validation": "0" * 64}})


def test_a_line_that_is_no_row_is_named(bench: Bench) -> None:
    run = bench.run("lora_sft", TRAINING, {"train": jsonl(TRAIN) + b'{"id": 3}\n', "validation": b""})
    assert run.error["code"] == "INPUT_FORMAT"
    assert "Line 97" in run.error["message"]
