"""The fixed suite of general ability: its questions, how a model is asked them and how an answer is marked.

The file is made by scripts/suites/general-ability.mjs and pinned by its hash here, so that two results of "suite 1" are of the
same questions. Chosen answers are compared by the likelihood of the whole choice, as labels are; free ones are greedy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from runner.blobs import sha256_bytes
from runner.decode import greedy, label_scores
from runner.errors import ErrorCode, RunnerError
from runner.settings import PACKAGE_ROOT
from runner.template import plain, prompt_text, tokens_of

SUITE_PATH = PACKAGE_ROOT / "suites" / "general-ability-1.json"
SUITE_SHA256 = "e1bc0f1018b94e0f4dc31225f0ce1b656fc9a8afeb68577348e8d2ce8450ff3e"
MAX_NEW_TOKENS = 32

Answer = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One question. `choices` are chosen among by likelihood; else the answer is free and marked by `rule`."""

    id: str
    ability: str
    prompt: str
    accepted: tuple[str, ...]
    choices: tuple[str, ...]
    rule: str
    pattern: str

    @property
    def chance(self) -> float:
        """Share that guessing gets right: one of the choices, nothing of a free answer."""
        return 1 / len(self.choices) if self.choices else 0.0


@dataclass(frozen=True)
class Suite:
    """The questions in their order, the phrases that decline, and the file's hash."""

    version: int
    sha256: str
    licence: str
    items: tuple[Item, ...]
    refusals: tuple[str, ...]

    @property
    def abilities(self) -> list[str]:
        """Names in the order of the file."""
        return list(dict.fromkeys(item.ability for item in self.items))

    def is_right(self, item: Item, text: str) -> bool:
        """Whether an answer counts as right, by the item's rule."""
        said = text.strip()
        if item.choices:
            return said in item.accepted
        if item.rule == "number":
            numbers = re.findall(r"\d+", said.split("\n")[0].replace(",", ""))
            return bool(numbers) and numbers[-1] in item.accepted
        if item.rule == "exact":
            return said.strip(" \n.,;:!?\"'`*“”‘’").casefold() in item.accepted
        if item.rule == "says":
            return any(re.search(rf"\b{re.escape(word)}\b", said.casefold()) for word in item.accepted)
        if item.rule == "pattern":
            return re.fullmatch(item.pattern, said) is not None
        folded = said.casefold().replace("’", "'")
        return any(phrase in folded for phrase in self.refusals)


def load_suite(path: Path = SUITE_PATH, expected: str | None = SUITE_SHA256) -> Suite:
    """The suite of a file. Raises INPUT_FORMAT when its hash is not the pinned one."""
    content = path.read_bytes()
    found = sha256_bytes(content)
    if expected is not None and found != expected:
        raise RunnerError(ErrorCode.INPUT_FORMAT, f"The suite {path.name} was changed: it hashes to {found}. Restore the file.")
    suite = json.loads(content)
    items = tuple(
        Item(
            id=item["id"],
            ability=item["ability"],
            prompt=item["prompt"],
            accepted=tuple(item.get("accepted", ())),
            choices=tuple(item.get("choices", ())),
            rule=item.get("rule", ""),
            pattern=item.get("pattern", ""),
        )
        for item in suite["items"]
    )
    return Suite(suite["version"], found, suite["licence"], items, tuple(suite["refusals"]))


def ask(model: Any, tokenizer: Any, suite: Suite, device: torch.device, tick: Callable[[int], None]) -> list[Answer]:
    """{text, correct} per item, in the suite's order. The question stands alone, as a person would ask the model."""
    prompts = [rendered(tokenizer, item.prompt) for item in suite.items]
    texts = [""] * len(prompts)
    free = [k for k, item in enumerate(suite.items) if not item.choices]
    end = tokenizer.eos_token_id
    found = greedy(model, [prompts[k] for k in free], MAX_NEW_TOKENS, end, device, tick)
    for k, ids in zip(free, found, strict=True):
        texts[k] = tokenizer.decode(ids, skip_special_tokens=True).strip()
    for choices, members in by_choices(suite.items).items():
        options = [[*tokens_of(tokenizer, plain(tokenizer, choice)), end] for choice in choices]
        scores = label_scores(model, [prompts[k] for k in members], options, device, tick)
        for k, scored in zip(members, scores, strict=True):
            texts[k] = choices[int(scored.argmax())] if torch.isfinite(scored).all() else ""
    return [{"text": text, "correct": suite.is_right(item, text)} for item, text in zip(suite.items, texts, strict=True)]


def by_choices(items: Sequence[Item]) -> dict[tuple[str, ...], list[int]]:
    """Indices of the items that offer the same choices."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for k, item in enumerate(items):
        if item.choices:
            groups.setdefault(item.choices, []).append(k)
    return groups


def rendered(tokenizer: Any, prompt: str) -> list[int]:
    """Tokens of one question by the base's own template."""
    return tokens_of(tokenizer, prompt_text(tokenizer, [{"role": "user", "content": plain(tokenizer, prompt)}]))
