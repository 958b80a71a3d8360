"""The dry run on the micro base: what passes, what wants care, what fails, and in whose words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from transformers import LlamaForCausalLM

from runner.schemas import Machine
from tests.micro import TEMPLATE, TRAINING, Bench, jsonl, label_rows

TRAIN, VALIDATION = label_rows(96, 1, "t"), label_rows(24, 2, "v")
NAMES = ["base", "rows", "template", "loss", "longest", "disk", "memory", "speed"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def dry(bench: Bench, rows: Any = TRAIN, **config: Any) -> dict[str, Any]:
    done = bench.run("dry_run", {**TRAINING, **config}, {"train": jsonl(rows), "validation": jsonl(VALIDATION)})
    assert done.code == 0
    assert list(done.artifacts) == ["dry_run.json"]
    assert not (done.path / "checkpoints").exists()
    report: dict[str, Any] = done.json("dry_run.json")
    return report


def test_a_good_configuration_passes_every_check_and_is_timed(bench: Bench) -> None:
    report = dry(bench)
    assert report["passed"]
    assert [(check["check"], check["verdict"]) for check in report["checks"]] == [(name, "passed") for name in NAMES]
    figures = report["figures"]
    assert (figures["steps"], figures["rows_per_step"], figures["trained_rows"], figures["rows_over"]) == (60, 8, 96, 0)
    assert 0 < figures["answer_tokens"] < figures["tokens"]
    assert 0 < figures["step_seconds"] <= figures["training_seconds"]
    assert 10**8 < figures["peak_bytes"] < figures["available_bytes"]


def test_the_steps_are_tried_as_they_will_be_trained(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(LlamaForCausalLM, "gradient_checkpointing_enable", lambda _, how: asked.append(how))
    dry(bench)
    assert asked == []
    # Without it, a GPU that can train the base would be told that it cannot.
    dry(bench, gradient_checkpointing=True)
    assert asked == [{"use_reentrant": False}]


def test_a_row_of_20000_tokens_is_named_with_what_becomes_of_it(bench: Bench) -> None:
    long_question = replace(TRAIN[5], prompt="sun " * 20_000)
    long_answer = replace(TRAIN[7], answer="cold " * 400)
    report = dry(bench, [*TRAIN[:5], long_question, TRAIN[6], long_answer, *TRAIN[8:]])
    assert report["passed"]
    check = next(check for check in report["checks"] if check["check"] == "longest")
    assert check["verdict"] == "careful"
    assert [(row["id"], row["becomes"]) for row in check["rows"]] == [("t5", "shortened"), ("t7", "left out")]
    assert check["rows"][0]["tokens"] > 20_000
    assert "raise the longest row in the expert panel (at most 256)" in check["fix"]
    assert report["figures"]["trained_rows"] == 95


def test_too_many_long_rows_fail_before_any_step(bench: Bench) -> None:
    rows = [replace(row, prompt=f"{row.prompt} {'sun ' * 300}") if k % 3 == 0 else row for k, row in enumerate(TRAIN)]
    report = dry(bench, rows)
    assert not report["passed"]
    last = report["checks"][-1]
    assert (last["check"], last["verdict"], len(last["rows"])) == ("longest", "failed", 5)
    assert last["message"].startswith("32 rows are longer than 128 tokens; the longest has ")
    assert "step_seconds" not in report["figures"]


def test_a_template_that_writes_questions_differently_once_answered_fails(tmp_path: Path) -> None:
    moved = TEMPLATE.replace("{% if add_generation_prompt %}", "{% if add_generation_prompt %}<|system|>")
    report = dry(Bench(tmp_path, template=moved))
    assert not report["passed"]
    last = report["checks"][-1]
    assert (last["check"], last["code"]) == ("template", "TEMPLATE_MISMATCH")
    assert "Choose another base model." in last["message"]


def test_a_changed_base_file_fails_the_first_check(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (tmp_path / "bases" / "micro" / "config.json").write_text("{}")
    (check,) = dry(bench)["checks"]
    assert (check["check"], check["code"]) == ("base", "BASE_HASH")


def test_too_few_rows_and_an_infinite_loss_are_found(bench: Bench, tmp_path: Path) -> None:
    last = dry(bench, TRAIN[:9])["checks"][-1]
    assert (last["check"], last["code"]) == ("rows", "DATASET_TOO_SMALL")
    last = dry(Bench(tmp_path, scale=1e30))["checks"][-1]
    assert (last["check"], last["code"]) == ("memory", "LOSS_NOT_FINITE")


def test_a_machine_that_is_too_small_fails_by_memory_or_disk(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Machine(
        device="cpu",
        name="small",
        cores=1,
        memory_bytes=1_050_000_000,
        run_memory_bytes=None,
        threads=1,
        gpu_memory_bytes=None,
        disk_free_bytes=1,
        has_bf16=False,
        four_bit_missing="cuda",
    )
    monkeypatch.setattr("runner.recipes.dry_run.machine", lambda _: small)
    last = dry(bench)["checks"][-1]
    assert (last["check"], last["verdict"]) == ("memory", "failed")
    assert "this machine has 0.1 GB for it" in last["message"]
    monkeypatch.setattr("runner.recipes.dry_run.disk_free_bytes", lambda _: 1_000)
    last = dry(bench)["checks"][-1]
    assert (last["check"], last["verdict"]) == ("disk", "failed")
    assert "0.0 GB are free" in last["message"]
