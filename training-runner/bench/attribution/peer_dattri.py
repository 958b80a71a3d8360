"""Methods of dattri 0.3.0, called as its documentation has it, on the model of peer_model.py.

Damping is given as a multiple of the mean squared length of a row's gradient, the scale on which it decides (attribution of
the product scales its own alike). Every method gets at most twelve settings.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from dattri.algorithm.influence_function import IFAttributorArnoldi, IFAttributorCG, IFAttributorDataInf
from dattri.algorithm.tracin import TracInAttributor
from dattri.algorithm.trak import TRAKAttributor
from dattri.task import AttributionTask

from bench.attribution.candidates import Candidate
from bench.attribution.peer_model import RowLoss, loaders
from bench.attribution.run import ScoredRun
from runner.schedule import learning_rate

BYTES_OF_EXPLICIT = 8e9
WIDTH = 2048


class RememberingTask(AttributionTask):  # type: ignore[misc]
    """dattri's task, but the gradients of the same rows at the same adapter are computed once for all settings.

    Without it twelve settings would take hours. `spared` adds up the seconds of what was remembered, so that a setting's
    time is that of computing it alone.
    """

    memory: dict[Any, tuple[torch.Tensor, float]]
    spared: float = 0.0

    def get_grad_loss_func(self, *args: Any, **kwargs: Any) -> Callable[..., torch.Tensor]:
        """Remembered."""
        return self._remembered("loss", super().get_grad_loss_func(*args, **kwargs))

    def get_grad_target_func(self, *args: Any, **kwargs: Any) -> Callable[..., torch.Tensor]:
        """Remembered: our target is the loss, too."""
        return self._remembered("loss", super().get_grad_target_func(*args, **kwargs))

    def _remembered(self, kind: str, compute: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        def found(params: torch.Tensor, data: Any) -> torch.Tensor:
            key = (kind, self.original_loss_func.__name__, digest(params), digest(data[0].reshape(-1, data[0].shape[-1])))
            if key in self.memory:
                made, seconds = self.memory[key]
                self.spared += seconds
                return made.clone()
            began = time.process_time()
            made = compute(params, data).detach()
            self.memory[key] = (made.clone(), time.process_time() - began)
            return made

        return found


def digest(tensor: torch.Tensor) -> bytes:
    """Of its numbers."""
    return hashlib.sha256(tensor.detach().numpy().tobytes()).digest()


class Peer:
    """The model, its data and its loss in the form that dattri asks for."""

    def __init__(self, run: ScoredRun) -> None:
        self.run = run
        self.model = RowLoss(run)
        self.train, self.items = loaders(run)
        # dattri builds its parameter vector from those that require a gradient.
        self.numbers = sum(p.numel() for p in self.model.parameters() if p.requires_grad)
        self.memory: dict[Any, tuple[torch.Tensor, float]] = {}

    def mean_loss(self, params: Any, data: Any) -> torch.Tensor:
        """Of a batch, or of one row under vmap."""
        ids, labels = data
        if ids.dim() == 1:
            ids, labels = ids[None], labels[None]
        return torch.func.functional_call(self.model, params, (ids, labels)).mean()

    def log_odds(self, params: Any, data: Any) -> torch.Tensor:
        """TRAK's output function, log p / (1 - p) with p the answer's mean probability per token."""
        loss = self.mean_loss(params, data)
        return -loss - torch.log(-torch.expm1(-loss.clamp(min=1e-6)))

    def probability(self, params: Any, data: Any) -> torch.Tensor:
        """Of the answer, mean per token."""
        return torch.exp(-self.mean_loss(params, data))

    def task(self, steps: list[int], loss: Callable[..., torch.Tensor] | None = None) -> RememberingTask:
        """Over some checkpoints."""
        task = RememberingTask(
            loss_func=loss or self.mean_loss,
            model=self.model,
            checkpoints=[self.run.weights(step) for step in steps],
            checkpoints_load_func=lambda model, weights: model.put(weights),
        )
        task.memory = self.memory
        return task

    def level(self, step: int) -> float:
        """Mean squared length of a row's gradient."""
        self.model.put(self.run.weights(step))
        total = 0.0
        for ids, labels in self.train:
            for row, label in zip(ids, labels, strict=True):
                loss = self.model(row[None], label[None]).mean()
                own = [p for p in self.model.parameters() if p.requires_grad]
                total += sum(float(g.square().sum()) for g in torch.autograd.grad(loss, own))
        return total / len(self.train.dataset)


def candidate(setting: str, attributor: Any, compute: Callable[[], torch.Tensor]) -> Candidate:
    """Run one setting, without the progress bars."""
    before = attributor.task.spared
    began = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        made = compute()
    seconds = time.process_time() - began + attributor.task.spared - before
    return Candidate(setting, made.T.double().detach().numpy(), seconds)


def tracin(run: ScoredRun) -> Iterator[Candidate]:
    """TracIn and its normalised form, weighted by learning rates, without projection."""
    peer = Peer(run)
    recipe = run.problem.recipe
    for name in ("last", "second half"):
        used = run.trajectories()[name]
        for normalised in (False, True):
            rates = torch.tensor([learning_rate(s - 1, run.total, recipe.learning_rate, recipe.warmup_ratio) for s in used])
            attributor = TracInAttributor(peer.task(used), rates, normalised)
            attributor.projector_kwargs = None
            label = f"{name}{', normalised' if normalised else ''}"
            yield candidate(label, attributor, partial(attributor.attribute, peer.train, peer.items))


def trak(run: ScoredRun) -> Iterator[Candidate]:
    """TRAK with one or several checkpoints of the run as its models."""
    peer = Peer(run)
    rows = len(run.problem.train)
    settings = [("last", WIDTH, multiple) for multiple in (0.03, 0.1, 0.3, 1.0, 3.0)]
    settings += [("last", rows // 2, multiple) for multiple in (0.1, 1.0)]
    settings += [("second half", WIDTH, multiple) for multiple in (0.1, 0.3, 1.0)]
    for name, width, multiple in settings:
        attributor = TRAKAttributor(peer.task(run.trajectories()[name], peer.log_odds), peer.probability, {"proj_dim": width})
        label = f"{name}, {width} columns, damping {multiple:g}"
        yield candidate(label, attributor, partial(solve_trak, attributor, peer, multiple))


def solve_trak(attributor: Any, peer: Peer, multiple: float) -> torch.Tensor:
    """Cache and attribute with a regularisation scaled by the projected gradients' own size."""
    attributor.regularization = 1.0
    parameters, _ = attributor.task.get_param(ckpt_idx=0)
    first = next(iter(peer.train))
    size = attributor.grad_loss_func(parameters, first).square().sum(1).mean() / attributor.norm_scaler**2
    attributor.regularization = multiple * float(size)
    attributor.cache(peer.train)
    made: torch.Tensor = attributor.attribute(peer.items)
    return made


def datainf(run: ScoredRun) -> Iterator[Candidate]:
    """DataInf, damped per layer."""
    peer = Peer(run)
    layers = sum(1 for p in peer.model.parameters() if p.requires_grad)
    level = peer.level(run.steps[-1]) / layers
    settings = [("last", multiple) for multiple in (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2)]
    settings += [("second half", multiple) for multiple in (1e-1, 1.0)]
    for name, multiple in settings:
        attributor = IFAttributorDataInf(peer.task(run.trajectories()[name]), regularization=multiple * level)
        yield candidate(f"{name}, damping {multiple:g}", attributor, partial(cached, attributor, peer))


def arnoldi(run: ScoredRun) -> Iterator[Candidate]:
    """Influence function with the Hessian's leading eigenvectors, at the last checkpoint."""
    peer = Peer(run)
    used = run.trajectories()["last"]
    for multiple in (0.0, 1e-2, 1e-1, 1.0):
        attributor = IFAttributorArnoldi(
            peer.task(used), proj_dim=20, max_iter=30, regularization=multiple * peer.level(used[-1])
        )
        yield candidate(f"20 of 30 eigenvectors, damping {multiple:g}", attributor, partial(cached, attributor, peer))


def conjugate(run: ScoredRun) -> Iterator[Candidate]:
    """Influence function by conjugate gradients, at the last checkpoint."""
    peer = Peer(run)
    used = run.trajectories()["last"]
    for multiple in (1e-1, 1.0):
        attributor = IFAttributorCG(peer.task(used), max_iter=5, regularization=multiple * peer.level(used[-1]))
        yield candidate(f"5 iterations, damping {multiple:g}", attributor, partial(cached, attributor, peer))


def explicit(run: ScoredRun) -> Iterator[Candidate]:
    """Influence function with the whole Hessian: only for adapters whose Hessian fits."""
    numbers = Peer(run).numbers
    needed = 2 * 4.0 * numbers**2
    raise MemoryError(
        f"the Hessian of {numbers:,} numbers and its inverse need {needed / 1e9:.0f} GB; the benchmark allows "
        f"{BYTES_OF_EXPLICIT / 1e9:.0f} GB"
    )
    yield


def cached(attributor: Any, peer: Peer) -> torch.Tensor:
    """dattri's two steps."""
    attributor.cache(peer.train)
    made: torch.Tensor = attributor.attribute(peer.train, peer.items)
    return made
