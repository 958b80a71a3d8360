"""Trainings of lora_sft's loop with some rows left out, and the test losses they end with, kept on disk by content.

A result lies below `<folder>/<problem>/<retrain>.npy`, both names being hashes of the data, recipe, rows and seed it depends
on, so whatever was computed once is never computed again. That the code still trains the same is tried on one of them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bench.attribution.draw import Retrain
from bench.attribution.problem import DataProblem, Problem
from runner import bases
from runner.data import Order, collate
from runner.events import atomic_write
from runner.model import EVALUATION_ROWS, State, get_state, load_lora, prepare, row_losses, set_state, write_tensors
from runner.schedule import ATTRIBUTION_AT
from runner.training import Schedule, Training

Losses = NDArray[np.float64]
SAME = 1e-4


class Retrainer:
    """One model in memory, trained anew for every retrain."""

    def __init__(self, problem: Problem, folder: Path) -> None:
        self.problem = problem
        self.folder = folder / problem.sha256[:24]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.device = prepare()
        self._starts: dict[int, State] = {}
        self._model: Any = None

    def path(self, retrain: Retrain) -> Path:
        """Where its result lies."""
        content = json.dumps([retrain.kept, retrain.seed, retrain.own])
        return self.folder / f"{hashlib.sha256(content.encode()).hexdigest()[:24]}.npy"

    def losses(self, retrain: Retrain) -> Losses:
        """Loss of each test item after the training [items], nats per answer token; trains where it is not known yet."""
        path = self.path(retrain)
        if not path.exists():
            made = self.train(retrain)
            with (partial := path.with_suffix(".partial")).open("wb") as file:
                np.save(file, made)
            partial.rename(path)
        found: Losses = np.load(path)
        return found

    def check(self, retrain: Retrain) -> None:
        """Train a known one again. Raises DataProblem when it ends elsewhere: then none of them can be gone on from."""
        path = self.path(retrain)
        if path.exists() and not np.allclose(np.load(path), self.train(retrain), rtol=0, atol=SAME):
            raise DataProblem(
                f"The retrains in {self.folder} were made by other code or another machine: one of them, made again, "
                "gives other losses. Remove that folder and start over."
            )

    def training(self, seed: int, kept: list[int] | None = None) -> tuple[Training, int]:
        """The training of some rows (all where None) at its start, and its number of steps."""
        recipe, problem = self.problem.recipe, self.problem
        rows = problem.train if kept is None else [problem.train[i] for i in kept]
        total = problem.steps(len(rows))
        training = Training(
            model=self._start(seed),
            rows=rows,
            order=Order(seed, len(rows), recipe.batch_size),
            schedule=Schedule(total, recipe.learning_rate, recipe.warmup_ratio),
            gradient_clip=recipe.gradient_clip,
            shared=problem.shared,
            device=self.device,
            eps=recipe.eps,
        )
        return training, total

    def train(self, retrain: Retrain) -> Losses:
        """Train it now."""
        if retrain.own:
            training, total = self.training(retrain.seed)
            weights = torch.zeros(len(training.rows))
            weights[list(retrain.kept)] = 1.0
            training.run(total, weights)
        else:
            training, total = self.training(retrain.seed, list(retrain.kept))
            training.run(total)
        return self.measure(training.model)

    @torch.no_grad()
    def measure(self, model: Any) -> Losses:
        """Loss of each test item [items]."""
        model.eval()
        items = self.problem.items
        found = [
            row_losses(model, collate(items[k : k + EVALUATION_ROWS], self.device, self.problem.shared))
            for k in range(0, len(items), EVALUATION_ROWS)
        ]
        return torch.cat(found).double().cpu().numpy()

    def whole(self, seed: int) -> Path:
        """The run that is scored: trained on all rows, its start and ATTRIBUTION_AT's states kept. Returns its folder.

        `run.json`: seed, steps of the states, CPU seconds of the training, test losses before and after.
        """
        folder = self.folder / f"run-{seed}"
        if (folder / "run.json").exists():
            return folder
        folder.mkdir(exist_ok=True)
        training, total = self.training(seed)
        before = self.measure(training.model)
        keep = {max(1, round(total * share)) for share in ATTRIBUTION_AT}
        training.put(training.begin(), 0)
        training.model.train()
        write_tensors(folder / "state-000000.safetensors", training.state())
        seconds = 0.0
        for step in range(total):
            began = time.process_time()
            training.advance(step)
            seconds += time.process_time() - began
            if step + 1 in keep:
                write_tensors(folder / f"state-{step + 1:06d}.safetensors", training.state())
        note = {
            "seed": seed,
            "steps": total,
            "kept": sorted(keep),
            "seconds": seconds,
            "before": before.tolist(),
            "after": self.measure(training.model).tolist(),
        }
        atomic_write(folder / "run.json", json.dumps(note).encode())
        return folder

    def _start(self, seed: int) -> Any:
        """The model with the seed's fresh adapter."""
        recipe = self.problem.recipe
        if seed not in self._starts:
            self._model = load_lora(bases.find(recipe.base), recipe.rank, recipe.alpha, seed, self.device)
            self._starts[seed] = get_state(self._model)
        set_state(self._model, self._starts[seed])
        return self._model


def within(retrainer: Retrainer, wanted: Iterable[Retrain], until: float) -> Iterator[tuple[Retrain, Losses]]:
    """Each retrain with its result: all that are on disk, and new ones until the clock (time.monotonic) says so."""
    for retrain in wanted:
        if retrainer.path(retrain).exists() or time.monotonic() < until:
            yield retrain, retrainer.losses(retrain)
