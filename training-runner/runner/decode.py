"""Greedy answers and label likelihoods, by hand: prompts of like length together, padded on the left, the tokens all prompts
begin with run once, rows that have ended left out, and only the last position goes through the output layer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn.functional import log_softmax
from transformers import DynamicCache

from runner.model import causal_lm

BATCH_ROWS = 64
LABEL_ROWS = 128
MOST_PADDING = 8

Tokens = Sequence[int]
Step = Callable[[int], None]


def forward(causal: Any, ids: torch.Tensor, cache: DynamicCache, pad: torch.Tensor | None = None) -> torch.Tensor:
    """Hidden states [rows, tokens, width] of new tokens after what the cache holds; the cache grows.

    `pad` [rows, so far + tokens] is 0 where a row is padded and 1 elsewhere; None: nowhere.
    """
    more: dict[str, Any] = {}
    if pad is not None:
        more = {"attention_mask": pad, "position_ids": (pad.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]}
    return causal.get_decoder()(input_ids=ids, past_key_values=cache, use_cache=True, **more).last_hidden_state


def head(causal: Any, hidden: torch.Tensor) -> torch.Tensor:
    """Float32 logits. `contiguous` because the output layer is 150 times slower on a bfloat16 slice."""
    return causal.get_output_embeddings()(hidden.contiguous()).float()


def shared_prefix(causal: Any, prompts: Sequence[Tokens], device: torch.device) -> tuple[int, DynamicCache]:
    """How many first tokens all prompts share, and their keys and values. At least one token of each is left to run."""
    length = min(len(prompt) for prompt in prompts) - 1 if len(prompts) > 1 else 0
    first = prompts[0]
    for prompt in prompts:
        while list(prompt[:length]) != list(first[:length]):
            length -= 1
    cache = DynamicCache(config=causal.config)
    if length:
        forward(causal, torch.tensor([list(first[:length])], device=device), cache)
    return length, cache


def batches(prompts: Sequence[Tokens], size: int, waste: int = MOST_PADDING) -> list[list[int]]:
    """Indices of prompts, shortest first, up to `size` together whose lengths differ by at most `waste` tokens."""
    made: list[list[int]] = []
    for index in sorted(range(len(prompts)), key=lambda i: len(prompts[i])):
        if made and len(made[-1]) < size and len(prompts[index]) - len(prompts[made[-1][0]]) <= waste:
            made[-1].append(index)
        else:
            made.append([index])
    return made


def left_padded(prompts: Sequence[Tokens], prefix: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor | None]:
    """(ids [rows, longest] of what follows the prefix, pad as `forward` takes it)."""
    longest = max(len(prompt) for prompt in prompts) - prefix
    ids = [[0] * (longest - len(p) + prefix) + list(p[prefix:]) for p in prompts]
    if all(len(p) - prefix == longest for p in prompts):
        return torch.tensor(ids, device=device), None
    pad = [[1] * prefix + [0] * (longest - len(p) + prefix) + [1] * (len(p) - prefix) for p in prompts]
    return torch.tensor(ids, device=device), torch.tensor(pad, device=device)


def expand(cache: DynamicCache, rows: int) -> DynamicCache:
    """A copy for that many rows."""
    own = copy.deepcopy(cache)
    if own.get_seq_length():
        own.batch_repeat_interleave(rows)
    return own


@torch.inference_mode()
def greedy(
    model: Any, prompts: Sequence[Tokens], max_new_tokens: int, end_id: int, device: torch.device, step: Step = lambda n: None
) -> list[list[int]]:
    """The likeliest next token again and again until the end token (left out) or max_new_tokens. `step(n)` counts prompts."""
    if not prompts:
        return []
    causal = causal_lm(model)
    answers: list[list[int]] = [[] for _ in prompts]
    prefix, cache = shared_prefix(causal, prompts, device)
    for batch in batches(prompts, BATCH_ROWS):
        own = expand(cache, len(batch))
        ids, pad = left_padded([prompts[i] for i in batch], prefix, device)
        going = list(batch)
        for _ in range(max_new_tokens):
            best = head(causal, forward(causal, ids, own, pad)[:, -1]).argmax(-1)
            for index, token in zip(going, best.tolist(), strict=True):
                if token != end_id:
                    answers[index].append(token)
            left = [k for k, token in enumerate(best.tolist()) if token != end_id]
            if not left:
                break
            if len(left) < len(going):
                kept = torch.tensor(left, device=device)
                own.batch_select_indices(kept)
                best, pad = best[kept], None if pad is None else pad[kept]
                going = [going[k] for k in left]
            ids = best[:, None]
            pad = None if pad is None else torch.cat([pad, pad.new_ones(len(going), 1)], 1)
        step(len(batch))
    return answers


@torch.inference_mode()
def label_scores(
    model: Any, prompts: Sequence[Tokens], labels: Sequence[Tokens], device: torch.device, step: Step = lambda n: None
) -> torch.Tensor:
    """Log-probability of each whole label after each prompt [prompts, labels], in nats.

    The sum over all of a label's tokens and its end token, not divided by its length: that is the probability of exactly
    this answer, so labels that share their first tokens, or where one begins another, compare as they should.
    """
    causal = causal_lm(model)
    scores = torch.full((len(prompts), len(labels)), float("nan"))
    if not prompts:
        return scores
    longest = max(len(label) for label in labels)
    fed = torch.tensor([list(label[:-1]) + [0] * (longest - len(label)) for label in labels], device=device)
    target = torch.tensor([list(label) + [0] * (longest - len(label)) for label in labels], device=device)
    real = torch.tensor([[1.0] * len(label) + [0.0] * (longest - len(label)) for label in labels], device=device)
    prefix, cache = shared_prefix(causal, prompts, device)
    for batch in batches(prompts, max(1, LABEL_ROWS // len(labels))):
        own = expand(cache, len(batch))
        ids, pad = left_padded([prompts[i] for i in batch], prefix, device)
        last = forward(causal, ids, own, pad)[:, -1:]
        own.batch_repeat_interleave(len(labels))
        hidden = last.repeat_interleave(len(labels), 0)
        if longest > 1:
            if pad is not None:
                pad = torch.cat([pad.repeat_interleave(len(labels), 0), pad.new_ones(len(batch) * len(labels), longest - 1)], 1)
            hidden = torch.cat([hidden, forward(causal, fed.repeat(len(batch), 1), own, pad)], 1)
        logs = log_softmax(head(causal, hidden), -1)
        found = logs.gather(-1, target.repeat(len(batch), 1)[..., None])[..., 0] * real.repeat(len(batch), 1)
        scores[batch] = found.sum(1).view(len(batch), len(labels)).cpu()
        step(len(batch))
    return scores
