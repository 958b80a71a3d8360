"""Many adapters on one base: each linear layer adds the active adapter's share, computed as PEFT computes it.

Switching is a change of reference, so the plain base, and any number of adapters of any rank, share one model in memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from runner.errors import ErrorCode, RunnerError
from runner.model import State, fill_untargeted, read_adapter_config, read_tensors

PREFIX = "base_model.model."
Factors = dict[str, tuple[torch.Tensor, torch.Tensor, float]]


class Switch:
    """Which adapter's factors the layers add; None is the base alone."""

    def __init__(self, model: Any) -> None:
        self.active: Factors | None = None
        self.shapes: dict[str, tuple[int, int]] = {}
        head = model.get_output_embeddings()
        for name, module in model.named_modules():
            if isinstance(module, torch.nn.Linear) and module is not head:
                self.shapes[name] = (module.out_features, module.in_features)
                module.register_forward_hook(self._hook(name))

    def _hook(self, name: str) -> Any:
        def add(_module: Any, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            if self.active is None or name not in self.active:
                return output
            a, b, scale = self.active[name]
            share = (inputs[0].to(a.dtype) @ a.T) @ b.T * scale
            return (output + share).to(output.dtype)

        return add


def wanted_shapes(rank: int, shapes: dict[str, tuple[int, int]]) -> dict[str, list[int]]:
    """The shape of every tensor of an adapter on these layers."""
    return {f"{PREFIX}{n}.lora_{f}.weight": s for n, (o, i) in shapes.items() for f, s in (("A", [rank, i]), ("B", [o, rank]))}


def factors_of(state: State, rank: int, alpha: int, shapes: dict[str, tuple[int, int]], device: torch.device) -> Factors:
    """An adapter file's tensors by layer, as float32.

    Raises ADAPTER_SHAPE naming the first tensor that is missing, extra or of another shape, ADAPTER_NAN.
    """
    wanted = wanted_shapes(rank, shapes)
    for name in sorted(wanted.keys() ^ state.keys()):
        what = "is missing" if name in wanted else "does not belong to it"
        raise RunnerError(ErrorCode.ADAPTER_SHAPE, f"The adapter does not fit the base model: {name} {what}.")
    for name, tensor in state.items():
        if list(tensor.shape) != wanted[name]:
            raise RunnerError(
                ErrorCode.ADAPTER_SHAPE,
                f"The adapter does not fit the base model: {name} is {list(tensor.shape)}, not {wanted[name]}.",
            )
        if not torch.isfinite(tensor).all():
            raise RunnerError(ErrorCode.ADAPTER_NAN, f"The adapter's tensor {name} holds numbers that are not finite.")

    def of(name: str, factor: str) -> torch.Tensor:
        return state[f"{PREFIX}{name}.lora_{factor}.weight"].to(device, torch.float32).contiguous()

    return {name: (of(name, "A"), of(name, "B"), alpha / rank) for name in shapes}


def read_factors(adapter: Path, config: Path, shapes: dict[str, tuple[int, int]], device: torch.device) -> Factors:
    """Read an adapter from its two files. Errors as `factors_of` and `read_adapter_config`."""
    rank, alpha = read_adapter_config(config)
    state = fill_untargeted(read_tensors(adapter), wanted_shapes(rank, shapes), config)
    return factors_of(state, rank, alpha, shapes, device)
