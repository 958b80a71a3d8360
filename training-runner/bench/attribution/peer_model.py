"""The scored model as the peers need it: padded batches, PEFT's own layers, eager attention, ordinary autograd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from bench.attribution.run import ScoredRun
from runner import bases
from runner.model import State, causal_lm
from runner.template import Encoded

BATCH = 40
IGNORED = -100


class RowLoss(nn.Module):
    """Loss of each row [rows] from ids [rows, length] and labels [rows, length]: mean per answer token, nats."""

    def __init__(self, run: ScoredRun) -> None:
        super().__init__()
        torch.set_num_threads(1)
        recipe = run.problem.recipe
        base = bases.load_model(bases.find(recipe.base))
        base.set_attn_implementation("eager")
        config = LoraConfig(
            r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        self.lora = get_peft_model(base, config, autocast_adapter_dtype=True)
        self.eval()

    def forward(self, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """See the class."""
        length = ids.shape[1]
        # Rows are padded behind their end, so no token ever looks at padding.
        later = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        mask = torch.zeros(1, 1, length, length).masked_fill(later, torch.finfo(torch.float32).min)
        causal = causal_lm(self.lora)
        places = torch.arange(length)[None]
        hidden = causal.get_decoder()(input_ids=ids, position_ids=places, attention_mask=mask, use_cache=False).last_hidden_state
        logits = causal.get_output_embeddings()(hidden[:, :-1]).float()
        wanted = labels[:, 1:]
        losses = cross_entropy(logits.transpose(1, 2), wanted.clamp(min=0), reduction="none")
        counted = (wanted != IGNORED).float()
        return (losses * counted).sum(1) / counted.sum(1).clamp(min=1)

    def put(self, weights: State) -> RowLoss:
        """Take an adapter; returns itself. (Also what dattri calls to load a checkpoint.)"""
        own = {name.replace(".default.", "."): p for name, p in self.lora.named_parameters() if ".lora_" in name}
        assert own.keys() == weights.keys()
        with torch.no_grad():
            for name, tensor in weights.items():
                own[name].copy_(tensor)
        return self


def tensors(items: Sequence[Encoded], length: int) -> TensorDataset:
    """(ids, labels), padded to one length."""
    ids = torch.zeros(len(items), length, dtype=torch.int64)
    labels = torch.full((len(items), length), IGNORED)
    for k, item in enumerate(items):
        ids[k, : item.length] = torch.tensor(item.prompt + item.answer)
        labels[k, len(item.prompt) : item.length] = torch.tensor(item.answer)
    return TensorDataset(ids, labels)


def loaders(run: ScoredRun, batch: int = BATCH) -> tuple[Any, Any]:
    """Data loaders of rows and items. Rows come in larger batches: dattri computes the items anew for each of them."""
    problem = run.problem
    length = max(item.length for item in [*problem.train, *problem.items])
    return (
        DataLoader(tensors(problem.train, length), batch_size=3 * batch),
        DataLoader(tensors(problem.items, length), batch_size=batch),
    )
