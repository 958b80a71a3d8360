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

from bench.attribution.run import device, read_run
from runner import bases
from runner.gradients import COLUMNS, GradientTable
from runner.model import parameters
from runner.recipes.influence import DAMPING, damped_fisher

ITEMS = 200


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
        table = GradientTable(model, rows + ITEMS, Path(place), columns=columns)
        table.fill(model, train, 0, device(), lambda _: None)
        table.fill(model, items, rows, device(), lambda _: None)
        gradients = time.process_time() - began
        damped_fisher(*table.products(rows), DAMPING)
        seconds = time.process_time() - began
    steps = run.problem.steps(rows)
    training = json.loads((folder / "run.json").read_text())["seconds"] / run.total * steps
    found = {"rows": rows, "items": ITEMS, "seconds": seconds, "gradient_seconds": gradients}
    found |= {"peak_bytes": peak(), "peak_bytes_before": before, "training_seconds": training}
    print(json.dumps(found), flush=True)


def peak() -> int:
    """Of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
