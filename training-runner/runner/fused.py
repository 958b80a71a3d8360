"""A LoRA layer in few operations, for training and scoring alike.

y = W x + s B (A x), with the base frozen. PEFT's own layer converts x to float32 and back around two thin products; at the
sizes of a step on a CPU those conversions cost more than the products. Here the thin products run in the base's precision
(float32 bases: float32, so nothing but the order of additions differs from PEFT), while adapter and moments stay float32.

    g = dL/dy        dx = g W + (g sB) A        dA = (g sB)' x        dB = s g' (A x)

`tapped` hands (x, A x, g, g sB) of each layer to a function: gradients of single rows are products of these.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from peft.tuners.lora.layer import Linear as PeftLinear
from torch.nn import functional

Tap = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], None]


class LoraProduct(torch.autograd.Function):
    """One adapted layer on tokens [tokens, in] -> [tokens, out]."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, layer: Any, a: torch.Tensor, b: torch.Tensor, scale: float, tap: Tap | None
    ) -> torch.Tensor:
        """Base and adapter together."""
        a, b = a.to(x.dtype), (b * scale).to(x.dtype)
        down = x @ a.T
        ctx.save_for_backward(x, down, a, b)
        ctx.layer, ctx.scale, ctx.tap = layer, scale, tap
        return functional.linear(x, layer.weight, layer.bias).addmm_(down, b.T)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
        """Gradients of x, A and B; none of the base."""
        x, down, a, b = ctx.saved_tensors
        g = gradients[0].contiguous()
        up = g @ b
        if ctx.tap is not None:
            ctx.tap(x, down, g, up)
        gx = (g @ ctx.layer.weight).addmm_(up, a) if ctx.needs_input_grad[0] else None
        ga = (up.T @ x).float() if ctx.needs_input_grad[2] else None
        gb = (g.T @ down).float().mul_(ctx.scale) if ctx.needs_input_grad[3] else None
        return gx, None, ga, gb, None, None


def layers(model: Any) -> dict[str, Any]:
    """The adapted layers by name, in the model's order."""
    return {name: module for name, module in model.named_modules() if isinstance(module, PeftLinear)}


def fuse(model: Any) -> Any:
    """Let every adapted layer whose base is a plain linear layer compute as above; returns the model.

    A base in four bits keeps PEFT's layer.
    """
    for layer in layers(model).values():
        if type(layer.base_layer) is torch.nn.Linear:
            layer.tap = None
            layer.forward = types.MethodType(_forward, layer)
    return model


def _forward(self: Any, x: torch.Tensor, *_args: Any, **_kwargs: Any) -> torch.Tensor:
    a, b = self.lora_A["default"].weight, self.lora_B["default"].weight
    flat = x.reshape(-1, x.shape[-1])
    made: torch.Tensor = LoraProduct.apply(flat, self.base_layer, a, b, self.scaling["default"], self.tap)
    return made.view(*x.shape[:-1], -1)


@contextmanager
def plain(model: Any) -> Iterator[None]:
    """Within, layers compute the same by plain operations, whose gradients can be differentiated again."""
    fused = [layer for layer in layers(model).values() if "forward" in vars(layer)]
    try:
        for layer in fused:
            layer.forward = types.MethodType(_plain_forward, layer)
        yield
    finally:
        for layer in fused:
            layer.forward = types.MethodType(_forward, layer)


def _plain_forward(self: Any, x: torch.Tensor, *_args: Any, **_kwargs: Any) -> torch.Tensor:
    a, b = (part["default"].weight for part in (self.lora_A, self.lora_B))
    made: torch.Tensor = self.base_layer(x) + (x @ a.to(x.dtype).T) @ (b * self.scaling["default"]).to(x.dtype).T
    return made


@contextmanager
def tapped(model: Any, tap: Callable[[str, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], None]) -> Iterator[None]:
    """Within, a backward pass calls tap(layer's name, x, A x, g, g sB), tokens first, for every adapted layer."""

    def named(name: str) -> Tap:
        return lambda x, down, g, up: tap(name, x, down, g, up)

    try:
        for name, layer in layers(model).items():
            layer.tap = named(name)
        yield
    finally:
        for layer in layers(model).values():
            layer.tap = None
