"""What leaving rows out did to the sealed test loss: an adapter beside the one that was trained with them.

    python -m runner.recipes.test_loss RUN_DIR

change = loss of `after` minus loss of `before`, each a mean over the sealed test items in nats per answer token: positive = worse
without the rows, so they helped, as in influence.json and replay.json. Its interval is the 95 % percentile interval of 2,000
paired bootstrap draws of items: for other questions of this kind, not for another training seed.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from runner import bases
from runner.data import collate, encode_rows, read_rows
from runner.errors import ErrorCode, RunnerError
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import EVALUATION_ROWS, load_adapter, prepare, row_losses
from runner.progress import Progress
from runner.schemas import TestLossSpec

DRAWS = 2000


def test_loss(folder: RunFolder) -> None:
    """Write test_loss.json. Errors: INPUT_FORMAT without sealed items, those of bases and adapters."""
    assert isinstance(folder.spec, TestLossSpec)
    config = folder.spec.config
    began = time.monotonic()
    device = prepare()
    base = bases.find(config.base, config.base_hash)
    sealed = [row for row in read_rows(folder.input("test")) if row.sealed]
    _, asked = encode_rows(bases.load_tokenizer(base), config.task, sealed, base.context_length)
    if not asked:
        raise RunnerError(ErrorCode.INPUT_FORMAT, "The test has no sealed items, and the loss is compared on those only.")
    progress = Progress(folder, 2 * len(asked), "questions")

    @torch.no_grad()
    def losses(adapter: Path) -> NDArray[np.float64]:
        """One for each item, in nats per answer token."""
        model = load_adapter(base, adapter, folder.input("adapter_config"), device)
        found = []
        for start in range(0, len(asked), EVALUATION_ROWS):
            part = asked[start : start + EVALUATION_ROWS]
            found.append(row_losses(model, collate(part, device)).double().cpu().numpy())
            progress(len(part))
        return np.concatenate(found)

    before, after = losses(folder.input("before")), losses(folder.input("after"))
    report: dict[str, Any] = {
        "format": "modelfactory.test-loss/1",
        "unit": "nats per answer token of sealed test loss",
        "items": len(asked),
        "before": float(before.mean()),
        "after": float(after.mean()),
        "change": paired_change(after - before),
        "interval": "95 %: paired bootstrap over sealed test items, 2,000 draws. Not for another training seed.",
        "seconds": round(time.monotonic() - began, 2),
    }
    folder.finish({"test_loss.json": folder.write_artifact("test_loss.json", canonical(report))})


def paired_change(differences: NDArray[np.float64]) -> dict[str, float]:
    """{value, low, high} of the mean of item differences [items]."""
    picks = np.random.default_rng(0).integers(0, len(differences), (DRAWS, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return {"value": float(differences.mean()), "low": float(low), "high": float(high)}


if __name__ == "__main__":
    run_recipe(test_loss)
