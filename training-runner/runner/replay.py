"""Influence of every training row on a few numbers, by differentiating the whole training: the replay metagradient.

Give each row a weight (1 as it was trained; its part of the batch loss is multiplied by it, while schedule, order and step
count stay). The training is then a function from weights to the adapter, and a number of the adapter, such as the mean test
loss, has a derivative by every weight. It is computed exactly, backwards through all steps of AdamW and clipping:

    g = grad L_t(theta, w)      c = min(1, K / (|g| + 1e-6))      q = c g
    m' = b1 m + (1 - b1) q      v' = b2 v + (1 - b2) q^2          theta' = theta - lr m'/z1 / (sqrt(v'/z2) + eps)

The optimizer's part is a formula for each number; the model's part is one product of the batch's Hessian with a vector, by
differentiating the gradient once more. States are kept at every sqrt(T)-th step and the steps between them run again to the
same bits, so memory is 2 sqrt(T) states. The derivatives are kept after each stretch, so a replay may stop and go on.

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
# States on the way forwards; those on the way back begin with "resume-back-". Every later name is greater than the ones before.
FORWARD = "resume-[0-9]*.safetensors"


# Told of work done, in steps, and whether an earlier call had done it.
Progress = Callable[[int, bool], None]


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
    progress: Progress | None = None,
    check: Callable[[], None] = lambda: None,
    derivatives: Training | None = None,
) -> Replayed:
    """Differentiate `steps` steps from the model's present adapter, by the rows' weights.

    `numbers` [numbers, test items] says how each test item's loss counts in each number (1 / n for a mean). Everything that is
    needed to go on after a stop lies in `folder`: called again with the same arguments it continues, and ends to the same bits.
    `check` is called once, when the model holds the replayed adapter. `derivatives` is the same training on a model that
    computes more precisely: states come from `training`, derivatives at them from it.

    Costs about three trainings and nine tenths of one for each number; `progress(n)` is told work in steps, of which there are
    `work_of(steps, numbers)`, first what an interrupted call had done.
    """
    every = max(1, math.isqrt(steps))
    precise = derivatives or training
    tell = progress or untold
    back = newest_back(folder)
    if back is None:
        take_again(training, steps, every, folder, tell)
        check()
        precise.put(training.state(), steps)
        values, adjoints = numbers_by_state(precise, test, numbers)
        back = Back(steps, 0, values, adjoints, torch.zeros(len(numbers), len(training.rows), dtype=torch.float64))
        write_back(folder, back)
    else:
        training.model.train()
        precise.model.train()
        tell(steps + (steps - back.step) * work_back(len(numbers)), True)
    while back.step > 0:
        first = (back.step - 1) // every * every
        states = between(training, folder, first, back.step)
        for step in range(back.step - 1, first - 1, -1):
            by_row = pull_back(precise, step, states.pop(), back.adjoints)
            back.influence.index_add_(1, torch.tensor(training.order.batch_at(step)), -by_row)
            tell(work_back(len(numbers)), False)
        back.step, back.done = first, steps - first
        write_back(folder, back)
    forget(folder)
    return Replayed(back.values, back.influence)


def forget(folder: Path) -> None:
    """Drop everything that was kept to go on from."""
    for path in folder.glob("resume-*.safetensors"):
        path.unlink()


def take_again(training: Training, steps: int, every: int, folder: Path, tell: Progress) -> None:
    """The training itself, from its start or the last state kept, keeping one in `every` states."""
    found = sorted(folder.glob(FORWARD))
    begin = step_of(found[-1]) if found else 0
    training.put(read_tensors(found[-1]) if found else training.begin(), begin)
    training.model.train()
    tell(begin, True)
    for step in range(begin, steps):
        if step % every == 0:
            write_tensors(kept(folder, step), training.state())
        training.advance(step)
        tell(1, False)


def untold(_work: int, _is_old: bool) -> None:
    """Nobody wants to know."""


def work_back(numbers: int) -> int:
    """What one step backwards costs, in steps forwards: measured on the bundled bases."""
    return 2 + round(0.9 * numbers)


def work_of(steps: int, numbers: int) -> int:
    """What a whole replay costs, in steps forwards."""
    return steps * (1 + work_back(numbers))


@dataclass
class Back:
    """How far backwards a replay is: derivatives by the state before `step`, and the influence of the `done` steps after it."""

    step: int
    done: int
    values: torch.Tensor
    adjoints: list[State]
    influence: torch.Tensor


def write_back(folder: Path, back: Back) -> None:
    """Keep it, then drop what it replaces."""
    tensors = {f"{k}/{name}": tensor for k, adjoint in enumerate(back.adjoints) for name, tensor in adjoint.items()}
    path = folder / f"resume-back-{back.done:08d}.safetensors"
    write_tensors(path, {**tensors, "values": back.values, "influence": back.influence, "step": torch.tensor(back.step)})
    for old in folder.glob("resume-back-*.safetensors"):
        if old != path:
            old.unlink()
    for old in folder.glob(FORWARD):
        if step_of(old) >= back.step:
            old.unlink()


def newest_back(folder: Path) -> Back | None:
    """What `write_back` kept last."""
    found = sorted(folder.glob("resume-back-*.safetensors"))
    if not found:
        return None
    tensors = read_tensors(found[-1])
    step, values, influence = int(tensors.pop("step")), tensors.pop("values"), tensors.pop("influence")
    adjoints: list[State] = [{} for _ in values]
    for name, tensor in tensors.items():
        k, _, rest = name.partition("/")
        adjoints[int(k)][rest] = tensor
    return Back(step, step_of(found[-1]), values, adjoints, influence)


def step_of(path: Path) -> int:
    """The number in a kept file's name."""
    return int(path.stem.rsplit("-", 1)[1])


def kept(folder: Path, step: int) -> Path:
    """Where the state before a step lies."""
    return folder / f"resume-{step:08d}.safetensors"


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
