"""Fine-tune a LoRA adapter on question-answer rows, with the loss on the answers only.

    python -m runner.recipes.lora_sft RUN_DIR

AdamW without weight decay, linear warm-up then linear to zero, gradients clipped, dropout 0. Nothing is drawn at random
after the adapter's start, and the data order is a pure function of (seed, epoch): the same spec gives the same adapter,
byte for byte, and a killed process that is started again goes on to exactly that adapter (on the CPU).

Leaves the adapter of the best validation loss in PEFT's format, and checkpoints over the training for attribution, each
with losses that a reload must reproduce.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from runner import __version__, bases
from runner.data import Order, check_trainable, collate, common_prefix, encode_rows, plan, read_rows
from runner.decode import greedy
from runner.errors import ErrorCode, RunnerError
from runner.manifest import RunFolder, canonical, run_recipe, spec_bytes
from runner.model import (
    State,
    adapter_config,
    get_state,
    load_lora,
    mean_loss,
    pad_id,
    parameters,
    prepare,
    read_tensors,
    row_losses,
    set_state,
    write_tensors,
)
from runner.schemas import LoraSftConfig, LoraSftSpec

# Shares of the training at which a checkpoint is kept for attribution. The best one is kept besides.
ATTRIBUTION_AT = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
EVALUATIONS = 10
VALIDATION_ROWS = 200
SAMPLE_ANSWERS = 3
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
    order = Order(config.seed, len(train), config.batch_size)
    shared = common_prefix([*train, *held])
    eval_every = config.eval_every or max(1, total // EVALUATIONS)
    keep_at = {max(1, round(total * share)) for share in ATTRIBUTION_AT}
    if epochs > config.epochs:
        folder.emit("message", f"{config.epochs} passes over {len(train)} rows are too few updates; raised to {epochs}.")

    # Model, and where an interrupted run left off
    model = load_lora(base, config.rank, config.alpha, config.seed, device)
    named = parameters(model)
    optimizer = torch.optim.AdamW(named.values(), lr=config.learning_rate, weight_decay=0.0)
    progress: dict[str, Any] = {"step": 0, "best": None, "checkpoints": [], "curve": []}
    spec_sha256 = hashlib.sha256(spec_bytes(folder.spec)).hexdigest()
    resumed = newest_resumable(folder.checkpoints, spec_sha256)
    if resumed is not None:
        state, progress = resumed
        restore(named, optimizer, state, progress["step"])
        folder.emit("message", f"Continued from step {progress['step']} of {total}.")

    def evaluate_now() -> float | None:
        """Validation loss in nats per answer token."""
        model.eval()
        loss = mean_loss(model, held, pad_id(tokenizer), device, shared) if held else None
        model.train()
        return loss

    def save_to_resume() -> None:
        """Write this point, and keep it and the one before."""
        path = folder.checkpoints / f"resume-{progress['step']:08d}.safetensors"
        write_tensors(path, snapshot(named, optimizer), {"spec_sha256": spec_sha256, "progress": progress})
        prune(folder.checkpoints)

    model.train()
    started = saved = time.monotonic()
    first = progress["step"]
    while progress["step"] < total and not folder.stop_requested():
        step = progress["step"]
        rate = learning_rate(step, total, config)
        for group in optimizer.param_groups:
            group["lr"] = rate
        chosen = [train[i] for i in order.batch_at(step)]
        batch = collate(chosen, pad_id(tokenizer), device, shared)
        loss = row_losses(model, batch).mean()
        train_loss = float(loss.detach())
        if not math.isfinite(train_loss):
            raise not_finite(step + 1, total, rate)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if not torch.isfinite(clip_grad_norm_(list(named.values()), config.gradient_clip)):
            raise not_finite(step + 1, total, rate)
        optimizer.step()
        step = progress["step"] = step + 1

        # What is measured and kept at this point
        validate = step % eval_every == 0 or step == total
        validation_loss = evaluate_now() if validate or step in keep_at else None
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
                "train_loss": current_loss(model, collate(chosen, pad_id(tokenizer), device)),
                "validation_loss": validation_loss,
                "learning_rate": rate,
            }
            if step in keep_at:
                progress["checkpoints"].append(entry)
                (folder.checkpoints / f"kept-{step:08d}.safetensors").unlink(missing_ok=True)
            if is_best:
                progress["best"] = entry
        if validate:
            samples = sample_answers(model, tokenizer, held_rows, held, device)
            folder.emit("checkpoint", data={"step": step, "validation_loss": validation_loss, "sample_answers": samples})
        if validate or time.monotonic() - saved > SAVE_EVERY_SECONDS:
            save_to_resume()
            saved = time.monotonic()

    if progress["step"] < total:
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
        "batches": [order.batch_at(step) for step in range(total)],
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


def learning_rate(step: int, total: int, config: LoraSftConfig) -> float:
    """The rate of a step counted from 0: up in equal steps over the warm-up, then down in equal steps towards zero."""
    warm = max(1, round(total * config.warmup_ratio))
    if step < warm:
        return config.learning_rate * (step + 1) / warm
    return config.learning_rate * (total - step) / (total - warm)


def not_finite(step: int, total: int, rate: float) -> RunnerError:
    """The loss left the numbers: training on would only spoil the adapter."""
    return RunnerError(
        ErrorCode.LOSS_NOT_FINITE,
        f"The training broke down at step {step} of {total}: the loss is no longer a number. "
        f"Use a smaller learning rate (it was {rate:.2g}) or look for odd rows.",
    )


@torch.no_grad()
def current_loss(model: Any, batch: Any) -> float:
    """Loss of a batch after the update: what a reload of the checkpoint has to reproduce."""
    model.eval()
    loss = float(row_losses(model, batch).mean())
    model.train()
    return loss


def snapshot(named: dict[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer) -> State:
    """Adapter and AdamW moments, on the CPU: "weights/…", "exp_avg/…", "exp_avg_sq/…"."""
    state = {}
    for name, parameter in named.items():
        state[f"weights/{name}"] = parameter.detach().cpu().contiguous()
        for moment in ("exp_avg", "exp_avg_sq"):
            state[f"{moment}/{name}"] = optimizer.state[parameter][moment].detach().cpu().contiguous()
    return state


def restore(named: dict[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer, state: State, step: int) -> None:
    """Put a snapshot back, bit for bit."""
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(state[f"weights/{name}"])
            optimizer.state[parameter] = {
                "step": torch.tensor(float(step)),
                "exp_avg": state[f"exp_avg/{name}"].to(parameter.device),
                "exp_avg_sq": state[f"exp_avg_sq/{name}"].to(parameter.device),
            }


def part(state: State, prefix: str) -> State:
    """The tensors below a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def newest_resumable(checkpoints: Path, spec_sha256: str) -> tuple[State, dict[str, Any]] | None:
    """The newest whole checkpoint of this very spec whose best checkpoint is still there."""
    for path in sorted(checkpoints.glob("resume-*.safetensors"), reverse=True):
        try:
            state = read_tensors(path)
            note = read_note(path)
        except RunnerError:
            continue
        best = note["progress"]["best"]
        best_there = best is None or (checkpoints / f"best-{best['step']:08d}.safetensors").is_file()
        if note["spec_sha256"] == spec_sha256 and best_there:
            return state, note["progress"]
    return None


def read_note(path: Path) -> dict[str, Any]:
    """The JSON a checkpoint carries in its header."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["state"])


def prune(checkpoints: Path) -> None:
    """Keep the last two resume points and the best checkpoints they refer to."""
    resume = sorted(checkpoints.glob("resume-*.safetensors"))
    for old in resume[:-2]:
        old.unlink()
    notes = [read_note(path)["progress"]["best"] for path in resume[-2:]]
    needed = {f"best-{best['step']:08d}.safetensors" for best in notes if best}
    for path in checkpoints.glob("best-*.safetensors"):
        if path.name not in needed:
            path.unlink()


def sample_answers(model: Any, tokenizer: Any, rows: list[Any], held: list[Any], device: torch.device) -> list[dict[str, str]]:
    """Answers to the first validation questions, to watch the adapter learn."""
    model.eval()
    few = held[:SAMPLE_ANSWERS]
    answers = greedy(model, [item.prompt for item in few], 24, tokenizer.eos_token_id, device)
    model.train()
    return [
        {"prompt": row.prompt, "expected": row.answer, "answer": tokenizer.decode(answer, skip_special_tokens=True).strip()}
        for row, answer in zip(rows, answers, strict=False)
    ]


if __name__ == "__main__":
    run_recipe(lora_sft)
