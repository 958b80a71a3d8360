"""Answer every test question before and after, and say whether it got better.

    python -m runner.recipes.evaluate RUN_DIR

Arms: the base; the base with the best of a few instructions and some training examples; the tuned adapter; always the
most frequent training answer. Same template, same greedy decoding, same scorer for all. Labels are chosen by likelihood
among the label set, so a base that never saw the format does not lose by form alone; free answers count by normalised
exact match, with "contains" beside it; extracted fields one by one and all together (runner/fields.py). A style is judged by
people: here it is only answered. Statistics: runner/stats.py.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from runner import bases, stats
from runner.configs import Goal, Task
from runner.data import Row, epoch_order, most_frequent_answer, read_rows
from runner.decode import greedy, label_scores
from runner.errors import ErrorCode, RunnerError
from runner.fields import compare_fields, mark_fields, most_frequent_fields
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import load_adapter, load_base, prepare
from runner.progress import Progress
from runner.prompted import candidate_instructions, merit
from runner.schemas import EvaluateSpec
from runner.style import likeness
from runner.template import fit, messages, plain, prompt_text, tokens_of

FORMAT = "modelfactory.evaluation/1"
SELECTION_ROWS = 40
METRICS: dict[Goal, str] = {"label": "accuracy", "answer": "exact_match", "fields": "all_fields", "style": "preference"}
# A written answer may be a little longer than the longest it learned from, and no longer than this.
SPARE_TOKENS, MOST_TOKENS = 8, 512

Answer = dict[str, Any]


def evaluate(folder: RunFolder) -> None:
    """Score the asked arms, merge those of an earlier evaluation, compare.

    Errors: INPUT_NAMES, INPUT_FORMAT, those of bases and model.
    """
    assert isinstance(folder.spec, EvaluateSpec)
    config, task = folder.spec.config, folder.spec.config.task
    began = time.monotonic()
    device = prepare()

    # Base, data, and the arms already scored
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    test, train = read_rows(folder.input("test")), read_rows(folder.input("train"))
    test_sha256 = folder.spec.inputs.test
    answers = earlier_answers(folder, config.seed, test)
    scored = [arm for arm in config.arms if arm != "majority"]
    shuffled = [train[i] for i in epoch_order(config.seed, 0, len(train))]
    shots, selection = shuffled[: config.shots], shuffled[config.shots : config.shots + SELECTION_ROWS]
    instructions = candidate_instructions(task)
    tick = Progress(folder, len(test) * len(scored) + len(selection) * len(instructions) * ("prompted" in scored), "answers")

    room = answer_room(tokenizer, task, train, config.max_new_tokens, base.context_length)
    scorer = Scorer(tokenizer, task, base.context_length, room, device, tick)
    if "majority" in config.arms:
        usual = most_frequent_fields(train, task.fields) if task.goal == "fields" else most_frequent_answer(train)
        answers["majority"] = [scorer.judge(row, usual) for row in test]

    # Before: the base as it is, and as well as a prompt can make it
    prompted: dict[str, Any] | None = None
    if "base" in scored or "prompted" in scored:
        model = load_base(base, device)
        if "base" in scored:
            answers["base"] = scorer.answer(model, test)
        if "prompted" in scored:
            kept = scorer.fitting_shots(shots, [*test, *selection], instructions)
            if len(kept) < len(shots):
                folder.emit("message", f"Only {len(kept)} of {len(shots)} examples fit into the base's context.", level="warn")
            right = [
                sum(merit(task, a) for a in scorer.answer(model, selection, kept, system)) if selection else 0
                for system in instructions
            ]
            system = instructions[right.index(max(right))]
            prompted = {"instruction": system, "shots": [row.id for row in kept], "selection": right, "of": len(selection)}
            answers["prompted"] = scorer.answer(model, test, kept, system)
        del model

    # After
    golden: list[dict[str, str]] = []
    if "tuned" in scored:
        if not (folder.has_input("adapter") and folder.has_input("adapter_config")):
            raise RunnerError(ErrorCode.INPUT_NAMES, "The tuned arm needs the inputs adapter and adapter_config.")
        model = load_adapter(base, folder.input("adapter"), folder.input("adapter_config"), device)
        answers["tuned"] = scorer.answer(model, test)
        short = Scorer(tokenizer, task, base.context_length, config.max_new_tokens, device, tick)
        golden = golden_answers(short, model, test, train, config.golden)

    clusters = config.clusters
    report = {
        "format": FORMAT,
        "metric": METRICS[task.goal],
        "n": len(test),
        "arms": {arm: arm_summary(task, test, given) for arm, given in answers.items()},
        "comparison": comparison(task, "base", answers, clusters),
        "comparison_prompted": comparison(task, "prompted", answers, clusters),
        "categories": categories(test, answers),
        **({"fields": compare_fields(task.fields, answers)} if task.goal == "fields" else {}),
        "items": [
            {
                "id": row.id,
                "sealed": row.sealed,
                "category": row.category,
                "prompt": row.prompt,
                "expected": row.accepted,
                "answers": {arm: given[k] for arm, given in answers.items()},
            }
            for k, row in enumerate(test)
        ],
        "golden": golden,
        "prompted": prompted,
        "task": task.model_dump(mode="json"),
        "base_hash": base.base_hash,
        "test_sha256": test_sha256,
        "seed": config.seed,
        "seconds": round(time.monotonic() - began, 2),
    }
    folder.finish({"evaluation.json": folder.write_artifact("evaluation.json", canonical(report))})


class Scorer:
    """Asks a model the questions and marks its answers, the same way for every arm."""

    def __init__(
        self, tokenizer: Any, task: Task, context: int, max_new_tokens: int, device: torch.device, tick: Callable[[int], None]
    ) -> None:
        self.tokenizer, self.task, self.device, self.tick = tokenizer, task, device, tick
        end = [tokenizer.eos_token_id]
        self.labels = [tokens_of(tokenizer, plain(tokenizer, label)) + end for label in task.labels]
        self.room = max((len(label) for label in self.labels), default=max_new_tokens)
        self.max_new_tokens = max_new_tokens
        self.context = context

    def prompt(self, row: Row, shots: Sequence[Row] = (), system: str | None = None) -> str:
        """The rendered question. One too long for the context loses its end, as in training."""
        fitted = fit(self.tokenizer, self.task, replace(row, answer=""), self.context - self.room)
        question = fitted[0][-1]["content"] if fitted else ""
        turns = messages(self.tokenizer, self.task, replace(row, prompt=question), shots, system)
        return prompt_text(self.tokenizer, turns)

    def fitting_shots(self, shots: Sequence[Row], rows: Sequence[Row], systems: Sequence[str]) -> list[Row]:
        """As many of the examples as fit before the longest question."""
        kept = list(shots)
        longest = max(rows, key=lambda row: len(row.prompt), default=None)
        system = max(systems, key=len)
        while kept and longest and len(tokens_of(self.tokenizer, self.prompt(longest, kept, system))) > self.context - self.room:
            kept.pop()
        return kept

    def answer(self, model: Any, rows: Sequence[Row], shots: Sequence[Row] = (), system: str | None = None) -> list[Answer]:
        """One marked answer per row."""
        prompts = [tokens_of(self.tokenizer, self.prompt(row, shots, system)) for row in rows]
        if self.task.goal != "label":
            texts = [self.text(ids) for ids in self.greedy(model, prompts, self.tick)]
            return [self.judge(row, text) for row, text in zip(rows, texts, strict=True)]
        scores = label_scores(model, prompts, self.labels, self.device, self.tick)
        marked = []
        for row, scored in zip(rows, scores, strict=True):
            if not torch.isfinite(scored).all():
                marked.append({"text": "", "correct": False, "failed": True})
                continue
            by_label = dict(zip(self.task.labels, (round(value, 4) for value in scored.tolist()), strict=True))
            marked.append({**self.judge(row, self.task.labels[int(scored.argmax())]), "scores": by_label})
        return marked

    def greedy(self, model: Any, prompts: Sequence[Sequence[int]], tick: Callable[[int], None]) -> list[list[int]]:
        """Token ids of the greedy answers."""
        return greedy(model, prompts, self.max_new_tokens, self.tokenizer.eos_token_id, self.device, tick)

    def text(self, ids: Sequence[int]) -> str:
        """Answer tokens as text."""
        return self.tokenizer.decode(ids, skip_special_tokens=True).strip()

    def judge(self, row: Row, text: str) -> Answer:
        """{text, correct} and what the goal adds: for free answers, whether a right one is contained as whole words."""
        if self.task.goal == "label":
            return {"text": text, "correct": text in row.accepted}
        if self.task.goal == "fields":
            return {"text": text, **mark_fields(self.task.fields, text, row.accepted, normalise)}
        said, accepted = normalise(text), [normalise(answer) for answer in row.accepted]
        if self.task.goal == "style":
            return {"text": text, "correct": said in accepted, **likeness(text, row.accepted, normalise)}
        words = " ".join(re.sub(r"[^\w\s]", " ", said).split())
        contains = any(f" {answer} " in f" {words} " for answer in accepted if answer)
        return {"text": text, "correct": said in accepted, "contains": contains or said in accepted}


def normalise(text: str) -> str:
    """For exact match: one Unicode form (NFKC), lower case, single spaces, no quotes or full stops around."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.strip(" .,;:!?\"'`“”‘’«»")


def answer_room(tokenizer: Any, task: Task, train: Sequence[Row], least: int, context: int) -> int:
    """Tokens an answer may take: `least` for short answers, for objects and texts a little more than the longest learned from."""
    if task.goal not in ("fields", "style"):
        return least
    longest = max((len(tokens_of(tokenizer, plain(tokenizer, row.answer))) for row in train), default=0)
    return max(least, min(longest + SPARE_TOKENS, MOST_TOKENS, context // 2))


def earlier_answers(folder: RunFolder, seed: int, test: Sequence[Row]) -> dict[str, list[Answer]]:
    """Answers by arm from an earlier evaluation of the same test. Raises INPUT_FORMAT when it is of another one."""
    assert isinstance(folder.spec, EvaluateSpec)
    if not folder.has_input("previous"):
        return {}
    config = folder.spec.config
    previous = json.loads(folder.input("previous").read_bytes())
    same = {
        "format": FORMAT,
        "test_sha256": folder.spec.inputs.test,
        "base_hash": config.base_hash,
        "task": config.task.model_dump(mode="json"),
        "seed": seed,
    }
    for key, value in same.items():
        if previous.get(key) != value:
            raise RunnerError(
                ErrorCode.INPUT_FORMAT,
                f"The earlier evaluation has another {key}, so its answers cannot be compared. Run it again.",
            )
    by_id = {item["id"]: item["answers"] for item in previous["items"]}
    return {arm: [by_id[row.id][arm] for row in test] for arm in previous["arms"]}


def arm_summary(task: Task, test: Sequence[Row], given: Sequence[Answer]) -> dict[str, Any]:
    """Rates of one arm with Clopper-Pearson intervals, and precision, recall, F1 per label."""

    def rate(correct: int) -> dict[str, Any]:
        low, high = stats.clopper_pearson(correct, len(given))
        return {"correct": correct, "n": len(given), "rate": correct / len(given) if given else 0.0, "low": low, "high": high}

    summary = {**rate(sum(a["correct"] for a in given)), "failed": sum(a.get("failed", False) for a in given)}
    if task.goal == "fields":
        per_field = {name: rate(sum(a["fields"][name] for a in given)) for name in task.fields}
        return {**summary, "in_form": rate(sum(a["in_form"] for a in given)), "per_field": per_field, "per_class": None}
    if task.goal == "style":
        n = max(1, len(given))
        means = {key: sum(a[key] for a in given) / n for key in ("f1", "length_ratio")}
        return {**summary, **means, "per_class": None}
    if task.goal == "answer":
        return {**summary, "contains": rate(sum(a["contains"] for a in given)), "per_class": None}
    per_class = {}
    for label in task.labels:
        support = [label in row.accepted for row in test]
        said = [a["text"] == label for a in given]
        hits = sum(s and t for s, t in zip(said, support, strict=True))
        precision = hits / sum(said) if any(said) else 0.0
        recall = hits / sum(support) if any(support) else 0.0
        f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
        per_class[label] = {"precision": precision, "recall": recall, "f1": f1, "support": sum(support)}
    return {**summary, "per_class": per_class}


def comparison(task: Task, arm: str, answers: dict[str, list[Answer]], clusters: int | None) -> stats.Comparison | None:
    """The tuned arm against another, when both were scored. A style waits for people: its exact matches decide nothing."""
    if arm not in answers or "tuned" not in answers:
        return None
    before, after = answers[arm], answers["tuned"]
    majority = [a["correct"] for a in answers["majority"]] if "majority" in answers else None
    failed = sum(a.get("failed", False) or b.get("failed", False) for a, b in zip(before, after, strict=True))
    right = [[a["correct"] for a in given] for given in (before, after)]
    found = stats.compare(arm, right[0], "tuned", right[1], majority, clusters, failed)
    if task.goal == "style" and found["verdict"] != "not_measured":
        found["verdict"], found["reason"] = "not_measured", "A style is judged by people, who have not judged these answers yet."
    return found


def categories(test: Sequence[Row], answers: dict[str, list[Answer]]) -> list[dict[str, Any]]:
    """Base against tuned within each category, p values adjusted by Holm. Empty when rows name at most one."""
    names = sorted({row.category for row in test})
    if len(names) < 2 or "base" not in answers or "tuned" not in answers:
        return []
    found = []
    for name in names:
        pairs = [
            (a["correct"], b["correct"])
            for row, a, b in zip(test, answers["base"], answers["tuned"], strict=True)
            if row.category == name
        ]
        fixed, broken = sum(b and not a for a, b in pairs), sum(a and not b for a, b in pairs)
        found.append(
            {
                "category": name,
                "n": len(pairs),
                "base": sum(a for a, _ in pairs) / len(pairs),
                "tuned": sum(b for _, b in pairs) / len(pairs),
                "fixed": fixed,
                "broken": broken,
                "p_value": stats.mcnemar(fixed, broken),
            }
        )
    adjusted = stats.holm([entry["p_value"] for entry in found])
    return [{**entry, "p_holm": p} for entry, p in zip(found, adjusted, strict=True)]


def golden_answers(scorer: Scorer, model: Any, test: Sequence[Row], train: Sequence[Row], count: int) -> list[dict[str, str]]:
    """Exact greedy answers to a few questions that may be shown, one at a time as any other tool would ask them."""
    shown = [row for row in test if not row.sealed]
    golden = []
    for row in [*shown, *train][:count]:
        rendered = scorer.prompt(row)
        ids = scorer.greedy(model, [tokens_of(scorer.tokenizer, rendered)], lambda _: None)[0]
        golden.append(
            {
                "prompt": row.prompt,
                "rendered": rendered,
                "rendered_sha256": hashlib.sha256(rendered.encode()).hexdigest(),
                "text": scorer.text(ids),
            }
        )
    return golden


if __name__ == "__main__":
    run_recipe(evaluate)
