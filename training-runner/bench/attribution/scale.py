"""What the fast score costs at so many rows: `python -m bench.attribution.scale PROBLEM RUN ROWS`, one JSON line.

The rows are those of the problem, repeated; 200 test items, one checkpoint, the product's own settings. In a process of its
own, so that peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.attribution.run import device, read_run
from runner import bases
from runner.configs import InfluenceConfig
from runner.gradients import COLUMNS, Gradients, GradientTable
from runner.model import parameters
from runner.recipes.influence import DAMPING, damped_fisher, fits_dual, rows_of_block
from runner.scores import SketchedScores, row_values
from runner.sketch import SketchTable

ITEMS = 200
MEMORY_BYTES = int(InfluenceConfig.model_fields["memory_mb"].default * 2**20)


def main() -> None:
    """Measure and print."""
    problem, folder, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    run = read_run(problem, folder)
    train = [run.problem.train[k % len(run.problem.train)] for k in range(rows)]
    items = [run.problem.items[k % len(run.problem.items)] for k in range(ITEMS)]
    columns = COLUMNS if bases.find(run.problem.recipe.base).is_bf16 else None
    (_, model), *_ = run.models(run.steps[-1:])
    for parameter in parameters(model).values():
        parameter.requires_grad_(True)
    before = peak()
    with tempfile.TemporaryDirectory() as place:
        began = time.process_time()
        is_exact = fits_dual(rows, MEMORY_BYTES)
        table: Gradients
        if is_exact:
            table = whole = GradientTable(model, rows + ITEMS, Path(place), MEMORY_BYTES, columns)
        else:
            table = sketches = SketchTable(model, rows + ITEMS, Path(place), columns)
        table.fill(model, train, 0, device(), lambda _: None)
        table.fill(model, items, rows, device(), lambda _: None)
        gradients = time.process_time() - began
        if is_exact:
            damped_fisher(*whole.products(rows), DAMPING)
        else:
            block = rows_of_block(MEMORY_BYTES)
            scores = SketchedScores([(sketches, sketches.weights(rows, DAMPING, block))], rows, block)
            row_values(scores, np.ones(ITEMS, dtype=bool))
        seconds = time.process_time() - began
    steps = run.problem.steps(rows)
    training = json.loads((folder / "run.json").read_text())["seconds"] / run.total * steps
    found = {"rows": rows, "items": ITEMS, "sketched": not is_exact, "seconds": seconds, "gradient_seconds": gradients}
    found |= {"peak_bytes": peak(), "peak_bytes_before": before, "training_seconds": training}
    print(json.dumps(found), flush=True)


def peak() -> int:
    """Of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
