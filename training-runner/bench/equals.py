"""Comparisons that are equal in truth but not identical, on real adapters of the tiny base: two seeds of one recipe, and an
adapter with two draws of noise on its weights. Neither side is better by design, so every Better or Worse is a false verdict.

What has been asked of an adapter is kept in a folder, so that a later call with more minutes goes on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.utils import clip_grad_norm_

from bench.common import read
from runner import bases, stats
from runner.blobs import sha256_bytes
from runner.configs import Task
from runner.data import Order, Row, collate, common_prefix, encode_rows, most_frequent_answer, plan
from runner.events import atomic_write
from runner.model import State, get_state, load_lora, parameters, prepare, row_losses, set_state
from runner.recipes.evaluate import Scorer
from runner.schedule import learning_rate

TRAIN_ROWS, POOL, TEST = 120, 400, 160
SEEDS, NOISY = 30, 15
COMPARISONS = 100
NOISE = 0.2

Asked = dict[str, list[bool]]


class Bench:
    """One base, one set of rows to train on, one pool of questions."""

    def __init__(self, base_id: str, files: Sequence[Path], folder: Path) -> None:
        self.device = prepare()
        self.base = bases.find(base_id)
        self.tokenizer = bases.load_tokenizer(self.base)
        rows = [row for path in files for row in read(path)]
        rows = list({row.prompt: row for row in rows}.values())
        order = np.random.default_rng(3).permutation(len(rows))
        shuffled = [rows[k] for k in order]
        labels = sorted({row.answer for row in rows})
        is_label = 2 <= len(labels) <= 64
        self.task = Task(goal="label", labels=labels) if is_label else Task(goal="answer")
        self.train, self.pool = shuffled[:TRAIN_ROWS], shuffled[TRAIN_ROWS : TRAIN_ROWS + POOL]
        if len(self.pool) < TEST:
            raise SystemExit(f"{TRAIN_ROWS + TEST} different rows are needed, and the files give {len(rows)}.")
        self.settings = self.base.presets["quick"]
        _, self.items = encode_rows(self.tokenizer, self.task, self.train, self.settings["max_length"])
        key = sha256_bytes(json.dumps([base_id, self.base.base_hash, [row.prompt for row in shuffled], self.settings]).encode())
        self.folder = folder / key[:16]
        self.scorer = Scorer(self.tokenizer, self.task, self.base.context_length, 32, self.device, lambda _: None)
        self.model = load_lora(self.base, self.settings["rank"], self.settings["alpha"], 0, self.device)
        usual = most_frequent_answer(self.train)
        self.majority = [usual in row.accepted for row in self.pool]

    def fit(self, seed: int) -> State:
        """The quick preset on the rows: adapter start and order of rows both from the seed."""
        model = load_lora(self.base, self.settings["rank"], self.settings["alpha"], seed, self.device).train()
        named = parameters(model)
        optimizer = torch.optim.AdamW(named.values(), weight_decay=0.0)
        _, steps = plan(len(self.items), self.settings["epochs"], self.settings["batch_size"])
        order = Order(seed, len(self.items), self.settings["batch_size"])
        shared = common_prefix(self.items)
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, steps, self.settings["learning_rate"], self.settings["warmup_ratio"])
            batch = collate([self.items[k] for k in order.batch_at(step)], self.device, shared)
            loss = row_losses(model, batch).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            clip_grad_norm_(list(named.values()), self.settings["gradient_clip"])
            optimizer.step()
        return get_state(model)

    def ask(self, state: State, rows: Sequence[Row]) -> list[bool]:
        """Whether each question of the pool is answered right."""
        set_state(self.model, state)
        return [bool(answer["correct"]) for answer in self.scorer.answer(self.model.eval(), rows)]

    def kept(self, name: str, make: Callable[[], Asked]) -> Asked:
        """What was asked before under this name, or now."""
        path = self.folder / f"{name}.json"
        if path.exists():
            return dict(json.loads(path.read_bytes()))
        found = make()
        atomic_write(path, json.dumps(found).encode())
        return found

    def adapter(self, seed: int) -> Asked:
        """Answers of one seed and, of the first ones, of two noisy copies."""

        def make() -> Asked:
            state = self.fit(seed)
            asked = {"plain": self.ask(state, self.pool)}
            if seed < NOISY:
                asked |= {f"noise{k}": self.ask(noisy(state, 2 * seed + k), self.pool) for k in (0, 1)}
            return asked

        return self.kept(str(seed), make)


def noisy(state: State, seed: int) -> State:
    """The adapter with normal noise on every tensor, a fifth of its own spread."""
    draw = torch.Generator().manual_seed(1000 + seed)
    return {name: t + NOISE * t.std() * torch.randn(t.shape, generator=draw) for name, t in state.items()}


def false_verdicts(bench: Bench, budget_seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """200 comparisons on the adapters that fit into the budget, at least three: each a random pair on a random test."""
    began = time.monotonic()
    asked: list[Asked] = []
    for seed in range(SEEDS):
        if len(asked) >= 3 and time.monotonic() - began > budget_seconds:
            break
        asked.append(bench.adapter(seed))
        say(f"adapter {len(asked)} of {SEEDS}")
    draw = np.random.default_rng(9)
    seeds = [sorted(draw.choice(len(asked), 2, replace=False).tolist()) for _ in range(COMPARISONS)]
    noises = [int(k) for k in draw.integers(0, min(len(asked), NOISY), COMPARISONS)]
    kinds = {
        "two seeds of one recipe": [(asked[a]["plain"], asked[b]["plain"]) for a, b in seeds],
        "two draws of noise": [(asked[k]["noise0"], asked[k]["noise1"]) for k in noises],
    }
    found = {kind: judged(bench, pairs, draw) for kind, pairs in kinds.items()}
    rates = [float(np.mean(one["plain"])) for one in asked]
    total = sum(one["false"] for one in found.values())
    low, high = stats.clopper_pearson(total, 2 * COMPARISONS)
    return {
        "adapters": len(asked),
        "wanted": SEEDS,
        "train_rows": len(bench.train),
        "pool": len(bench.pool),
        "test": TEST,
        "right_mean": float(np.mean(rates)),
        "right_spread": float(np.std(rates, ddof=1)),
        "kinds": found,
        "false": total,
        "comparisons": 2 * COMPARISONS,
        "share": total / (2 * COMPARISONS),
        "interval": [low, high],
        "seconds": round(time.monotonic() - began, 1),
    }


def judged(bench: Bench, pairs: Sequence[tuple[list[bool], list[bool]]], draw: np.random.Generator) -> dict[str, Any]:
    """How many of the pairs get a verdict, and how many items change in one."""
    false, changed = 0, 0
    for before, after in pairs:
        test = draw.choice(len(bench.pool), TEST, replace=False)
        arms = [[right[k] for k in test] for right in (before, after, bench.majority)]
        found = stats.compare("a", arms[0], "b", arms[1], arms[2], None, 0)
        false += found["verdict"] in ("better", "worse")
        changed += found["fixed"] + found["broken"]
    return {"false": false, "comparisons": len(pairs), "discordant": changed / len(pairs) / TEST}
