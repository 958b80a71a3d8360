import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from runner import stats
from runner.blobs import sha256_file
from runner.configs import Task
from runner.data import most_frequent_answer
from runner.decode import greedy, label_scores
from runner.model import load_base, load_lora, parameters, prepare
from runner.recipes.evaluate import Scorer, normalise
from runner.template import messages, prompt_text, tokens_of
from tests.micro import LABELS, TASK, Bench, Finished, jsonl, label_rows

TRAIN, VALIDATION, TEST = label_rows(120, 1, "t"), label_rows(24, 2, "v"), label_rows(150, 3, "e")
ALL = ["base", "prompted", "tuned", "majority"]
ENOUGH = {"epochs": 12}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def trained(bench: Bench) -> Finished:
    return bench.train(TRAIN, VALIDATION, **ENOUGH)


def evaluated(bench: Bench, adapter: Finished | None, arms: list[str], **more: Any) -> Finished:
    inputs: dict[str, bytes | Path] = {"test": jsonl(TEST), "train": jsonl(TRAIN)}
    if adapter is not None:
        inputs["adapter"] = adapter.file("adapter_model.safetensors")
        inputs["adapter_config"] = adapter.file("adapter_config.json")
    if "previous" in more:
        inputs["previous"] = more.pop("previous")
    config = {"task": TASK, "arms": arms, "seed": 5, "clusters": 300, "max_new_tokens": 8, **more}
    return bench.run("evaluate", config, inputs)


@pytest.fixture(scope="module")
def report(bench: Bench, trained: Finished) -> dict[str, Any]:
    return dict(evaluated(bench, trained, ALL).json("evaluation.json"))


def test_a_real_effect_is_better(report: dict[str, Any]) -> None:
    found = report["comparison"]
    assert found["verdict"] == "better", found["reason"]
    assert report["arms"]["tuned"]["rate"] > 0.8
    usual = {key: value for key, value in report["arms"]["majority"].items() if key != "per_class"}
    assert usual == pytest.approx({"correct": 50, "n": 150, "rate": 1 / 3, "low": 0.2586, "high": 0.4148, "failed": 0}, abs=1e-4)
    assert found["fixed"] - found["broken"] == report["arms"]["tuned"]["correct"] - report["arms"]["base"]["correct"]
    assert report["comparison_prompted"]["arm_a"] == "prompted"


def test_the_report_has_the_shape_the_app_reads(bench: Bench, report: dict[str, Any]) -> None:
    assert (report["format"], report["metric"], report["n"]) == ("modelfactory.evaluation/1", "accuracy", 150)
    assert report["arms"].keys() == set(ALL)
    item = report["items"][1]
    assert (item["id"], item["sealed"], item["category"], item["expected"]) == ("e1", True, "warm red", ["warm red"])
    tuned = item["answers"]["tuned"]
    assert max(tuned["scores"], key=tuned["scores"].__getitem__) == tuned["text"]
    assert [entry["category"] for entry in report["categories"]] == sorted(LABELS)
    assert all(entry["p_holm"] >= entry["p_value"] for entry in report["categories"])
    per_class = report["arms"]["tuned"]["per_class"]
    assert sum(entry["support"] for entry in per_class.values()) == 150
    assert sum(round(entry["recall"] * entry["support"]) for entry in per_class.values()) == report["arms"]["tuned"]["correct"]
    shots = report["prompted"]["shots"]
    assert len(shots) == 5
    assert set(shots) <= {row.id for row in TRAIN}
    assert len(report["golden"]) == 8
    sealed = {row.prompt for row in TEST if row.sealed}
    assert not sealed & {golden["prompt"] for golden in report["golden"]}


def test_two_seeds_of_one_recipe_are_not_better_than_each_other(bench: Bench) -> None:
    # The second adapter stands where the base does: same test, same scorer. Trained until seeds agree: half-trained seeds
    # of so small a model differ in truth.
    one, two = (bench.train(TRAIN, VALIDATION, epochs=25, seed=seed) for seed in (11, 12))
    first = evaluated(bench, one, ["tuned", "majority"]).json("evaluation.json")
    second = evaluated(bench, two, ["tuned"]).json("evaluation.json")
    assert one.artifacts["adapter_model.safetensors"] != two.artifacts["adapter_model.safetensors"]
    assert [i["answers"]["tuned"]["text"] for i in first["items"]] != [i["answers"]["tuned"]["text"] for i in second["items"]]
    for before, after in ((first, second), (second, first)):
        assert verdict_between(before, after, first) == "not_enough_evidence"


def verdict_between(before: dict[str, Any], after: dict[str, Any], with_majority: dict[str, Any]) -> str:
    def right(report: dict[str, Any], arm: str) -> list[bool]:
        return [item["answers"][arm]["correct"] for item in report["items"]]

    usual = right(with_majority, "majority")
    return stats.compare("base", right(before, "tuned"), "tuned", right(after, "tuned"), usual, 300, 0)["verdict"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_answers_are_not_better(bench: Bench, seed: int) -> None:
    answers = [row.answer for row in TRAIN]
    random.Random(seed).shuffle(answers)
    shuffled = [replace(row, answer=answer) for row, answer in zip(TRAIN, answers, strict=True)]
    adapter = bench.train(shuffled, VALIDATION, epochs=6)
    found = evaluated(bench, adapter, ["base", "tuned", "majority"]).json("evaluation.json")
    assert found["comparison"]["verdict"] != "better"


def test_earlier_arms_are_taken_over_and_give_the_same_verdict(bench: Bench, trained: Finished, report: dict[str, Any]) -> None:
    before = evaluated(bench, None, ["base", "prompted", "majority"])
    assert before.json("evaluation.json")["comparison"] is None
    merged = evaluated(bench, trained, ["tuned"], previous=before.file("evaluation.json")).json("evaluation.json")
    for key in ("arms", "comparison", "comparison_prompted", "categories", "items", "golden"):
        assert merged[key] == report[key], key


def test_an_evaluation_of_another_test_is_not_merged(bench: Bench, trained: Finished) -> None:
    before = evaluated(bench, None, ["base"], seed=6)
    refused = evaluated(bench, trained, ["tuned"], previous=before.file("evaluation.json"))
    assert refused.error["code"] == "INPUT_FORMAT"
    assert "another seed" in refused.error["message"]


def test_the_tuned_arm_without_an_adapter_is_refused(bench: Bench) -> None:
    assert evaluated(bench, None, ["tuned"]).error["code"] == "INPUT_NAMES"


def test_few_groups_withhold_the_verdict(bench: Bench, trained: Finished) -> None:
    found = evaluated(bench, trained, ["base", "tuned", "majority"], clusters=100).json("evaluation.json")["comparison"]
    assert (found["verdict"], found["rows_needed"]) == ("not_measured", 20)


def test_items_that_cannot_be_scored_block_the_verdict(tmp_path: Path, trained: Finished) -> None:
    broken = evaluated(Bench(tmp_path, scale=float("nan")), trained, ["base", "tuned", "majority"]).json("evaluation.json")
    assert broken["arms"]["base"]["failed"] == 150
    assert broken["comparison"]["verdict"] == "not_measured"
    assert broken["comparison"]["reason"].startswith("SCORER_FAILED")


@pytest.fixture(scope="module")
def noisy_model(bench: Bench) -> tuple[Any, Any]:
    """A model whose answers vary with the question, and its tokenizer."""
    base, tokenizer = bench.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        model = load_lora(base, 4, 8, 0, prepare())
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in parameters(model).values():
            parameter.copy_(torch.randn_like(parameter) * 0.3)
    return model.eval(), tokenizer


def prompts_of(tokenizer: Any) -> list[list[int]]:
    task = Task.model_validate(TASK)
    return [tokens_of(tokenizer, prompt_text(tokenizer, messages(tokenizer, task, row))) for row in TEST[:12]]


def test_label_scores_are_those_of_the_whole_text_run_at_once(noisy_model: tuple[Any, Any]) -> None:
    model, tokenizer = noisy_model
    prompts = prompts_of(tokenizer)
    labels = [[*tokens_of(tokenizer, label), tokenizer.eos_token_id] for label in LABELS]
    assert labels[0][0] == labels[1][0]  # "warm" and "warm red" begin with the same token
    found = label_scores(model, prompts, labels, torch.device("cpu"))
    for row, prompt in zip(found, prompts, strict=True):
        for score, label in zip(row, labels, strict=True):
            with torch.no_grad():
                logs = model(torch.tensor([prompt + label])).logits[0].log_softmax(-1)
            expected = sum(logs[len(prompt) - 1 + j, token].item() for j, token in enumerate(label))
            assert score.item() == pytest.approx(expected, abs=1e-4)


def test_greedy_answers_are_those_of_transformers_generate(noisy_model: tuple[Any, Any]) -> None:
    model, tokenizer = noisy_model
    prompts = prompts_of(tokenizer)
    found = greedy(model, prompts, 10, tokenizer.eos_token_id, torch.device("cpu"))
    assert len({tuple(answer) for answer in found}) > 1
    for prompt, answer in zip(prompts, found, strict=True):
        ids = torch.tensor([prompt])
        expected = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=10)
        told = expected[0, len(prompt) :].tolist()
        assert answer == (told[: told.index(tokenizer.eos_token_id)] if tokenizer.eos_token_id in told else told)


@pytest.mark.parametrize(
    ("text", "correct", "contains"),
    [
        ("decision", True, True),
        (" “Decision.” ", True, True),
        ("It is the decision, I think", False, True),
        ("indecision", False, False),
        ("verdict", True, True),
        ("", False, False),
    ],
)
def test_free_answers_count_by_normalised_exact_match(bench: Bench, text: str, correct: bool, contains: bool) -> None:
    _, tokenizer = bench.load()
    scorer = Scorer(tokenizer, Task(goal="answer"), 256, 8, torch.device("cpu"), lambda _: None)
    row = replace(TEST[0], answer="decision", answers=["decision", "verdict"])
    assert scorer.judge(row, text) == {"text": text, "correct": correct, "contains": contains}


def test_normalising_leaves_the_words_alone() -> None:
    assert normalise("  Ｔhe\u00a0 ICE-Cream! ") == "the ice-cream"


def test_questions_are_answered_and_counted_with_contains_beside(bench: Bench) -> None:
    rows = [replace(row, category="") for row in TEST[:60]]
    config = {"task": {"goal": "answer", "labels": [], "instruction": ""}, "arms": ["base", "prompted", "majority"], "seed": 1}
    run = bench.run("evaluate", {**config, "max_new_tokens": 6}, {"test": jsonl(rows), "train": jsonl(TRAIN)})
    found = run.json("evaluation.json")
    assert found["metric"] == "exact_match"
    assert found["categories"] == []
    assert found["arms"]["majority"]["contains"]["correct"] >= found["arms"]["majority"]["correct"] == 20
    assert found["arms"]["base"]["per_class"] is None
    assert [event["data"]["total"] for event in run.events if event["type"] == "progress"][-1] == 60 * 2 + 40 * 3


def test_examples_that_do_not_fit_are_left_out(bench: Bench) -> None:
    long = [replace(row, prompt=f"{row.prompt} " * 8) for row in TRAIN]
    config = {"task": TASK, "arms": ["prompted"], "seed": 5}
    run = bench.run("evaluate", config, {"test": jsonl(TEST[:10]), "train": jsonl(long)})
    assert len(run.json("evaluation.json")["prompted"]["shots"]) < 5
    assert any("fit into the base's context" in event["message"] for event in run.events)


def test_the_most_frequent_answer_is_the_first_in_the_alphabet_among_equals() -> None:
    assert most_frequent_answer(TRAIN) == "cold"
    assert most_frequent_answer([]) == ""


def test_scoring_changes_nothing_in_the_base(bench: Bench) -> None:
    base, _ = bench.load()
    before = sha256_file(bench.root / "bases" / "micro" / "model.safetensors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        assert load_base(base, prepare()) is not None
    assert before == base.files["model.safetensors"]
