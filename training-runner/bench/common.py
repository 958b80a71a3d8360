"""What both loops of the training benchmark share: rows, settings, the measure of the result, the machine's peak."""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from runner import bases
from runner.bases import Base
from runner.configs import Task
from runner.data import Row, encode_rows
from runner.template import Encoded

TASK = Task(goal="answer")
HELD = 64
MOST_CONTEXT_ROWS = 12


@dataclass(frozen=True)
class Work:
    """The same for both loops."""

    base: Base
    train: list[Encoded]
    held: list[Encoded]
    settings: dict[str, Any]
    seed: int


def arguments() -> Work:
    """From the command line: --base ID --data FILE … --lengths equal|mixed --rows N --seed N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--data", action="append", type=Path, required=True)
    parser.add_argument("--lengths", choices=("equal", "mixed"), required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    base = bases.find(args.base)
    settings = base.presets["quick"]
    draw = random.Random(args.seed)
    rows = [row for path in args.data for row in read(path)]
    draw.shuffle(rows)
    if args.lengths == "mixed":
        rows = [lengthened(row, rows, draw) for row in rows]
    _, items = encode_rows(bases.load_tokenizer(base), TASK, rows, settings["max_length"])
    if args.lengths == "equal":
        lengths = [item.length for item in items]
        usual = max(set(lengths), key=lengths.count)
        items = sorted(items, key=lambda item: abs(item.length - usual))[: args.rows + HELD]
        draw.shuffle(items)
    if len(items) < args.rows + HELD:
        raise SystemExit(f"{args.rows + HELD} rows are needed, and the files give {len(items)}. Use --rows or other files.")
    return Work(base, items[: args.rows], items[args.rows : args.rows + HELD], settings, args.seed)


def read(path: Path) -> list[Row]:
    """Rows of a CSV file with the columns prompt and answer, or of JSON Lines."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            found = list(csv.DictReader(file))
    else:
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Row(id=f"{path.name}:{k}", prompt=row["prompt"], answer=row["answer"]) for k, row in enumerate(found)]


def lengthened(row: Row, rows: list[Row], draw: random.Random) -> Row:
    """The row behind 0 to 12 other questions, few more often than many: lengths as uneven as real ones."""
    before = draw.sample(rows, int(MOST_CONTEXT_ROWS * draw.random() ** 2))
    return Row(id=row.id, prompt="\n".join([*(other.prompt for other in before), row.prompt]), answer=row.answer)


@torch.no_grad()
def held_loss(model: Any, items: list[Encoded]) -> float:
    """Mean over rows of the loss per answer token, by transformers' own forward pass: one measure for both."""
    model.eval()
    total = 0.0
    for item in items:
        ids = torch.tensor([item.prompt + item.answer])
        total += float(model(input_ids=ids, labels=torch.tensor([[-100] * len(item.prompt) + item.answer])).loss)
    return total / len(items)


def peak_flops(dtype: torch.dtype) -> float:
    """Operations a second of one thread's best matrix product: 1,024 and 2,048 wide, best of five each."""
    best = 0.0
    for width in (1024, 2048):
        a, b = torch.randn(width, width, dtype=dtype), torch.randn(width, width, dtype=dtype)
        for _ in range(5):
            began = time.perf_counter()
            torch.nn.functional.linear(a, b)
            best = max(best, 2 * width**3 / (time.perf_counter() - began))
    return best


def needed_flops(model: Any, items: list[Encoded]) -> float:
    """Operations one pass over the rows needs: forward and the gradient of activations, linear layers and output layer.

    Counted for whole rows, their shared first tokens too; nothing for padding, attention or the thin adapter products.
    """
    linear = sum(
        module.weight.numel()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and ".lora_" not in name and not name.endswith("lm_head")
    )
    output = model.get_output_embeddings().weight.numel()
    return 4.0 * (linear * sum(item.length for item in items) + output * sum(len(item.answer) for item in items))


def report(name: str, work: Work, model: Any, seconds: float, losses: list[float]) -> None:
    """One JSON line."""
    tokens = sum(item.length for item in work.train) * work.settings["epochs"]
    flops = needed_flops(model, work.train) * work.settings["epochs"]
    print(
        json.dumps(
            {
                "loop": name,
                "rows": len(work.train),
                "steps": len(losses),
                "tokens": tokens,
                "seconds": round(seconds, 2),
                "tokens_per_second": round(tokens / seconds, 1),
                "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "train_loss": sum(losses[-10:]) / len(losses[-10:]),
                "held_loss": held_loss(model, work.held),
                "share_of_peak": flops / seconds / peak_flops(work.base.dtype),
            }
        ),
        flush=True,
    )
