"""EK-FAC of kronfluence 1.0.1 on the adapter's own layers, called as its language-model example has it."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import torch
from kronfluence.analyzer import Analyzer, prepare_model
from kronfluence.arguments import FactorArguments, ScoreArguments
from kronfluence.task import Task
from torch import nn

from bench.attribution.candidates import Candidate
from bench.attribution.peer_model import BATCH, RowLoss, loaders
from bench.attribution.run import ScoredRun

DAMPINGS = {"last": (None, 1e-8, 1e-6, 1e-4, 1e-2), "second half": (None, 1e-6)}


class LoraTask(Task):
    """Sum of rows' losses; the empirical Fisher, as ours has it, or the true one."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def compute_train_loss(self, batch: Any, model: nn.Module, sample: bool = False) -> torch.Tensor:
        """Of true answers, or of answers drawn from the model (for the true Fisher)."""
        ids, labels = batch
        assert not sample
        made: torch.Tensor = model(ids, labels).sum()
        return made

    def compute_measurement(self, batch: Any, model: nn.Module) -> torch.Tensor:
        """The loss, like the truth."""
        return self.compute_train_loss(batch, model)

    def get_influence_tracked_modules(self) -> list[str]:
        """A and B of every adapted layer."""
        return self.names

    def get_attention_mask(self, batch: Any) -> Any:
        """Padding counts for no covariance."""
        ids, labels = batch
        real = torch.ones_like(ids)
        for row, wanted in zip(real, labels, strict=True):
            row[int((wanted >= 0).nonzero().max()) + 1 :] = 0
        return real


def ekfac(run: ScoredRun) -> Iterator[Candidate]:
    """EK-FAC at the last checkpoint and over the product's."""
    for name, dampings in DAMPINGS.items():
        used = run.trajectories()[name]
        made: dict[float | None, list[torch.Tensor]] = {damping: [] for damping in dampings}
        seconds = dict.fromkeys(dampings, 0.0)
        for step in used:
            with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
                for damping, (scores, took) in at(run, step, folder, dampings).items():
                    made[damping].append(scores)
                    seconds[damping] += took
        for damping in dampings:
            label = "its own damping" if damping is None else f"damping {damping:g}"
            yield Candidate(f"{name}, {label}", torch.stack(made[damping]).mean(0).double().numpy(), seconds[damping])


def at(
    run: ScoredRun, step: int, folder: str, dampings: tuple[float | None, ...]
) -> dict[float | None, tuple[torch.Tensor, float]]:
    """Scores [items, rows] and seconds of each damping at a checkpoint."""
    model = RowLoss(run).put(run.weights(step))
    names = [name for name, layer in model.named_modules() if isinstance(layer, nn.Linear) and ".lora_" in name]
    task = LoraTask(names)
    train, items = (loader.dataset for loader in loaders(run))
    began = time.process_time()
    analyzer = Analyzer("run", prepare_model(model, task), task, cpu=True, output_dir=folder, disable_tqdm=True)
    arguments = FactorArguments(strategy="ekfac", use_empirical_fisher=True)
    analyzer.fit_all_factors("factors", train, per_device_batch_size=BATCH, factor_args=arguments, overwrite_output_dir=True)
    fitted = time.process_time() - began
    found = {}
    for k, damping in enumerate(dampings):
        began = time.process_time()
        analyzer.compute_pairwise_scores(
            f"scores{k}",
            "factors",
            items,
            train,
            per_device_query_batch_size=BATCH,
            per_device_train_batch_size=BATCH,
            score_args=ScoreArguments(damping_factor=damping),
            overwrite_output_dir=True,
        )
        scores = analyzer.load_pairwise_scores(f"scores{k}")["all_modules"]
        found[damping] = (scores, fitted + time.process_time() - began)
    return found
