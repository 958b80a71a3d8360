"""Attention over rows that lie one after the other without padding, behind first tokens they all share.

Linear layers see [1, tokens] with no token twice and none for padding. Only attention needs rows: tokens are gathered into
[rows, longest] (each row begins with the shared tokens), attend to what is before them in their row, and are put back.
Rows never see each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "modelfactory_packed"
# Up to this many tokens a row's scores are held whole: the blocked kernel's backward pass is slower on short rows.
WHOLE_SCORES = 512


@dataclass(frozen=True)
class Pack:
    """Where tokens lie. Padding in `padded` points at token 0 and is never read back."""

    positions: torch.Tensor  # [1, tokens] int64, each token's place in its row
    padded: torch.Tensor  # [rows, longest] int64, index of a token
    packed: torch.Tensor  # [tokens] int64, index into padded.flatten()


def make_pack(shared: int, lengths: list[int], device: torch.device | str) -> Pack:
    """`lengths` are those of the rows without their `shared` first tokens, each at least 1."""
    longest = shared + max(lengths)
    positions, padded, packed = list(range(shared)), [], list(range(shared))
    for row, length in enumerate(lengths):
        first = len(positions)
        positions += range(shared, shared + length)
        packed += range(row * longest + shared, row * longest + shared + length)
        padded.append([*range(shared), *range(first, first + length)] + [0] * (longest - shared - length))
    return Pack(
        torch.tensor([positions], device=device), torch.tensor(padded, device=device), torch.tensor(packed, device=device)
    )


def attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    pack: Pack | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """An attention function of transformers. Without `pack` it is its sdpa.

    query [1, heads, tokens, width] -> [1, tokens, heads, width]. Sliding windows are not kept: rows are shorter than those.
    """
    if pack is None:
        out: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **kwargs
        )
        return out
    groups = module.num_key_value_groups
    q, k, v = (rows(tensor, pack.padded) for tensor in (query, key, value))
    k, v = repeat_kv(k, groups), repeat_kv(v, groups)
    longest = q.shape[2]
    if q.device.type == "cpu" and longest <= WHOLE_SCORES:
        scores = torch.matmul(q, k.transpose(2, 3)).float() * (scaling or q.shape[-1] ** -0.5)
        later = torch.ones(longest, longest, dtype=torch.bool, device=q.device).triu_(1)
        weights = torch.softmax(scores.masked_fill_(later, float("-inf")), -1).to(q.dtype)
        made = torch.matmul(weights, v)
    else:
        made = functional.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scaling)
    flat = made.transpose(1, 2).reshape(-1, made.shape[1], made.shape[3])
    return flat.index_select(0, pack.packed)[None], None


def rows(tensor: torch.Tensor, padded: torch.Tensor) -> torch.Tensor:
    """[1, heads, tokens, width] -> [rows, heads, longest, width]."""
    count, longest = padded.shape
    found = tensor[0].transpose(0, 1).index_select(0, padded.flatten())
    return found.view(count, longest, *found.shape[1:]).transpose(1, 2)


AttentionInterface.register(NAME, attention)
AttentionMaskInterface.register(NAME, sdpa_mask)
