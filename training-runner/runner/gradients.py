"""Per-example gradients of a LoRA adapter and their inner products, in bounded memory: exact, or projected.

A layer's gradient for one row is a product of what one backward pass over many rows leaves at the layer (runner/fused.py):
dA = (g sB)' x [rank, in] and dB = s g' (A x) [out, rank], each summed over the row's own positions.

Projected, for bases whose exact gradients would not fit (SmolLM2: 9.8 MB a row): the wide side of each is multiplied by a
random matrix P with 16 columns of N(0, 1/16), so that inner products hold in expectation; 0.1 MB a row in float16.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runner import fused
from runner.data import collate
from runner.model import row_losses
from runner.packed import Pack
from runner.template import Encoded

BATCH_ROWS = 32
MEMORY_BYTES = 1 << 30
# Gradients of single rows underflow in a bfloat16 backward pass; the scale is taken out again.
BF16_LOSS_SCALE = 256.0
COLUMNS = 16
# Projected gradients are kept in float16, this many times as large: small ones would lose their bits.
FLOAT16_SCALE = 64.0


def lora_layers(model: Any) -> list[tuple[str, torch.nn.Linear]]:
    """The adapter's own linear layers, A and B of each adapted layer, by name."""
    return [(name, layer) for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear) and ".lora_" in name]


class Gradients:
    """Takes the gradients of single rows from backward passes over many and hands them on, layer by layer.

    `columns` None hands them on exactly, else projects their wide side to so many columns.
    """

    def __init__(self, model: Any, columns: int | None = None, seed: int = 1) -> None:
        draw = torch.Generator().manual_seed(seed)
        self.projections: dict[str, torch.Tensor] = {}
        self.sizes: dict[str, int] = {}
        for name, layer in lora_layers(model):
            rank, wide = sorted(layer.weight.shape)
            self.sizes[name] = rank * (columns or wide)
            if columns is not None:
                random = torch.randn(wide, columns, generator=draw) / columns**0.5
                self.projections[name] = random.to(next(model.parameters()).dtype).to(layer.weight.device)

    def keep(self, layer: str, targets: torch.Tensor, found: torch.Tensor) -> None:
        """Store float32 [rows of the batch, size of the layer] at these rows."""
        raise NotImplementedError

    def close(self, targets: torch.Tensor) -> None:
        """Every layer of these rows was kept."""

    def fill(self, model: Any, items: Sequence[Encoded], first: int, device: torch.device, step: Callable[[int], None]) -> None:
        """Keep the gradients of each item's loss (mean per answer token, nats) as rows first, first + 1, ….

        Rows of like length share a batch, no first tokens are shared. `step(n)` is called after every n items; batches come
        in a shuffled order, so that the time of some tells the time of all.
        """
        scale = BF16_LOSS_SCALE if next(model.parameters()).dtype == torch.bfloat16 else 1.0
        order = sorted(range(len(items)), key=lambda i: items[i].length)
        scaling = {name: layer.scaling["default"] for name, layer in fused.layers(model).items()}
        starts = range(0, len(order), BATCH_ROWS)
        for at in torch.randperm(len(starts), generator=torch.Generator().manual_seed(0)).tolist():
            chosen = order[starts[at] : starts[at] + BATCH_ROWS]
            batch = collate([items[i] for i in chosen], device)
            targets = torch.tensor([first + i for i in chosen])
            with fused.tapped(model, partial(self._tap, batch.pack, targets, scaling, scale)):
                (row_losses(model, batch).sum() * scale).backward()
            # The leaves are not wanted.
            model.zero_grad(set_to_none=True)
            self.close(targets)
            step(len(chosen))

    def _tap(
        self,
        pack: Pack,
        targets: torch.Tensor,
        scaling: dict[str, float],
        loss_scale: float,
        name: str,
        x: torch.Tensor,
        down: torch.Tensor,
        g: torch.Tensor,
        up: torch.Tensor,
    ) -> None:
        """One layer's gradients of the rows of a batch, as its backward pass comes by."""
        real = torch.zeros(pack.padded.numel(), 1, device=x.device).index_fill_(0, pack.packed, 1.0)
        for factor, narrow, wide in (("A", up, x), ("B", down, g)):
            key = f"{name}.lora_{factor}.default"
            if key in self.projections:
                wide = wide @ self.projections[key]
            # Padding repeats token 0: one zeroed side takes it out of the sum.
            found = torch.einsum("bln,blw->bnw", by_row(narrow, pack) * real.view(*pack.padded.shape, 1), by_row(wide, pack))
            if factor == "B":
                found = found.transpose(1, 2) * scaling[name]
            self.keep(key, targets, found.flatten(1) / loss_scale)


class GradientTable(Gradients):
    """One matrix [rows, numbers] for each of the adapter's A and B: in memory up to a limit, else in unnamed files on disk."""

    def __init__(
        self, model: Any, rows: int, folder: Path, memory_bytes: int = MEMORY_BYTES, columns: int | None = None, seed: int = 1
    ) -> None:
        """Exact gradients are kept in float32, projected ones in float16."""
        super().__init__(model, columns, seed)
        dtype, kind = (torch.float32, np.float32) if columns is None else (torch.float16, np.float16)
        self.scale = 1.0 if columns is None else FLOAT16_SCALE
        on_disk = rows * sum(self.sizes.values()) * dtype.itemsize > memory_bytes
        self._files: list[Any] = []
        self.layers: dict[str, torch.Tensor] = {}
        for name, size in self.sizes.items():
            if on_disk:
                file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
                self._files.append(file)
                self.layers[name] = torch.from_numpy(np.memmap(file, dtype=kind, mode="w+", shape=(rows, size)))
            else:
                self.layers[name] = torch.empty(rows, size, dtype=dtype)

    def keep(self, layer: str, targets: torch.Tensor, found: torch.Tensor) -> None:
        """Store one layer's gradients of these rows."""
        kept = self.layers[layer]
        kept[targets] = (found * self.scale).to(kept.dtype).cpu()

    def products(self, train: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Inner products in float64: of the first `train` rows with each other, and of the others with those [others, train]."""
        rows = next(iter(self.layers.values())).shape[0]
        own = torch.zeros(train, train, dtype=torch.float64)
        cross = torch.zeros(rows - train, train, dtype=torch.float64)
        for stored in self.layers.values():
            gradients = stored.float() / self.scale
            own += gradients[:train] @ gradients[:train].T
            cross += gradients[train:] @ gradients[:train].T
        return own, cross


def by_row(tensor: torch.Tensor, pack: Pack) -> torch.Tensor:
    """[tokens, width] -> float32 [rows, longest, width]."""
    return tensor.index_select(0, pack.padded.flatten()).float().view(*pack.padded.shape, -1)
