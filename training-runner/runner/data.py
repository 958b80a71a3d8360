"""Rows from JSONL, the order they are trained in, and batches of them as tensors."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from runner.configs import Task
from runner.errors import ErrorCode, RunnerError
from runner.packed import Pack, make_pack
from runner.template import Encoded, encode

MIN_TRAINING_ROWS = 10
MIN_UPDATES = 50


@dataclass(frozen=True)
class Row:
    """One example with its origin. `answers` are all accepted ones (the row's own when none are listed)."""

    id: str
    prompt: str
    answer: str
    system: str = ""
    category: str = ""
    contributor: str = ""
    contribution: str = ""
    cluster: str = ""
    datanet: str = ""
    sealed: bool = True
    answers: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> list[str]:
        """Every answer that counts as right."""
        return self.answers or [self.answer]


def read_rows(path: Path) -> list[Row]:
    """Rows of a JSONL input. Raises INPUT_FORMAT with the line number; unknown keys are ignored."""
    known = Row.__dataclass_fields__.keys()
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            values: dict[str, Any] = {k: v for k, v in json.loads(line).items() if k in known and v is not None}
            row = Row(**values)
            if not all(isinstance(text, str) for text in (row.id, row.prompt, row.answer)):
                raise TypeError("id, prompt and answer must be text")
        except (ValueError, TypeError, AttributeError) as error:
            raise RunnerError(ErrorCode.INPUT_FORMAT, f"Line {number} of the rows is not a row: {error}.") from error
        rows.append(row)
    if len({row.id for row in rows}) != len(rows):
        repeated = Counter(row.id for row in rows).most_common(1)[0][0]
        raise RunnerError(ErrorCode.INPUT_FORMAT, f"The row id {repeated} stands on more than one line.")
    return rows


def most_frequent_answer(rows: Sequence[Row]) -> str:
    """The commonest answer; among equals the first in the alphabet."""
    counts = Counter(row.answer for row in rows)
    return min(counts, key=lambda answer: (-counts[answer], answer)) if counts else ""


def encode_rows(tokenizer: Any, task: Task, rows: Sequence[Row], max_length: int) -> tuple[list[Row], list[Encoded]]:
    """The rows that fit and their tokens, in the given order."""
    encoded = [(row, encode(tokenizer, task, row, max_length)) for row in rows]
    kept = [(row, tokens) for row, tokens in encoded if tokens is not None]
    return [row for row, _ in kept], [tokens for _, tokens in kept]


def check_trainable(tokenizer: Any, task: Task, rows: Sequence[Row], kept: Sequence[Encoded], max_length: int) -> None:
    """Raise DATASET_TOO_SMALL or ALL_TRUNCATED before a training that could only waste time."""
    if len(rows) < MIN_TRAINING_ROWS:
        raise RunnerError(
            ErrorCode.DATASET_TOO_SMALL,
            f"At least {MIN_TRAINING_ROWS} training rows are needed, and the number of rows is {len(rows)}. Add more rows.",
        )
    cut = len(rows) - len(kept) + sum(tokens.truncated for tokens in kept)
    if cut == len(rows) or len(kept) < MIN_TRAINING_ROWS:
        whole = [encode(tokenizer, task, row, sys.maxsize) for row in rows]
        longest = max(tokens.length for tokens in whole if tokens)
        raise RunnerError(
            ErrorCode.ALL_TRUNCATED,
            f"{cut} of {len(rows)} rows ({cut / len(rows):.0%}) are longer than the limit of {max_length} tokens; "
            f"the longest has {longest}. Use shorter rows or a larger limit.",
        )


def epoch_order(seed: int, epoch: int, n: int) -> list[int]:
    """Row indices of one epoch: sorted by sha256("seed:epoch:index"), so anyone recomputes it in any language."""
    return sorted(range(n), key=lambda index: hashlib.sha256(f"{seed}:{epoch}:{index}".encode()).digest())


def plan(n: int, epochs: int, batch_size: int) -> tuple[int, int]:
    """(epochs, optimizer steps): epochs are raised until there are at least 50 updates; every step has a full batch."""
    batch = min(batch_size, n)
    while n * epochs // batch < MIN_UPDATES:
        epochs += 1
    return epochs, n * epochs // batch


class Order:
    """The stream of row indices, epoch after epoch, cut into batches of one size: a pure function of (seed, n, batch)."""

    def __init__(self, seed: int, n: int, batch_size: int) -> None:
        self.seed, self.n, self.batch = seed, n, min(batch_size, n)
        self._epochs: dict[int, list[int]] = {}

    def batch_at(self, step: int) -> list[int]:
        """Row indices of one optimizer step, counted from 0."""
        positions = range(step * self.batch, (step + 1) * self.batch)
        return [self._epoch(position // self.n)[position % self.n] for position in positions]

    def _epoch(self, epoch: int) -> list[int]:
        if epoch not in self._epochs:
            self._epochs = {e: o for e, o in self._epochs.items() if e >= epoch - 1}
            self._epochs[epoch] = epoch_order(self.seed, epoch, self.n)
        return self._epochs[epoch]


@dataclass(frozen=True)
class Batch:
    """Rows one after the other behind the `shared` first tokens of all. The token at[k] predicts target[k] of row[k].

    A row's last token predicts nothing and is left out.
    """

    ids: torch.Tensor  # [1, tokens] int64
    pack: Pack
    rows: int
    row: torch.Tensor  # [answer tokens] int64
    at: torch.Tensor  # [answer tokens] int64, index of a token
    target: torch.Tensor  # [answer tokens] int64
    weight: torch.Tensor  # [answer tokens] float32, 1 / answer tokens of its row


def common_prefix(items: Sequence[Encoded]) -> int:
    """How many first tokens all prompts share, leaving at least one of each: the template's and the instruction's."""
    shared = min((len(item.prompt) - 1 for item in items), default=0)
    for item in items:
        while item.prompt[:shared] != items[0].prompt[:shared]:
            shared -= 1
    return shared


def collate(items: Sequence[Encoded], device: torch.device | str = "cpu", shared: int = 0) -> Batch:
    """Tokens and where they lie, without padding."""
    ids = list(items[0].prompt[:shared])
    at: list[int] = []
    for item in items:
        at += range(len(ids) + len(item.prompt) - shared - 1, len(ids) + item.length - shared - 1)
        ids += (item.prompt + item.answer)[shared:-1]
    return Batch(
        torch.tensor([ids], device=device),
        make_pack(shared, [item.length - shared - 1 for item in items], device),
        len(items),
        torch.tensor([row for row, item in enumerate(items) for _ in item.answer], device=device),
        torch.tensor(at, device=device),
        torch.tensor([token for item in items for token in item.answer], device=device),
        torch.tensor([1 / len(item.answer) for item in items for _ in item.answer], dtype=torch.float32, device=device),
    )
