"""Take a training again and differentiate all of it: what each row did to the test loss, and to each category's.

    python -m runner.recipes.replay RUN_DIR

Method replay-metagradient/1 (runner/replay.py). Its numbers are mean losses of the sealed test items in nats per answer token:
of `folds` groups of them, drawn by a seed, whose sum by size is the whole sealed test, and of each category. Influence of a row
is minus the derivative by the row's weight in the training: positive = helped, and a group's sum estimates what its rows'
weights set to zero would cost while schedule, order and step count stay. It is exact for small changes of the weights; far from
them it is an estimate.

The interval is over questions: with the influence t_f on each of F folds of n_f questions, total T = sum n_f t_f / n, it is
T +- t(0.975, F - 1) * sd(t_f) / sqrt(F), Student's. For other questions of this kind; not for another training seed.

Nothing is written unless the steps taken again give the adapter that the training left: bit for bit on a CPU; elsewhere a loss
on the sealed test within 1e-4 nats, 1e-2 with a base in bfloat16.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.stats import t as student

from runner import bases
from runner.configs import LoraSftConfig, ReplayConfig
from runner.data import Row, common_prefix, encode_rows, plan, read_rows
from runner.errors import ErrorCode, RunnerError
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import get_state, load_trainable, mean_loss, prepare, read_tensors, set_state
from runner.progress import Progress
from runner.recipes.lora_sft import VALIDATION_ROWS
from runner.replay import forget, replay, work_of
from runner.schemas import ReplaySpec
from runner.template import Encoded
from runner.training import Schedule, Training, training_of

MOST_CATEGORIES = 12
INTERVAL = "95 %: Student's, over {folds} groups of sealed test items. For other questions of this kind; not for another seed."


def replay_recipe(folder: RunFolder) -> None:
    """Write replay.json.

    Errors: RELOAD_MISMATCH, INPUT_FORMAT, CONFIG_RANGE (a base in four bits), those of bases and model.
    """
    assert isinstance(folder.spec, ReplaySpec)
    config = folder.spec.config
    began = time.monotonic()
    device = prepare()

    # What was trained, and the questions
    manifest = json.loads(folder.input("manifest").read_bytes())
    trained = training_config(manifest, config)
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    limit = min(trained.max_length, base.context_length)
    rows, items = encode_rows(tokenizer, trained.task, read_rows(folder.input("train")), limit)
    held = encode_rows(tokenizer, trained.task, read_rows(folder.input("validation"))[:VALIDATION_ROWS], limit)[1]
    test = [row for row in read_rows(folder.input("test")) if row.sealed]
    test, asked = encode_rows(tokenizer, trained.task, test, base.context_length)
    if len(asked) < config.folds:
        raise RunnerError(ErrorCode.INPUT_FORMAT, f"The test has {len(asked)} sealed items, and {config.folds} are needed.")
    named, counted = numbers_of(test, config)
    _, total = plan(len(items), trained.epochs, trained.batch_size)
    steps, shared = manifest["steps"]["selected"], common_prefix([*items, *held])

    # The training again, and backwards
    def make(is_precise: bool) -> Training:
        model = load_trainable(base, trained, device)
        made = training_of(trained, model.float() if is_precise else model, items, total, shared, device)
        made.schedule = Schedule(total, manifest["learning_rate"], trained.warmup_ratio)
        return made

    training = make(False)
    reload: dict[str, Any] = {}

    def check() -> None:
        reload.update(check_adapter(training, folder, asked, base.is_bf16))
        (folder.checkpoints / "reload.json").write_bytes(canonical(reload))

    # Between roundings to bfloat16 a training has no exact derivative; that of its float32 twin costs half as much again.
    precise = make(True) if base.is_bf16 else None
    progress = Progress(folder, work_of(steps, len(counted)), "steps")
    try:
        found = replay(training, steps, asked, counted, folder.checkpoints, progress, check, precise)
    except (RunnerError, SystemExit) as end:
        # Only a stopped run goes on; what it would need is a gigabyte on a base of 135 M parameters.
        if isinstance(end, RunnerError) or folder.cancel_requested():
            forget(folder.checkpoints)
        raise

    # By row, contributor, file and Datanet
    influence, folds = found.influence.numpy(), config.folds
    sizes = (counted[:folds] > 0).sum(1).numpy()
    whole = sizes / sizes.sum()
    by_category = [entry["id"] for entry in named]

    def group(key: Callable[[Row], str]) -> list[dict[str, Any]]:
        members: dict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            members[key(row)].append(index)
        entries = [
            {"id": name, "rows": len(members[name]), **spread(influence[:, members[name]].sum(1), folds, whole, by_category)}
            for name in sorted(members)
        ]
        return sorted(entries, key=lambda entry: -float(entry["value"]))

    report = {
        "format": "modelfactory.replay/1",
        "method": "replay-metagradient/1",
        "unit": "nats per answer token of sealed test loss, positive = helped",
        "steps": steps,
        "adam_eps": trained.adam_eps,
        "precision": {"training": str(base.dtype).removeprefix("torch."), "derivatives": "float32"},
        "reload": reload or json.loads((folder.checkpoints / "reload.json").read_bytes()),
        "interval": INTERVAL.format(folds=folds),
        "items": len(asked),
        "test_loss": float((found.numbers[:folds].numpy() * whole).sum()),
        "categories": [{**entry, "loss": float(loss)} for entry, loss in zip(named, found.numbers[folds:], strict=True)],
        "contributors": group(lambda row: row.contributor),
        "contributions": group(lambda row: row.contribution),
        "datanets": group(lambda row: row.datanet) if any(row.datanet for row in rows) else [],
        "rows": [{"id": row.id, **spread(influence[:, k], folds, whole, by_category)} for k, row in enumerate(rows)],
        "seconds": round(time.monotonic() - began, 2),
    }
    folder.finish({"replay.json": folder.write_artifact("replay.json", canonical(report))})


def training_config(manifest: dict[str, Any], config: ReplayConfig) -> LoraSftConfig:
    """What the manifest says was trained. Raises INPUT_FORMAT, CONFIG_RANGE for a base in four bits."""
    if manifest.get("format") != "modelfactory.training/1":
        raise RunnerError(ErrorCode.INPUT_FORMAT, "The manifest is not that of a training.")
    try:
        trained = LoraSftConfig.model_validate(manifest["config"])
    except ValidationError as error:
        raise RunnerError(ErrorCode.INPUT_FORMAT, "The manifest's configuration is not one of this runner.") from error
    if (trained.base, trained.base_hash, trained.task) != (config.base, config.base_hash, config.task):
        raise RunnerError(ErrorCode.INPUT_FORMAT, "The manifest is of another base model or another task.")
    if trained.quantisation != "none":
        raise RunnerError(
            ErrorCode.CONFIG_RANGE, "A training on a base in four bits cannot be traced. Train without four bits, and trace that."
        )
    return trained


def numbers_of(test: Sequence[Row], config: ReplayConfig) -> tuple[list[dict[str, Any]], torch.Tensor]:
    """The categories that are told apart [{id, items}], and how items count [folds + categories, items]."""
    fold = np.random.default_rng(0).permutation(len(test)) % config.folds
    counts: dict[str, int] = defaultdict(int)
    for row in test if config.categories else []:
        if row.category:
            counts[row.category] += 1
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_CATEGORIES]
    # One category is the whole test.
    names = sorted(largest) if len(counts) > 1 else []
    members = [fold == k for k in range(config.folds)] + [np.array([row.category == name for row in test]) for name in names]
    counted = torch.tensor(np.array([m / m.sum() for m in members]), dtype=torch.float32)
    return [{"id": name, "items": counts[name]} for name in names], counted


def check_adapter(training: Training, folder: RunFolder, asked: Sequence[Encoded], is_bf16: bool) -> dict[str, Any]:
    """How the adapter just trained again compares with the one the training left. Raises RELOAD_MISMATCH."""
    logged = read_tensors(folder.input("adapter"))
    mine = get_state(training.model)
    is_equal = mine.keys() == logged.keys() and all(torch.equal(mine[name], logged[name]) for name in mine)
    training.model.eval()
    again = mean_loss(training.model, asked, training.device, training.shared)
    set_state(training.model, logged)
    before = mean_loss(training.model, asked, training.device, training.shared)
    set_state(training.model, mine)
    training.model.train()
    tolerance = 0.0 if training.device.type == "cpu" else 1e-2 if is_bf16 else 1e-4
    if not is_equal and (tolerance == 0.0 or not abs(again - before) <= tolerance):
        raise RunnerError(
            ErrorCode.RELOAD_MISMATCH,
            f"The training, taken again, gives another adapter: its test loss is {again:.5f} where that of the run is "
            f"{before:.5f}. The rows or the base model differ, or the run was trained on another kind of processor, so nothing "
            "is traced. Train again on this machine, and trace that run.",
        )
    digest = hashlib.sha256(folder.input("adapter").read_bytes()).hexdigest()
    return {"adapter": digest, "is_equal": is_equal, "logged": before, "reproduced": again}


def spread(values: NDArray[np.float64], folds: int, whole: NDArray[np.float64], categories: Sequence[str]) -> dict[str, Any]:
    """{value, low, high, sign, categories} from the influence on each number [folds + categories]."""
    by_fold = values[:folds]
    value = float((by_fold * whole).sum())
    half = float(student.ppf(0.975, folds - 1) * by_fold.std(ddof=1) / np.sqrt(folds))
    low, high = value - half, value + half
    sign = "+" if low > 0 else "-" if high < 0 else "0"
    each = dict(zip(categories, values[folds:].tolist(), strict=True))
    return {"value": value, "low": low, "high": high, "sign": sign, "categories": each}


if __name__ == "__main__":
    run_recipe(replay_recipe)
