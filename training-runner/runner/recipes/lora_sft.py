"""Fine-tune a LoRA adapter on question-answer rows, with the loss on the answers only.

    python -m runner.recipes.lora_sft RUN_DIR

AdamW without weight decay, linear warm-up then linear to zero, gradients clipped, dropout 0. Nothing is drawn at random
after the adapter's start, and the data order is a pure function of (seed, epoch): the same spec gives the same adapter,
byte for byte, and a killed process that is started again goes on to exactly that adapter (on the CPU).

Leaves the adapter of the best validation loss in PEFT's format, and checkpoints over the training for attribution, each
with losses that a reload must reproduce. With `patience` it stops after so many validation points without a better loss.
With `learning_rates` each is tried for a sixth of the updates from the same start, and the best on validation is trained.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import time
from importlib.metadata import version
from typing import Any

import torch

from runner import __version__, bases
from runner.data import check_trainable, collate, common_prefix, encode_rows, plan, read_rows
from runner.decode import greedy
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write
from runner.manifest import RunFolder, canonical, run_recipe, spec_bytes
from runner.model import (
    adapter_config,
    get_state,
    load_trainable,
    mean_loss,
    prepare,
    read_tensors,
    row_losses,
    set_state,
    write_tensors,
)
from runner.progress import Progress
from runner.resume import newest_resumable, part, prune, restore, snapshot
from runner.schedule import ATTRIBUTION_AT, TRIAL_SHARE, evaluation_interval, nearest
from runner.schemas import LoraSftSpec
from runner.training import Schedule, training_of

VALIDATION_ROWS = 200
SAMPLE_ANSWERS = 3
# As long as the answers they are compared with, within these bounds.
SAMPLE_TOKENS = (24, 128)
SAVE_EVERY_SECONDS = 30.0


def lora_sft(folder: RunFolder) -> None:
    """Train as the run's spec says. Errors: DATASET_TOO_SMALL, ALL_TRUNCATED, LOSS_NOT_FINITE, those of bases and template."""
    assert isinstance(folder.spec, LoraSftSpec)
    config = folder.spec.config
    device = prepare()

    # Base and data
    base = bases.find(config.base, config.base_hash)
    limit = min(config.max_length, base.context_length)
    tokenizer = bases.load_tokenizer(base)
    given = read_rows(folder.input("train"))
    rows, train = encode_rows(tokenizer, config.task, given, limit)
    check_trainable(tokenizer, config.task, given, train, limit)
    held_rows, held = encode_rows(tokenizer, config.task, read_rows(folder.input("validation"))[:VALIDATION_ROWS], limit)
    truncated = sum(item.truncated for item in train)
    if truncated or len(rows) < len(given):
        folder.emit(
            "message",
            f"{truncated} rows were shortened to {limit} tokens; {len(given) - len(rows)} left out: their answer is too long.",
            level="warn",
        )

    # Plan
    epochs, total = plan(len(train), config.epochs, config.batch_size)
    shared = common_prefix([*train, *held])
    eval_every = config.eval_every or evaluation_interval(total)
    points = sorted({*range(eval_every, total + 1, eval_every), total})
    keep_at = {nearest(points, total * share) for share in ATTRIBUTION_AT}
    if epochs > config.epochs:
        folder.emit("message", f"{config.epochs} passes over {len(train)} rows are too few updates; raised to {epochs}.")

    # Model, and where an interrupted run left off
    model = load_trainable(base, config, device)
    training = training_of(config, model, train, total, shared, device)
    named, optimizer, order = training.named, training.optimizer, training.order
    progress: dict[str, Any] = {"step": 0, "best": None, "since_best": 0, "checkpoints": [], "curve": []}
    spec_sha256 = hashlib.sha256(spec_bytes(folder.spec)).hexdigest()
    resumed = newest_resumable(folder.checkpoints, spec_sha256)
    if resumed is not None:
        state, progress = resumed
        restore(named, optimizer, state, progress["step"])
        folder.emit("message", f"Continued from step {progress['step']} of {total}.")

    def evaluate_now() -> float | None:
        """Validation loss in nats per answer token."""
        model.eval()
        loss = mean_loss(model, held, device, shared) if held else None
        model.train()
        return loss

    def save_to_resume() -> None:
        """Write this point, and keep it and the one before."""
        path = folder.checkpoints / f"resume-{progress['step']:08d}.safetensors"
        write_tensors(path, snapshot(named, optimizer), {"spec_sha256": spec_sha256, "progress": progress})
        prune(folder.checkpoints)

    def try_rates(rates: list[float]) -> list[dict[str, Any]]:
        """Validation loss of a short training with each rate, all from the same start; None where it broke down.

        Kept in a file as they come, so that a resumed run tries none twice.
        """
        path = folder.checkpoints / "trials.json"
        kept = json.loads(path.read_bytes()) if path.is_file() else {}
        tried: list[dict[str, Any]] = kept.get("tried", []) if kept.get("spec_sha256") == spec_sha256 else []
        steps = max(1, total // TRIAL_SHARE)
        start = get_state(model)
        trying = Progress(folder, (len(rates) - len(tried)) * steps, "trial steps")
        for rate in rates[len(tried) :]:
            model.train()
            training.schedule = Schedule(steps, rate, config.warmup_ratio)
            loss: float | None = None
            try:
                for step in range(steps):
                    training.advance(step)
                    trying(1)
                found = evaluate_now()
                loss = found if found is not None and math.isfinite(found) else None
            except RunnerError as error:
                if error.code != ErrorCode.LOSS_NOT_FINITE:
                    raise
                trying(steps - step)
            tried.append({"learning_rate": rate, "steps": steps, "validation_loss": loss})
            said = "it broke down" if loss is None else f"error on the rows kept aside {loss:.3f}"
            folder.emit("message", f"Tried the learning rate {rate:g}: {said}.")
            set_state(model, start)
            optimizer.state.clear()
            atomic_write(path, canonical({"spec_sha256": spec_sha256, "tried": tried}))
        return tried

    peak, trials = config.learning_rate, None
    if config.learning_rates and held:
        trials = try_rates(config.learning_rates) if resumed is None else progress["trials"]
        peak = best_rate(trials)
    progress["trials"] = trials
    training.schedule = Schedule(total, peak, config.warmup_ratio)

    def is_over() -> bool:
        """All steps done, or no better loss for too long."""
        impatient = config.patience is not None and bool(held) and progress["since_best"] >= config.patience
        return progress["step"] >= total or impatient

    model.train()
    started = saved = time.monotonic()
    first = progress["step"]
    while not is_over() and not folder.stop_requested():
        step = progress["step"]
        train_loss, rate = training.advance(step), training.schedule.rate(step)
        step = progress["step"] = step + 1

        # What is measured and kept at this point
        validate = step in points
        validation_loss = evaluate_now() if validate else None
        point = {
            "step": step,
            "epoch": round(step * order.batch / len(train), 4),
            "train_loss": train_loss,
            "validation_loss": validation_loss,
            "learning_rate": rate,
        }
        progress["curve"].append(point)
        elapsed = time.monotonic() - started
        folder.emit(
            "metrics",
            data={
                **{key: value for key, value in point.items() if value is not None},
                "total_steps": total,
                "rows_per_second": round((step - first) * order.batch / elapsed, 2),
                "eta_seconds": round(elapsed / (step - first) * (total - step), 1),
                "attempt": folder.attempt,
            },
        )
        is_best = validate and (not held or progress["best"] is None or validation_loss < progress["best"]["validation_loss"])
        if is_best or step in keep_at:
            path = folder.checkpoints / f"{'best' if is_best else 'kept'}-{step:08d}.safetensors"
            write_tensors(path, snapshot(named, optimizer))
            entry = {
                "step": step,
                "sha256": folder.write_blob(path) if step in keep_at else None,
                "train_batch": order.batch_at(step - 1),
                "train_loss": current_loss(model, collate([train[i] for i in order.batch_at(step - 1)], device)),
                "validation_loss": validation_loss,
                "learning_rate": rate,
            }
            if step in keep_at:
                progress["checkpoints"].append(entry)
                (folder.checkpoints / f"kept-{step:08d}.safetensors").unlink(missing_ok=True)
            if is_best:
                progress["best"] = entry
        progress["since_best"] = 0 if is_best else progress["since_best"] + validate
        if validate:
            samples = sample_answers(model, tokenizer, held_rows, held, device)
            folder.emit("checkpoint", data={"step": step, "validation_loss": validation_loss, "sample_answers": samples})
        if validate or time.monotonic() - saved > SAVE_EVERY_SECONDS:
            save_to_resume()
            saved = time.monotonic()

    stopped_by = "patience" if is_over() and progress["step"] < total else "all steps done"
    if not is_over():
        stopped_by = "cancelled"
        if progress["step"] > 0:
            save_to_resume()
        if not folder.cancel_requested():
            folder.emit("message", f"Stopped at step {progress['step']} of {total}; it will go on from there.")
            folder.pause()
        if progress["best"] is None:
            folder.emit("message", "Cancelled before the first validation point, so there is no adapter.")
            folder.finish({})
            return

    # The best adapter, and the record of how it came to be
    best = progress["best"]
    if stopped_by == "patience":
        folder.emit(
            "message", f"Stopped at step {progress['step']} of {total}: {config.patience} validation points without a gain."
        )
    best_path = folder.checkpoints / f"best-{best['step']:08d}.safetensors"
    best["sha256"] = folder.write_blob(best_path)
    set_state(model, part(read_tensors(best_path), "weights/"))
    adapter_path = folder.path / "adapter_model.safetensors"
    write_tensors(adapter_path, get_state(model))
    checkpoints = {c["step"]: c for c in [*progress["checkpoints"], best]}
    index = {
        "format": "modelfactory.checkpoints/1",
        "selected_step": best["step"],
        "total_steps": total,
        "max_length": limit,
        "checkpoints": [checkpoints[step] for step in sorted(checkpoints)],
    }
    order_record = {
        "format": "modelfactory.order/1",
        "rule": "indices sorted by sha256('seed:epoch:index'), epochs joined, cut into batches of one size",
        "seed": config.seed,
        "epochs": epochs,
        "batch_size": order.batch,
        "rows": [row.id for row in rows],
        "batches": [order.batch_at(step) for step in range(progress["step"])],
    }
    curve = {"format": "modelfactory.curve/1", "unit": "nats per answer token", "points": progress["curve"]}
    artifacts = {
        "adapter_model.safetensors": folder.write_artifact("adapter_model.safetensors", adapter_path),
        "adapter_config.json": folder.write_artifact(
            "adapter_config.json", adapter_config(base, model, config.rank, config.alpha)
        ),
        "checkpoints.json": folder.write_artifact("checkpoints.json", canonical(index)),
        "order.json": folder.write_artifact("order.json", canonical(order_record)),
        "curve.json": folder.write_artifact("curve.json", canonical(curve)),
    }
    manifest = {
        "format": "modelfactory.training/1",
        "recipe": "lora_sft",
        "config": config.model_dump(mode="json"),
        "config_sha256": hashlib.sha256(canonical(config.model_dump(mode="json"))).hexdigest(),
        "inputs": folder.spec.inputs.model_dump(mode="json"),
        "base": {"id": base.id, "revision": base.revision, "base_hash": base.base_hash, "files": base.files},
        "template_sha256": base.template_sha256,
        "rows": {"given": len(given), "trained": len(rows), "truncated": truncated, "validation": len(held)},
        "epochs": epochs,
        "steps": {"planned": total, "done": progress["step"], "selected": best["step"]},
        "stopped_by": stopped_by,
        "learning_rate": peak,
        "trials": trials,
        "validation_loss": best["validation_loss"],
        "checkpoints": [{"step": c["step"], "sha256": c["sha256"]} for c in index["checkpoints"]],
        "artifacts": dict(artifacts),
        "precision": {"base": str(base.dtype).removeprefix("torch."), "adapter": "float32", "device": device.type},
        "versions": {
            "runner": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "peft", "tokenizers", "safetensors", "numpy")},
        },
    }
    artifacts["training_manifest.json"] = folder.write_artifact("training_manifest.json", canonical(manifest))
    adapter_path.unlink()
    folder.finish(artifacts)


def best_rate(trials: list[dict[str, Any]]) -> float:
    """The tried rate with the lowest validation loss. Raises LOSS_NOT_FINITE when all of them broke down."""
    whole = [(trial["validation_loss"], trial["learning_rate"]) for trial in trials if trial["validation_loss"] is not None]
    if not whole:
        raise RunnerError(
            ErrorCode.LOSS_NOT_FINITE,
            "The training broke down with every learning rate that was tried. Choose a smaller one, or look for odd rows.",
        )
    return min(whole)[1]


@torch.no_grad()
def current_loss(model: Any, batch: Any) -> float:
    """Loss of a batch after the update: what a reload of the checkpoint has to reproduce."""
    model.eval()
    loss = float(row_losses(model, batch).mean())
    model.train()
    return loss


def sample_answers(model: Any, tokenizer: Any, rows: list[Any], held: list[Any], device: torch.device) -> list[dict[str, str]]:
    """Answers to the first validation questions, to watch the adapter learn."""
    model.eval()
    few = held[:SAMPLE_ANSWERS]
    room = min(SAMPLE_TOKENS[1], max([SAMPLE_TOKENS[0], *(len(item.answer) for item in few)]))
    answers = greedy(model, [item.prompt for item in few], room, tokenizer.eos_token_id, device)
    model.train()
    return [
        {"prompt": row.prompt, "expected": row.answer, "answer": tokenizer.decode(answer, skip_special_tokens=True).strip()}
        for row, answer in zip(rows, answers, strict=False)
    ]


if __name__ == "__main__":
    run_recipe(lora_sft)
