"""Cosines of gradients, as in LESS (arXiv 2402.04333), without its projection: whatever that loses is not held against it.

Of a training row either its gradient or the step AdamW would take from it alone (the moments as they stood), of a test item
its gradient; summed over checkpoints, each weighted by its learning rate.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from bench.attribution.candidates import Candidate
from bench.attribution.run import ScoredRun, device
from runner.gradients import GradientTable, lora_layers
from runner.model import parameters
from runner.replay import BETA1, BETA2
from runner.schedule import learning_rate


def cosine(run: ScoredRun) -> Iterator[Candidate]:
    """Three choices of checkpoints, rows' gradients or their Adam steps."""
    problem, recipe = run.problem, run.problem.recipe
    rows = len(problem.train)
    found: dict[tuple[int, bool], torch.Tensor] = {}
    seconds: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for step, model in run.models(run.steps):
            began = time.process_time()
            for parameter in parameters(model).values():
                parameter.requires_grad_(True)
            table = GradientTable(model, rows + len(problem.items), Path(folder))
            table.fill(model, problem.train, 0, device(), lambda _: None)
            table.fill(model, problem.items, rows, device(), lambda _: None)
            state = run.state(step)
            names = [name.replace(".default", "") + ".weight" for name, _ in lora_layers(model)]
            flat = {kind: torch.cat([state[f"{kind}/{name}"].flatten() for name in names]) for kind in ("exp_avg", "exp_avg_sq")}
            gradients = torch.cat(list(table.layers.values()), 1)
            items = torch.nn.functional.normalize(gradients[rows:], dim=1)
            rate = learning_rate(step - 1, run.total, recipe.learning_rate, recipe.warmup_ratio)
            found[step, False] = rate * items @ torch.nn.functional.normalize(gradients[:rows], dim=1).T
            taken = BETA1 * flat["exp_avg"] + (1 - BETA1) * gradients[:rows]
            taken /= (BETA2 * flat["exp_avg_sq"] + (1 - BETA2) * gradients[:rows] ** 2).sqrt() + 1e-8
            found[step, True] = rate * items @ torch.nn.functional.normalize(taken, dim=1).T
            seconds[step] = time.process_time() - began
    for name, used in run.trajectories().items():
        for adam in (False, True):
            scores = torch.stack([found[step, adam] for step in used]).sum(0)
            label = "Adam steps" if adam else "gradients"
            yield Candidate(f"{label}, {name}", scores.double().numpy(), sum(seconds[step] for step in used))
