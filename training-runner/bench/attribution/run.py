"""The training that is scored, as its kept states: what every method gets to see besides rows and items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from bench.attribution.problem import Problem, read_problem
from runner import bases
from runner.model import State, load_lora, prepare, read_tensors, set_state
from runner.recipes.influence import CHECKPOINTS
from runner.resume import part


@dataclass(frozen=True)
class ScoredRun:
    """`steps` of the kept states, the last one being the trained adapter; the start is not among them."""

    problem: Problem
    folder: Path
    seed: int
    steps: list[int]
    total: int

    def state(self, step: int) -> State:
        """weights/…, exp_avg/…, exp_avg_sq/… after a step."""
        return read_tensors(self.folder / f"state-{step:06d}.safetensors")

    def weights(self, step: int) -> State:
        """The adapter after a step."""
        return part(self.state(step), "weights/")

    def trajectories(self) -> dict[str, list[int]]:
        """The choices of checkpoints that every method may make."""
        half = [step for step in self.steps if step >= self.total / 2][-CHECKPOINTS:]
        return {"last": self.steps[-1:], "second half": half, "all": self.steps}

    def model(self) -> Any:
        """The base with an adapter, computing as our recipes do."""
        recipe = self.problem.recipe
        return load_lora(bases.find(recipe.base), recipe.rank, recipe.alpha, 0, prepare()).eval()

    def models(self, steps: list[int]) -> Iterator[tuple[int, Any]]:
        """One model, set to each step's adapter in turn."""
        model = self.model()
        for step in steps:
            set_state(model, self.weights(step))
            yield step, model.requires_grad_(False)


def read_run(problem: Path, folder: Path) -> ScoredRun:
    """From the problem's file and the run's folder."""
    note = json.loads((folder / "run.json").read_text())
    return ScoredRun(read_problem(problem), folder, note["seed"], note["kept"], note["steps"])


def device() -> torch.device:
    """Where everything is computed."""
    return prepare()
