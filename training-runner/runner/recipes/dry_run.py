"""Try what a training would do, before anything long: the same configuration and rows, two real steps, a list of checks.

    python -m runner.recipes.dry_run RUN_DIR

A check passed, wants care, or failed; after a failed one the rest is not tried. The run itself succeeds whenever it could
judge: whether to train is the caller's decision, from dry_run.json. Nothing that was trained here is kept.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from runner import bases
from runner.bases import Base
from runner.configs import LoraSftConfig, Task
from runner.data import MIN_TRAINING_ROWS, Order, Row, check_trainable, collate, common_prefix, encode_rows, plan, read_rows
from runner.errors import ErrorCode, RunnerError
from runner.fit import judge
from runner.machine import disk_free_bytes, machine
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import EVALUATION_ROWS, load_trainable, mean_loss, parameters, prepare, row_losses
from runner.recipes.influence import CHECKPOINTS, PROJECTED_CHECKPOINTS
from runner.recipes.lora_sft import VALIDATION_ROWS
from runner.schedule import ATTRIBUTION_AT, TRIAL_SHARE, evaluation_interval
from runner.schemas import DryRunSpec
from runner.settings import Settings
from runner.template import Encoded, encode, full_text, messages, plain, tokens_of

# Steps at the longest rows, for the peak of memory; then as many at the training's own first rows, for the time.
STEPS = 2
# A checkpoint holds the adapter and AdamW's two moments, in float32; a training keeps so many at once.
BYTES_PER_PARAMETER = 12
KEPT_CHECKPOINTS = len(ATTRIBUTION_AT) + 4
DISK_MARGIN_BYTES = 200_000_000
# Above this share of rows that are cut or left out, the training would learn from other rows than were reviewed.
MOST_CUT = 0.2
ROWS_NAMED = 5
OUT_OF_MEMORY = "The steps with the longest rows need more memory than this machine has."
# What a check is about: these end the check they happen in, anything else ends the run.
JUDGED = {
    ErrorCode.BASE_UNKNOWN,
    ErrorCode.BASE_HASH,
    ErrorCode.PICKLE_REFUSED,
    ErrorCode.CONFIG_FORBIDDEN,
    ErrorCode.DATASET_TOO_SMALL,
    ErrorCode.TEMPLATE_MISMATCH,
    ErrorCode.ALL_TRUNCATED,
    ErrorCode.DISK_FULL,
    ErrorCode.OUT_OF_MEMORY,
    ErrorCode.LOSS_NOT_FINITE,
}


class Failed(Exception):
    """A check failed; the ones after it make no sense."""


class Checks:
    """The list a person reads, in the order it was tried."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.found: list[dict[str, Any]] = []

    def add(self, name: str, verdict: str, message: str, fix: str = "", rows: Sequence[dict[str, Any]] = ()) -> None:
        """One result. Raises Failed for a failed one."""
        self._note({"check": name, "verdict": verdict, "code": None, "message": message, "fix": fix, "rows": list(rows)})
        if verdict == "failed":
            raise Failed

    @contextmanager
    def trying(self, name: str) -> Iterator[None]:
        """Errors inside are this check's result. Leaves when the run was cancelled or stopped."""
        if self.folder.cancel_requested():
            self.folder.finish({})
            raise SystemExit(0)
        if self.folder.stop_requested():
            self.folder.pause()
        try:
            yield
        except RunnerError as error:
            if error.code not in JUDGED:
                raise
            self._fail(name, error.code, error.message)
        except (MemoryError, torch.OutOfMemoryError):
            self._fail(name, ErrorCode.OUT_OF_MEMORY, OUT_OF_MEMORY)
        except RuntimeError as error:
            # What torch's CPU allocator raises.
            if "allocate memory" not in str(error):
                raise
            self._fail(name, ErrorCode.OUT_OF_MEMORY, OUT_OF_MEMORY)

    def _fail(self, name: str, code: ErrorCode, message: str) -> None:
        self._note({"check": name, "verdict": "failed", "code": str(code), "message": message, "fix": "", "rows": []})
        raise Failed

    def _note(self, entry: dict[str, Any]) -> None:
        self.found.append(entry)
        data = {"done": len(self.found), "total": len(NAMES), "unit": "checks", "eta_seconds": None}
        self.folder.emit("progress", data=data)


NAMES = ("base", "rows", "template", "loss", "longest", "disk", "memory", "speed")


def dry_run(folder: RunFolder) -> None:
    """Write dry_run.json: {format, passed, checks, figures}. Errors: those of files that are not as the spec says."""
    assert isinstance(folder.spec, DryRunSpec)
    checks = Checks(folder)
    figures: dict[str, Any] = {}
    try:
        examine(folder, folder.spec.config, checks, figures)
    except Failed:
        folder.emit("message", checks.found[-1]["message"], level="warn")
    passed = all(check["verdict"] != "failed" for check in checks.found)
    report = {"format": "modelfactory.dry-run/1", "passed": passed, "checks": checks.found, "figures": figures}
    folder.finish({"dry_run.json": folder.write_artifact("dry_run.json", canonical(report))})


def examine(folder: RunFolder, config: LoraSftConfig, checks: Checks, figures: dict[str, Any]) -> None:
    """Every check in turn. Raises Failed after the first that failed."""
    device = prepare()
    settings = Settings.from_env()
    given, held_given = read_rows(folder.input("train")), read_rows(folder.input("validation"))

    with checks.trying("base"):
        base = bases.find(config.base, config.base_hash)
        tokenizer = bases.load_tokenizer(base)
        size = sum((bases.folder_of(base) / name).stat().st_size for name in base.files)
    checks.add("base", "passed", f"{len(base.files)} files of {base.name} ({size / 1e6:.0f} MB) are here and unchanged.")
    limit = min(config.max_length, base.context_length)

    with checks.trying("rows"):
        if len(given) < MIN_TRAINING_ROWS:
            check_trainable(tokenizer, config.task, given, [], limit)
    checks.add("rows", "passed", f"{len(given)} rows to train on, {len(held_given)} kept aside to watch the training with.")
    with checks.trying("template"):
        rows, train = encode_rows(tokenizer, config.task, given, limit)
        _, held = encode_rows(tokenizer, config.task, held_given[:VALIDATION_ROWS], limit)
    check_template(checks, tokenizer, config.task, rows, train)
    check_loss(checks, figures, train)
    check_longest(checks, figures, tokenizer, config, base, given, limit)
    with checks.trying("longest"):
        check_trainable(tokenizer, config.task, given, train, limit)

    with checks.trying("memory"):
        model = load_trainable(base, config, device)
    check_disk(checks, figures, settings.data_dir, model)
    with checks.trying("memory"):
        seconds = try_steps(model, config, train, held, device)
    check_memory(checks, figures, peak_bytes(device), settings, config)
    check_speed(checks, figures, config, len(train), len(held), seconds, base.is_bf16)


def check_template(checks: Checks, tokenizer: Any, task: Task, rows: Sequence[Row], train: Sequence[Encoded]) -> None:
    """The answer that the tokens say is the answer in the row, and it ends with the base's end token."""
    changed = [row for row, item in zip(rows, train, strict=True) if read_back(tokenizer, item) != plain(tokenizer, row.answer)]
    named = [{"id": row.id, "tokens": 0, "becomes": "changed"} for row in changed[:ROWS_NAMED]]
    if not changed:
        end = tokenizer.eos_token
        message = f"Every answer comes back from its tokens as it was written, and ends with the base's own end token {end}."
        checks.add("template", "passed", message)
    else:
        share = len(changed) / len(rows)
        checks.add(
            "template",
            "failed" if share > MOST_CUT else "careful",
            f"{len(changed)} of {len(rows)} answers do not come back from the base model's tokens as they were written.",
            "Choose another base model, or rewrite these answers with common characters.",
            named,
        )


def read_back(tokenizer: Any, item: Encoded) -> str:
    """The text of a row's answer tokens, without the end token."""
    return str(tokenizer.decode(item.answer[:-1], clean_up_tokenization_spaces=False)).strip()


def check_loss(checks: Checks, figures: dict[str, Any], train: Sequence[Encoded]) -> None:
    """How much of what is read is learned: the answers."""
    tokens = sum(item.length for item in train)
    answers = sum(len(item.answer) for item in train)
    # An answer is never without its end token; one that is nothing else teaches only to stop.
    empty = sum(len(item.answer) <= 1 for item in train)
    figures |= {"tokens": tokens, "answer_tokens": answers, "trained_rows": len(train)}
    if train and empty == len(train):
        checks.add("loss", "failed", "Every answer is empty, so there is nothing to learn.", "Map the column with the answers.")
    share = answers / tokens if tokens else 0.0
    checks.add("loss", "passed", f"{answers:,} of {tokens:,} tokens ({share:.0%}) are answers: these are what is learned.")


def check_longest(
    checks: Checks,
    figures: dict[str, Any],
    tokenizer: Any,
    config: LoraSftConfig,
    base: Base,
    given: Sequence[Row],
    limit: int,
) -> None:
    """The longest rows as they were given, and what becomes of them."""
    lengths = {row.id: whole_length(tokenizer, config.task, row) for row in given}
    over = sorted((row for row in given if lengths[row.id] > limit), key=lambda row: -lengths[row.id])
    longest = max(lengths.values())
    named = [
        {
            "id": row.id,
            "tokens": lengths[row.id],
            "becomes": "shortened" if encode(tokenizer, config.task, row, limit) else "left out",
        }
        for row in over[:ROWS_NAMED]
    ]
    figures |= {"longest_tokens": longest, "max_length": limit, "rows_over": len(over)}
    if not over:
        checks.add("longest", "passed", f"The longest row has {longest:,} tokens; up to {limit:,} fit. No row is cut.")
        return
    rows = "1 row is" if len(over) == 1 else f"{len(over)} rows are"
    cut = f"{rows} longer than {limit:,} tokens; the longest has {longest:,}."
    can_raise = limit < base.context_length
    raise_it = f" or raise the longest row in the expert panel (at most {base.context_length:,})" if can_raise else ""
    if len(over) / len(given) > MOST_CUT:
        fix = f"Shorten these rows{raise_it}, then start again."
        checks.add("longest", "failed", f"{cut} That is {len(over) / len(given):.0%} of all.", fix, named)
    fix = f"Go on if that is all right. Otherwise ask the contributor for a shorter row{raise_it}."
    checks.add(
        "longest", "careful", f"{cut} A question loses its end; where the answer does not fit, the row is left out.", fix, named
    )


def whole_length(tokenizer: Any, task: Task, row: Row) -> int:
    """Tokens of the uncut row."""
    return len(tokens_of(tokenizer, full_text(tokenizer, messages(tokenizer, task, row), plain(tokenizer, row.answer))))


def check_disk(checks: Checks, figures: dict[str, Any], folder: Path, model: Any) -> None:
    """Room for every checkpoint that the training keeps."""
    trained = sum(parameter.numel() for parameter in parameters(model).values())
    needed = trained * BYTES_PER_PARAMETER * KEPT_CHECKPOINTS + DISK_MARGIN_BYTES
    free = disk_free_bytes(folder)
    figures |= {"adapter_parameters": trained, "disk_needed_bytes": needed, "disk_free_bytes": free}
    message = f"The run needs up to {gigabytes(needed)} of disk; {gigabytes(free)} are free."
    if free < needed:
        checks.add(
            "disk", "failed", message, "Ask the operator to free disk space on the training machine, or use a smaller rank."
        )
    checks.add("disk", "passed", message)


def try_steps(
    model: Any, config: LoraSftConfig, train: Sequence[Encoded], held: Sequence[Encoded], device: torch.device
) -> dict[str, float]:
    """Real steps, forward to update: {longest_step, step, validation_row} in seconds. Raises LOSS_NOT_FINITE."""
    named = parameters(model)
    optimizer = torch.optim.AdamW(named.values(), lr=config.learning_rate, eps=config.adam_eps, weight_decay=0.0)
    shared = common_prefix([*train, *held])
    order = Order(config.seed, len(train), config.batch_size)
    longest = sorted(train, key=lambda item: -item.length)[: order.batch]
    usual = [[train[i] for i in order.batch_at(step)] for step in range(STEPS)]

    def step(items: Sequence[Encoded]) -> float:
        began = time.monotonic()
        loss = row_losses(model, collate(items, device, shared)).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = clip_grad_norm_(list(named.values()), config.gradient_clip)
        if not math.isfinite(float(loss.detach())) or not torch.isfinite(norm):
            raise RunnerError(ErrorCode.LOSS_NOT_FINITE, "After two steps the loss is no longer a number.")
        optimizer.step()
        return time.monotonic() - began

    model.train()
    long_seconds = [step(longest) for _ in range(STEPS)]
    seconds = [step(items) for items in usual]
    model.eval()
    few = sorted(held, key=lambda item: -item.length)[:EVALUATION_ROWS]
    began = time.monotonic()
    if few:
        mean_loss(model, few, device, shared)
    per_row = (time.monotonic() - began) / len(few) if few else 0.0
    # The first step of a process also loads kernels: the quicker one is what the rest will take.
    return {"longest_step": min(long_seconds), "step": sum(seconds) / STEPS, "validation_row": per_row}


def check_memory(checks: Checks, figures: dict[str, Any], peak: int, settings: Settings, config: LoraSftConfig) -> None:
    """The peak of the steps at the longest rows against what the machine has."""
    fit = judge(peak, machine(settings))
    figures |= {"peak_bytes": peak, "available_bytes": fit.available_bytes}
    peak_words = f"Two steps with the {config.batch_size} longest rows took {gigabytes(peak)} of memory"
    message = f"{peak_words}; this machine has {gigabytes(fit.available_bytes)} for it."
    smaller = "Use fewer rows in a step or a shorter longest row in the expert panel, or a smaller base model."
    if fit.verdict == "does_not_fit":
        checks.add("memory", "failed", message, smaller)
    if fit.verdict == "tight":
        checks.add("memory", "careful", message, f"It fits while nothing else needs memory. {smaller}")
    else:
        checks.add("memory", "passed", message)


def check_speed(
    checks: Checks,
    figures: dict[str, Any],
    config: LoraSftConfig,
    rows: int,
    held: int,
    seconds: dict[str, float],
    large: bool,
) -> None:
    """How long the training takes at the pace just measured."""
    _, steps = plan(rows, config.epochs, config.batch_size)
    validation = seconds["validation_row"] * held * (steps // (config.eval_every or evaluation_interval(steps)) + 1)
    training = (steps * seconds["step"] + validation) * (1 + len(config.learning_rates or []) / TRIAL_SHARE)
    figures |= {
        "steps": steps,
        "rows_per_step": min(config.batch_size, rows),
        "step_seconds": round(seconds["step"], 4),
        "longest_step_seconds": round(seconds["longest_step"], 4),
        "validation_row_seconds": round(seconds["validation_row"], 5),
        "training_seconds": round(training, 1),
        "scoring_reads": PROJECTED_CHECKPOINTS if large else CHECKPOINTS,
    }
    each = f"{seconds['step']:.1f}" if seconds["step"] >= 0.1 else f"{seconds['step']:.3f}"
    checks.add("speed", "passed", f"{steps:,} steps of {each} s each, as just measured here.")


def peak_bytes(device: torch.device) -> int:
    """The most memory this process has held so far; on a GPU, of the GPU."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved())
    status = Path("/proc/self/status")
    # getrusage may still show the peak of the process that started this one.
    for line in status.read_text().splitlines() if status.exists() else []:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def gigabytes(count: int) -> str:
    """1.8 GB."""
    return f"{count / 1e9:.1f} GB"


if __name__ == "__main__":
    run_recipe(dry_run)
