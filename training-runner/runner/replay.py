"""Influence of every training row on a few numbers, by differentiating the whole training: the replay metagradient.

Give each row a weight (1 as it was trained; its part of the batch loss is multiplied by it, while schedule, order and step
count stay). The training is then a function from weights to the adapter, and a number of the adapter, such as the mean test
loss, has a derivative by every weight. It is computed exactly, backwards through all steps of AdamW and clipping:

    g = grad L_t(theta, w)      c = min(1, K / (|g| + 1e-6))      q = c g
    m' = b1 m + (1 - b1) q      v' = b2 v + (1 - b2) q^2          theta' = theta - lr m'/z1 / (sqrt(v'/z2) + eps)

The optimizer's part is a formula for each number; the model's part is one product of the batch's Hessian with a vector, by
differentiating the gradient once more. States are kept at every sqrt(T)-th step and the steps between them run again to the
same bits, so memory is 2 sqrt(T) states.

Method: MAGIC (Ilyas, Engstrom: arXiv 2504.16430), here for a LoRA adapter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from runner.data import collate
from runner.fused import plain
from runner.model import EVALUATION_ROWS, State, read_tensors, row_losses, write_tensors
from runner.template import Encoded
from runner.training import MOMENTS, Training

BETA1, BETA2 = 0.9, 0.999


@dataclass(frozen=True)
class Replayed:
    """Both in nats per answer token, float64, on the CPU."""

    numbers: torch.Tensor
    """[numbers] the values that were differentiated, at the replayed adapter."""
    influence: torch.Tensor
    """[numbers, rows] minus the derivative by each row's weight: positive where the row lowered the number."""


def replay(
    training: Training,
    steps: int,
    test: Sequence[Encoded],
    numbers: torch.Tensor,
    folder: Path,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Differentiate `steps` steps from the model's present adapter, by the rows' weights.

    `numbers` [numbers, test items] says how each test item's loss counts in each number (1 / n for a mean). States go to
    `folder`, which is left empty. `progress(n)` is called after every n of 2 * steps. Costs about three trainings for one
    number, and less than two more for each other one.
    """
    every = max(1, math.isqrt(steps))
    training.put(training.begin(), 0)
    training.model.train()
    for step in range(steps):
        if step % every == 0:
            write_tensors(kept(folder, step), training.state())
        training.advance(step)
        progress(1)
    values, adjoints = numbers_by_state(training, test, numbers)
    influence = torch.zeros(len(numbers), len(training.rows), dtype=torch.float64)
    for first in range((steps - 1) // every * every, -1, -every):
        states = between(training, folder, first, min(first + every, steps))
        for step in range(min(first + every, steps) - 1, first - 1, -1):
            by_row = pull_back(training, step, states.pop(), adjoints)
            influence.index_add_(1, torch.tensor(training.order.batch_at(step)), -by_row)
            progress(1)
        kept(folder, first).unlink()
    return Replayed(values, influence)


def kept(folder: Path, step: int) -> Path:
    """Where the state before a step lies."""
    return folder / f"replay-{step:08d}.safetensors"


def between(training: Training, folder: Path, first: int, end: int) -> list[State]:
    """The states before the steps first … end - 1, taken again from the one that was kept."""
    states = [read_tensors(kept(folder, first))]
    training.put(states[0], first)
    for step in range(first, end - 1):
        training.advance(step)
        states.append(training.state())
    return states


def numbers_by_state(training: Training, test: Sequence[Encoded], numbers: torch.Tensor) -> tuple[torch.Tensor, list[State]]:
    """Each number's value, and its derivative by the state: by the adapter; the moments no longer count."""
    training.model.eval()
    values = torch.zeros(len(numbers), dtype=torch.float64)
    adjoints = [{name: torch.zeros_like(tensor) for name, tensor in training.begin().items()} for _ in numbers]
    for start in range(0, len(test), EVALUATION_ROWS):
        part = test[start : start + EVALUATION_ROWS]
        losses = row_losses(training.model, collate(part, training.device, training.shared))
        for k, counted in enumerate(numbers[:, start : start + len(part)]):
            number = (losses * counted.to(losses)).sum()
            values[k] += float(number.detach())
            found = torch.autograd.grad(number, list(training.named.values()), retain_graph=k < len(numbers) - 1)
            for name, gradient in zip(training.named, found, strict=True):
                adjoints[k][f"weights/{name}"] += gradient.cpu()
    training.model.train()
    return values, adjoints


def pull_back(training: Training, step: int, state: State, adjoints: list[State]) -> torch.Tensor:
    """Turn derivatives by the state after a step into derivatives by the state before it, in place.

    Gives the derivatives by the weights of the step's rows [numbers, batch].
    """
    training.put(state, step)
    named = training.named
    chosen = training.order.batch_at(step)
    weights = torch.ones(len(chosen), device=training.device, requires_grad=True)
    with differentiable_twice(training.model):
        losses = row_losses(training.model, collate([training.rows[i] for i in chosen], training.device, training.shared))
        gradients = torch.autograd.grad((losses * weights).mean(), list(named.values()), create_graph=True)
        found = torch.zeros(len(adjoints), len(chosen), dtype=torch.float64)
        for k, adjoint in enumerate(adjoints):
            wanted = through_optimizer(
                training, step, state, dict(zip(named, (g.detach() for g in gradients), strict=True)), adjoint
            )
            # The derivative of <g, wanted> by the adapter and by the rows' weights.
            along = torch.stack([(g * wanted[name]).sum() for name, g in zip(named, gradients, strict=True)]).sum()
            *by_adapter, by_weight = torch.autograd.grad(along, [*named.values(), weights], retain_graph=k < len(adjoints) - 1)
            for name, more in zip(named, by_adapter, strict=True):
                adjoint[f"weights/{name}"] += more.cpu()
            found[k] = by_weight.detach().cpu().double()
    return found


def through_optimizer(training: Training, step: int, state: State, gradient: State, adjoint: State) -> State:
    """Derivative by the batch's gradient; the adjoint becomes that by the moments before the step (the adapter's stays)."""
    rate = training.schedule.rate(step)
    z1, z2 = 1 - BETA1 ** (step + 1), 1 - BETA2 ** (step + 1)
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradient.values()]))
    clip = min(1.0, float(training.gradient_clip / (norm + 1e-6)))
    wanted: State = {}
    for name, g in gradient.items():
        device = g.device
        q = clip * g
        m, v = (state[f"{moment}/{name}"].to(device) for moment in MOMENTS[1:])
        m = BETA1 * m + (1 - BETA1) * q
        v = BETA2 * v + (1 - BETA2) * q * q
        theta_bar, m_bar, v_bar = (adjoint[f"{moment}/{name}"].to(device) for moment in MOMENTS)
        root = (v / z2).sqrt()
        m_bar = m_bar - theta_bar * rate / z1 / (root + training.eps)
        # Where v is 0 so is m, and the step does not move with v.
        by_v = rate * (m / z1) / (root + training.eps).square() / (2 * z2 * root)
        v_bar = v_bar + theta_bar * torch.where(root > 0, by_v, 0.0)
        wanted[name] = (1 - BETA1) * m_bar + 2 * (1 - BETA2) * q * v_bar
        adjoint[f"exp_avg/{name}"] = (BETA1 * m_bar).cpu()
        adjoint[f"exp_avg_sq/{name}"] = (BETA2 * v_bar).cpu()
    if clip == 1.0:
        return wanted
    # q = K g / (|g| + 1e-6): longer gradients are cut to the same length.
    along = torch.stack([(gradient[name] * wanted[name]).sum() for name in gradient]).sum()
    shrink = clip / (norm + 1e-6) / norm * along
    return {name: clip * wanted[name] - shrink * gradient[name] for name in gradient}


@contextmanager
def differentiable_twice(model: Any) -> Iterator[None]:
    """Within, layers and attention compute by operations whose gradients have gradients."""
    with plain(model), sdpa_kernel(SDPBackend.MATH):
        yield
