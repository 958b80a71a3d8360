"""How well replay predicts retrains, and what the preset answers, by AdamW's eps: `python -m bench.replay_eps --help`.

One JSON line for each eps: Spearman's rank correlation, over random subsets of the rows, between the sum of the rows' influence
and the measured change of the sealed test loss when their weights are set to zero (schedule, order and step count stay), beside
the right answers of the preset trained on all rows. Rows are the runner's JSONL inputs.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from scipy.stats import spearmanr

from runner import bases
from runner.configs import LoraSftConfig, Task
from runner.data import Row, common_prefix, encode_rows, plan, read_rows
from runner.model import get_state, load_trainable, mean_loss, prepare, set_state
from runner.recipes.evaluate import Scorer
from runner.replay import replay
from runner.training import training_of


def main() -> None:
    """Measure each eps in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="tiny")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--labels", default="", help="comma-separated, for a goal that sorts into labels")
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--subsets", type=int, default=24)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--eps", type=float, nargs="+", default=[1e-8, 1e-6, 1e-5, 1e-4])
    parser.add_argument("--answers-only", action="store_true")
    args = parser.parse_args()
    labels = [label for label in args.labels.split(",") if label]
    task = Task(goal="label" if labels else "answer", labels=labels)
    given, test = read_rows(args.train), read_rows(args.test)
    draw = random.Random(args.seed)
    few = draw.sample(given, min(args.rows, len(given)))
    removed = [draw.sample(range(len(few)), max(1, round(args.share * len(few)))) for _ in range(args.subsets)]
    for eps in args.eps:
        found: dict[str, Any] = {"eps": eps, "preset": args.preset, "seed": args.seed}
        if not args.answers_only:
            found |= agreement(args, task, few, [row for row in test if row.sealed], removed, eps)
        found |= right_answers(args, task, given, test, eps)
        print(json.dumps(found), flush=True)


def prepared(args: Any, task: Task, rows: list[Row], test: list[Row], eps: float) -> Any:
    """(training, steps, test items, base, tokenizer)."""
    base = bases.find(args.base)
    preset = {**base.presets[args.preset], "adam_eps": eps, "patience": None, "learning_rates": None}
    config = LoraSftConfig(base=base.id, base_hash=base.base_hash, task=task, seed=args.seed, **preset)
    tokenizer = bases.load_tokenizer(base)
    device = prepare()
    _, items = encode_rows(tokenizer, task, rows, config.max_length)
    _, asked = encode_rows(tokenizer, task, test, base.context_length)
    _, total = plan(len(items), config.epochs, config.batch_size)
    model = load_trainable(base, config, device)
    return training_of(config, model, items, total, common_prefix(items), device), total, asked, base, tokenizer


def agreement(args: Any, task: Task, rows: list[Row], test: list[Row], removed: list[list[int]], eps: float) -> dict[str, Any]:
    """Rank correlation of predicted and measured changes, and what both cost."""
    training, total, asked, *_ = prepared(args, task, rows, test, eps)
    start = get_state(training.model)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        made = replay(training, total, asked, torch.full((1, len(asked)), 1 / len(asked)), Path(folder))
    replay_seconds = time.monotonic() - began
    began = time.monotonic()
    measured = []
    for subset in removed:
        weights = torch.ones(len(rows)).index_fill_(0, torch.tensor(subset), 0.0)
        set_state(training.model, start)
        training.run(total, weights)
        training.model.eval()
        measured.append(mean_loss(training.model, asked, training.device, training.shared) - float(made.numbers[0]))
    predicted = [float(made.influence[0, subset].sum()) for subset in removed]
    return {
        "steps": total,
        "test_loss": float(made.numbers[0]),
        "spearman": float(spearmanr(predicted, measured).statistic),
        "predicted_sd": float(torch.tensor(predicted).std()),
        "measured_sd": float(torch.tensor(measured).std()),
        "replay_seconds": round(replay_seconds, 1),
        "training_seconds": round((time.monotonic() - began) / len(removed), 2),
    }


def right_answers(args: Any, task: Task, rows: list[Row], test: list[Row], eps: float) -> dict[str, Any]:
    """Right answers of an adapter trained on all rows, at its last step."""
    training, total, _, base, tokenizer = prepared(args, task, rows, test, eps)
    training.run(total)
    training.model.eval()
    scorer = Scorer(tokenizer, task, base.context_length, 32, training.device, lambda _: None)
    return {"right": sum(answer["correct"] for answer in scorer.answer(training.model, test)), "of": len(test)}


if __name__ == "__main__":
    main()
