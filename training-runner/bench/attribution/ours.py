"""Our methods, called as the product calls them: the fast score of recipes/influence.py and runner/replay.py."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from bench.attribution.candidates import Candidate
from bench.attribution.run import ScoredRun, device
from runner import bases
from runner.data import Order
from runner.gradients import COLUMNS, GradientTable
from runner.model import parameters, set_state
from runner.recipes.influence import DAMPING, PROJECTED_CHECKPOINTS, damped_fisher
from runner.replay import replay
from runner.scores import SketchedScores
from runner.sketch import SketchTable
from runner.training import Schedule, Training

SHIPPED = f"second half, damping {DAMPING:g}"
DAMPINGS = (0.03, 0.1, 0.3, 1.0, 3.0)


def fast(run: ScoredRun) -> Iterator[Candidate]:
    """Damped Fisher at the product's checkpoints and at the last alone. The product's own setting comes first."""
    problem = run.problem
    rows = len(problem.train)
    columns = COLUMNS if bases.find(problem.recipe.base).is_bf16 else None
    half = run.trajectories()["second half"][-PROJECTED_CHECKPOINTS if columns else 0 :]
    products: dict[int, tuple[torch.Tensor, torch.Tensor, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for step, model in run.models(half):
            began = time.process_time()
            for parameter in parameters(model).values():
                parameter.requires_grad_(True)
            table = GradientTable(model, rows + len(problem.items), Path(folder), columns=columns)
            table.fill(model, problem.train, 0, device(), lambda _: None)
            table.fill(model, problem.items, rows, device(), lambda _: None)
            own, cross = table.products(rows)
            products[step] = (own, cross, time.process_time() - began)
    for name, damping in [("second half", DAMPING), *((n, d) for n in ("second half", "last") for d in DAMPINGS)]:
        began = time.process_time()
        used = half if name == "second half" else half[-1:]
        scores = sum(damped_fisher(products[step][0], products[step][1], damping) for step in used) / rows / len(used)
        seconds = time.process_time() - began + sum(products[step][2] for step in used)
        assert isinstance(scores, torch.Tensor)
        yield Candidate(f"{name}, damping {damping:g}", scores.numpy(), seconds)


def sketched(run: ScoredRun) -> Iterator[Candidate]:
    """The product's form for many rows, here on few: what its sketches cost in agreement."""
    problem = run.problem
    rows = len(problem.train)
    columns = COLUMNS if bases.find(problem.recipe.base).is_bf16 else None
    half = run.trajectories()["second half"][-PROJECTED_CHECKPOINTS if columns else 0 :]
    every = np.ones(len(problem.items), dtype=bool)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        tables = []
        for _, model in run.models(half):
            for parameter in parameters(model).values():
                parameter.requires_grad_(True)
            table = SketchTable(model, rows + len(problem.items), Path(folder), columns)
            table.fill(model, problem.train, 0, device(), lambda _: None)
            table.fill(model, problem.items, rows, device(), lambda _: None)
            tables.append(table)
        filled = time.process_time() - began
        for damping in (DAMPING, *DAMPINGS):
            began = time.process_time()
            scores = SketchedScores([(table, table.weights(rows, damping, rows)) for table in tables], rows, rows)
            found = np.concatenate([block for _, block in scores.blocks(every)], 1)
            yield Candidate(f"second half, damping {damping:g}", found, filled + time.process_time() - began)


def replayed(run: ScoredRun) -> Iterator[Candidate]:
    """The derivative of every test item's loss by every row's weight, through the whole training. Nothing to tune.

    Its seconds are those of one number, the mean test loss, as the product asks for it.
    """
    problem, recipe = run.problem, run.problem.recipe
    model = run.model()
    set_state(model, run.weights(0))
    model.requires_grad_(False)
    for parameter in parameters(model).values():
        parameter.requires_grad_(True)
    training = Training(
        model=model,
        rows=problem.train,
        order=Order(run.seed, len(problem.train), recipe.batch_size),
        schedule=Schedule(run.total, recipe.learning_rate, recipe.warmup_ratio),
        gradient_clip=recipe.gradient_clip,
        shared=problem.shared,
        device=device(),
        eps=recipe.eps,
    )
    count = len(problem.items)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        replay(training, run.total, problem.items, torch.full((1, count), 1 / count), Path(folder))
        seconds = time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        set_state(model, run.weights(0))
        made = replay(training, run.total, problem.items, torch.eye(count), Path(folder))
    yield Candidate("every test item; seconds of one number", np.asarray(made.influence), seconds)
