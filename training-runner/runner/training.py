"""One training and its steps: what lora_sft takes, and what a replay takes again to the same bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from runner.configs import LoraSftConfig
from runner.data import Order, collate
from runner.errors import ErrorCode, RunnerError
from runner.model import State, parameters, row_losses
from runner.resume import restore, snapshot
from runner.schedule import learning_rate
from runner.template import Encoded

MOMENTS = ("weights", "exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Schedule:
    """The learning rate of each step, counted from 0, of a training of `total` steps."""

    total: int
    peak: float
    warmup_ratio: float

    def rate(self, step: int) -> float:
        """As `learning_rate` has it."""
        return learning_rate(step, self.total, self.peak, self.warmup_ratio)


@dataclass
class Training:
    """A model with an adapter, the rows it learns from, and AdamW (no decay, `eps` beside the root of its second moment)."""

    model: Any
    rows: Sequence[Encoded]
    order: Order
    schedule: Schedule
    gradient_clip: float
    shared: int
    device: torch.device
    eps: float

    def __post_init__(self) -> None:
        self.named = parameters(self.model)
        self.optimizer = torch.optim.AdamW(self.named.values(), eps=self.eps, weight_decay=0.0)

    def advance(self, step: int, weights: torch.Tensor | None = None) -> float:
        """One optimizer step, counted from 0; the batch's loss before it, in nats per answer token.

        `weights` [rows] multiplies each row's part of the loss; None is the training as it was, bit for bit.
        Raises LOSS_NOT_FINITE.
        """
        rate = self.schedule.rate(step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        chosen = self.order.batch_at(step)
        losses = row_losses(self.model, collate([self.rows[i] for i in chosen], self.device, self.shared))
        loss = losses.mean() if weights is None else (losses * weights[chosen].to(losses)).mean()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise not_finite(step + 1, self.schedule)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if not torch.isfinite(clip_grad_norm_(list(self.named.values()), self.gradient_clip)):
            raise not_finite(step + 1, self.schedule)
        self.optimizer.step()
        return value

    def begin(self) -> State:
        """The state before the first step: the adapter as it stands in the model, moments zero."""
        weights = {f"weights/{name}": p.detach().cpu().clone() for name, p in self.named.items()}
        zeros = {f"{m}/{name}": torch.zeros_like(p, device="cpu") for m in MOMENTS[1:] for name, p in self.named.items()}
        return {**weights, **zeros}

    def put(self, state: State, step: int) -> None:
        """Make a state the model's and the optimizer's own."""
        restore(self.named, self.optimizer, {name: tensor.clone() for name, tensor in state.items()}, step)

    def state(self) -> State:
        """A copy of where the training stands."""
        return {name: tensor.clone() for name, tensor in snapshot(self.named, self.optimizer).items()}

    def run(self, steps: int, weights: torch.Tensor | None = None) -> None:
        """From the model's present adapter through so many steps."""
        self.put(self.begin(), 0)
        self.model.train()
        for step in range(steps):
            self.advance(step, weights)


def training_of(
    config: LoraSftConfig, model: Any, rows: Sequence[Encoded], total: int, shared: int, device: torch.device
) -> Training:
    """The training that a configuration describes, at its own learning rate."""
    return Training(
        model=model,
        rows=rows,
        order=Order(config.seed, len(rows), config.batch_size),
        schedule=Schedule(total, config.learning_rate, config.warmup_ratio),
        gradient_clip=config.gradient_clip,
        shared=shared,
        device=device,
        eps=config.adam_eps,
    )


def not_finite(step: int, schedule: Schedule) -> RunnerError:
    """The loss left the numbers: training on would only spoil the adapter."""
    return RunnerError(
        ErrorCode.LOSS_NOT_FINITE,
        f"The training broke down at step {step} of {schedule.total}: the loss is no longer a number. "
        f"Use a smaller learning rate (it was {schedule.rate(step - 1):.2g}) or look for odd rows.",
    )
