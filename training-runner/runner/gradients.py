"""Per-example gradients of a LoRA adapter, exact, and their inner products, in bounded memory.

A linear layer's weight gradient for one row is the outer product of the gradient at its output and its input, summed over
positions. Hooks keep both for a whole batch, so one backward pass gives the gradients of all its rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runner.data import collate
from runner.model import row_losses
from runner.template import Encoded

BATCH_ROWS = 32
MEMORY_BYTES = 1 << 30
# Gradients of single rows underflow in a bfloat16 backward pass; the scale is taken out again.
BF16_LOSS_SCALE = 256.0


def lora_layers(model: Any) -> list[tuple[str, torch.nn.Linear]]:
    """The adapter's own linear layers, A and B of each adapted layer, by name."""
    return [(name, layer) for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear) and ".lora_" in name]


class GradientTable:
    """One float32 matrix [rows, weights] for each adapter layer: in memory up to a limit, else in unnamed files on disk."""

    def __init__(self, model: Any, rows: int, folder: Path, memory_bytes: int = MEMORY_BYTES) -> None:
        sizes = {name: layer.weight.numel() for name, layer in lora_layers(model)}
        on_disk = rows * sum(sizes.values()) * 4 > memory_bytes
        self._files: list[Any] = []
        self.layers: dict[str, torch.Tensor] = {}
        for name, size in sizes.items():
            if on_disk:
                file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
                self._files.append(file)
                mapped = np.memmap(file, dtype=np.float32, mode="w+", shape=(rows, size))
                self.layers[name] = torch.from_numpy(mapped)
            else:
                self.layers[name] = torch.empty(rows, size)

    def fill(
        self, model: Any, items: Sequence[Encoded], first: int, pad_id: int, device: torch.device, step: Callable[[int], None]
    ) -> None:
        """Write the gradients of each item's loss (mean per answer token, nats) to rows first, first + 1, ….

        Rows of like length share a batch. `step(n)` is called after every n items.
        """
        layers = lora_layers(model)
        inputs: dict[str, torch.Tensor] = {}
        outputs: dict[str, torch.Tensor] = {}

        def keep(name: str) -> Callable[..., None]:
            def hook(_layer: Any, given: tuple[torch.Tensor], result: torch.Tensor) -> None:
                inputs[name] = given[0].detach()
                result.register_hook(lambda gradient: outputs.__setitem__(name, gradient))

            return hook

        handles = [layer.register_forward_hook(keep(name)) for name, layer in layers]
        scale = BF16_LOSS_SCALE if next(model.parameters()).dtype == torch.bfloat16 else 1.0
        order = sorted(range(len(items)), key=lambda i: items[i].length)
        try:
            for start in range(0, len(order), BATCH_ROWS):
                chosen = order[start : start + BATCH_ROWS]
                batch = collate([items[i] for i in chosen], pad_id, device)
                # The leaves are not wanted: only the gradients at the layers' outputs, which the hooks catch.
                (row_losses(model, batch).sum() * scale).backward()
                model.zero_grad(set_to_none=True)
                rows = torch.tensor([first + i for i in chosen])
                for name, _ in layers:
                    found = torch.einsum("bto,bti->boi", outputs[name].float(), inputs[name].float()).flatten(1) / scale
                    self.layers[name][rows] = found.cpu()
                step(len(chosen))
        finally:
            for handle in handles:
                handle.remove()

    def products(self, train: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Inner products in float64: of the first `train` rows with each other, and of the others with those [others, train]."""
        rows = next(iter(self.layers.values())).shape[0]
        own = torch.zeros(train, train, dtype=torch.float64)
        cross = torch.zeros(rows - train, train, dtype=torch.float64)
        for gradients in self.layers.values():
            own += gradients[:train] @ gradients[:train].T
            cross += gradients[train:] @ gradients[:train].T
        return own, cross
