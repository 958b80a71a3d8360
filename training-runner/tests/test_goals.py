"""The goals `fields` and `style`: marks of single answers, and whole evaluations on the micro base."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner import stats, template
from runner.configs import Task
from runner.data import Row
from runner.fields import canonical_fields, compare_fields, mark_fields, most_frequent_fields, read_fields
from runner.prompted import candidate_instructions
from runner.recipes.evaluate import METRICS, normalise
from runner.style import likeness, token_f1
from tests.micro import Bench, Finished, jsonl, label_rows

VECTORS = Path(__file__).resolve().parents[2] / "contracts" / "vectors" / "fields-answer.json"
NAMES = ["thing", "kind"]
FIELDS = Task(goal="fields", fields=NAMES)
LEARNED = Task(goal="fields", fields=["k", "h"])
RIGHT = '{"thing":"ice","kind":"cold"}'


def field_rows(count: int, seed: int, prefix: str) -> list[Row]:
    """Sentences whose one telling word gives both fields: what is warm, and whether it is."""
    values = {"warm": ("w", "y"), "warm red": ("r", "y"), "cold": ("c", "n")}
    return [
        replace(row, answer=canonical_fields(dict(zip(LEARNED.fields, values[row.answer], strict=True)), LEARNED.fields))
        for row in label_rows(count, seed, prefix)
    ]


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text())["cases"], ids=lambda case: case["name"])
def test_the_form_is_the_apps(case: dict[str, Any]) -> None:
    assert canonical_fields(case["values"], case["fields"]) == case["canonical"]
    assert read_fields(case["canonical"]) == case["values"]


@pytest.mark.parametrize("text", ["", "ice", "[]", "[1, 2]", "null", "3", '{"thing": ["ice"]}', '{"a":"1","a":"2"}', RIGHT[:-1]])
def test_anything_but_a_flat_object_is_not_in_the_form(text: str) -> None:
    assert read_fields(text) is None
    marked = mark_fields(NAMES, text, [RIGHT], normalise)
    assert marked == {"correct": False, "in_form": False, "fields": {"thing": False, "kind": False}}


@pytest.mark.parametrize(
    ("text", "correct", "in_form", "fields"),
    [
        (RIGHT, True, True, [True, True]),
        ('{"kind": " COLD. ", "thing": "Ice"}', True, True, [True, True]),
        ('{"thing":"ice","kind":"warm"}', False, True, [True, False]),
        ('{"thing":"ice"}', False, False, [True, False]),
        ('{"thing":"ice","kind":"cold","size":"big"}', False, False, [True, True]),
        ('{"thing":null,"kind":"cold"}', False, True, [False, True]),
    ],
)
def test_fields_count_one_by_one_and_all_together(text: str, correct: bool, in_form: bool, fields: list[bool]) -> None:
    expected = {"correct": correct, "in_form": in_form, "fields": dict(zip(NAMES, fields, strict=True))}
    assert mark_fields(NAMES, text, [RIGHT], normalise) == expected


def test_of_several_accepted_answers_one_must_be_right_as_a_whole() -> None:
    other = '{"thing":"sun","kind":"warm"}'
    assert mark_fields(NAMES, other, [RIGHT, other], normalise)["correct"]
    assert not mark_fields(NAMES, '{"thing":"ice","kind":"warm"}', [RIGHT, other], normalise)["correct"]


def test_the_majority_is_the_commonest_value_of_each_field() -> None:
    answers = [("ice", "cold"), ("ice", "warm"), ("sun", "warm"), ("sun", "warm")]
    rows = [Row(f"r{k}", "p", canonical_fields({"thing": a, "kind": b}, NAMES)) for k, (a, b) in enumerate(answers)]
    assert most_frequent_fields(rows, NAMES) == '{"thing":"ice","kind":"warm"}'
    assert most_frequent_fields([], NAMES) == '{"thing":"","kind":""}'


def test_the_comparison_of_fields_is_adjusted_over_them() -> None:
    def answers(thing: int, kind: int) -> list[dict[str, Any]]:
        return [{"fields": {"thing": k < thing, "kind": k < kind}} for k in range(60)]

    found = compare_fields(NAMES, {"base": answers(10, 30), "tuned": answers(20, 33)})
    assert [(f["field"], f["n"], f["fixed"], f["broken"]) for f in found] == [("thing", 60, 10, 0), ("kind", 60, 3, 0)]
    assert [f["p_value"] for f in found] == pytest.approx([2 * 0.5**10, 0.25])
    assert [f["p_holm"] for f in found] == pytest.approx([4 * 0.5**10, 0.25])
    assert found[0]["interval"] == pytest.approx(list(stats.agresti_min(10, 0, 60)))
    assert compare_fields(NAMES, {"base": answers(1, 1)}) == []


def test_token_f1_is_squads() -> None:
    # 3 of 4 and 3 of 5 words are shared: 2 * 3 / 9.
    assert token_f1("The cat sat down.", "the cat sat on mats", normalise) == pytest.approx(6 / 9)
    assert token_f1("a a", "a", normalise) == pytest.approx(2 / 3)
    assert (token_f1("", "", normalise), token_f1("", "a", normalise)) == (1.0, 0.0)
    assert likeness("a b", ["x y z w", "a b c d"], normalise) == {"f1": 0.6667, "length_ratio": 0.4286}


def test_the_instruction_names_the_fields_and_the_rival_is_told_the_same() -> None:
    told = "You extract these fields from texts: thing, kind. Answer with one JSON object that holds them all."
    assert template.instruction(FIELDS, "a row's own") == told
    rivals = candidate_instructions(FIELDS)
    assert rivals[0] == told
    assert '{"thing":"","kind":""}' in rivals[1]
    style = Task(goal="style")
    assert (template.instruction(style), template.instruction(style, "Be brief.")) == ("Write in our style.", "Be brief.")
    assert len(candidate_instructions(style)) == 3
    assert METRICS == {"label": "accuracy", "answer": "exact_match", "fields": "all_fields", "style": "preference"}


def test_a_task_takes_its_own_names_only() -> None:
    assert "fields" not in Task(goal="answer").model_dump(mode="json")
    assert FIELDS.model_dump(mode="json") == {"goal": "fields", "labels": [], "fields": NAMES, "instruction": ""}
    for wrong in ({"goal": "fields"}, {"goal": "fields", "fields": ["a", "a"]}, {"goal": "answer", "fields": ["a"]}):
        with pytest.raises(ValueError, match="fields"):
            Task.model_validate(wrong)
    with pytest.raises(ValueError, match="labels"):
        Task(goal="style", labels=["a", "b"])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def evaluated(bench: Bench, task: Task, adapter: Finished, train: list[Row], test: list[Row]) -> dict[str, Any]:
    config = {"task": task.model_dump(mode="json"), "seed": 5, "clusters": 300, "max_new_tokens": 8}
    inputs: dict[str, Any] = {"test": jsonl(test), "train": jsonl(train)}
    before = bench.run("evaluate", {**config, "arms": ["base", "prompted", "majority"]}, inputs)
    inputs |= {"previous": before.file("evaluation.json"), "adapter": adapter.file("adapter_model.safetensors")}
    inputs["adapter_config"] = adapter.file("adapter_config.json")
    return dict(bench.run("evaluate", {**config, "arms": ["tuned"]}, inputs).json("evaluation.json"))


def test_fields_are_learned_and_measured(bench: Bench) -> None:
    train, test = field_rows(150, 1, "t"), field_rows(60, 3, "e")
    adapter = bench.train(train, field_rows(24, 2, "v"), task=LEARNED.model_dump(mode="json"), epochs=30)
    report = evaluated(bench, LEARNED, adapter, train, test)
    base, tuned = report["arms"]["base"], report["arms"]["tuned"]
    assert report["metric"] == "all_fields"
    # An untrained base writes no object; the trained one does, in more tokens than the eight it was asked to be content with.
    assert (base["correct"], base["in_form"]["correct"]) == (0, 0)
    assert tuned["in_form"]["rate"] > 0.9
    assert tuned["per_field"]["k"]["rate"] >= tuned["rate"] > 0.5
    assert report["comparison"]["verdict"] == "better", report["comparison"]["reason"]
    assert [entry["field"] for entry in report["fields"]] == LEARNED.fields
    assert report["fields"][0]["fixed"] - report["fields"][0]["broken"] == tuned["per_field"]["k"]["correct"]
    assert report["task"] == LEARNED.model_dump(mode="json")
    item = report["items"][0]
    assert item["answers"]["majority"]["in_form"] is True
    assert item["answers"]["tuned"]["fields"].keys() == set(LEARNED.fields)


def test_a_style_is_answered_and_left_to_people(bench: Bench) -> None:
    task = Task(goal="style")
    rows = [replace(row, answer=f"well well {row.answer} my friend") for row in label_rows(150, 1, "t")]
    test = [replace(row, answer=f"well well {row.answer} my friend") for row in label_rows(60, 3, "e")]
    adapter = bench.train(rows, rows[:24], task=task.model_dump(mode="json"), epochs=12)
    report = evaluated(bench, task, adapter, rows, test)
    assert report["metric"] == "preference"
    assert report["comparison"]["verdict"] == "not_measured"
    assert report["comparison"]["reason"] == "A style is judged by people, who have not judged these answers yet."
    assert report["comparison"]["rows_needed"] is None
    assert report["arms"]["tuned"]["f1"] > report["arms"]["base"]["f1"]
    assert 0.5 < report["arms"]["tuned"]["length_ratio"] < 1.5
    few = evaluated(bench, task, adapter, rows, test[:20])["comparison"]
    assert (few["verdict"], few["rows_needed"]) == ("not_measured", 450)
