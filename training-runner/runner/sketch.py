"""Rows' gradients in a fixed number of dimensions, in a file that is mapped into memory: the score's form for many rows.

Count sketch: each number of a gradient is added, with a random sign, to one of `dimensions` sums. Inner products hold in
expectation (Charikar, Chen, Farach-Colton 2002; as feature hashing, Weinberger et al., 0902.2206), and nothing of the size of
gradient x dimensions is ever made. With R [N, D] the sketched training rows and Q [M, D] the questions,

    S = Q (F + lambda I)^-1 R',   F = R'R / N [D, D],   lambda = c * tr(F) / min(N, D),

which is the dual form of recipes/influence.py where N <= D, but for the sketch. Beyond, F has rank D, so its mean eigenvalue
is tr(F) / D. Memory: D x D twice, and blocks of rows; both follow settings, not rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runner.gradients import Gradients

DIMENSIONS = 2048
# float16 holds up to 65,504; sums of a row's gradients stay far below it at this scale, and small ones keep their bits.
SCALE = 16.0


class SketchTable(Gradients):
    """[rows, dimensions] in float16, in an unnamed file of `folder`."""

    def __init__(
        self, model: Any, rows: int, folder: Path, columns: int | None = None, dimensions: int = DIMENSIONS, seed: int = 1
    ) -> None:
        super().__init__(model, columns, seed)
        draw = torch.Generator().manual_seed(seed + 1)
        self.places = {name: torch.randint(dimensions, (size,), generator=draw) for name, size in self.sizes.items()}
        self.signs = {name: torch.randint(2, (size,), generator=draw).float() * 2 - 1 for name, size in self.sizes.items()}
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self.stored = np.memmap(self.file, dtype=np.float16, mode="w+", shape=(rows, dimensions))
        self.open: torch.Tensor | None = None

    def keep(self, layer: str, targets: torch.Tensor, found: torch.Tensor) -> None:
        """Add one layer to the sketches of these rows."""
        if self.open is None:
            self.open = torch.zeros(len(targets), self.stored.shape[1])
        self.open.index_add_(1, self.places[layer], found.cpu() * self.signs[layer])

    def close(self, targets: torch.Tensor) -> None:
        """Write the sketches of these rows."""
        assert self.open is not None
        self.stored[targets.numpy()] = (self.open * SCALE).numpy()
        self.open = None

    def blocks(self, first: int, end: int, rows: int) -> Iterator[tuple[int, torch.Tensor]]:
        """(number of the first, float32 [at most `rows`, dimensions]) of the rows from `first` up to `end`."""
        for at in range(first, end, rows):
            block = np.asarray(self.stored[at : min(at + rows, end)], dtype=np.float32)
            yield at, torch.from_numpy(block) / SCALE

    def weights(self, train: int, damping: float, block_rows: int) -> torch.Tensor:
        """Q (F + lambda I)^-1, float32 [questions, dimensions]: the first `train` rows are the training's, the rest questions."""
        dimensions = self.stored.shape[1]
        fisher = torch.zeros(dimensions, dimensions, dtype=torch.float64)
        for _, block in self.blocks(0, train, block_rows):
            fisher += block.T @ block
        fisher /= train
        fisher.diagonal().add_(damping * fisher.trace() / min(train, dimensions))
        asked = torch.cat([block for _, block in self.blocks(train, len(self.stored), block_rows)])
        return torch.linalg.solve(fisher, asked.double().T).T.float()
