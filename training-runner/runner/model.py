"""A base model with a LoRA adapter on every linear layer: making it, its loss, and its state as plain named tensors.

State names are those of a PEFT adapter file ("base_model.model.….lora_A.weight"), so a checkpoint is an adapter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as save_tensors
from torch.nn.functional import cross_entropy
from transformers import DynamicCache

from runner import bases
from runner.bases import Base
from runner.data import Batch, collate
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write
from runner.manifest import canonical
from runner.settings import Settings
from runner.template import Encoded

State = dict[str, torch.Tensor]
MAX_RANK, MAX_ALPHA = 64, 256
EVALUATION_ROWS = 32


def prepare() -> torch.device:
    """One thread and deterministic kernels: equal runs give equal bits. Returns where to compute.

    One thread because two busy trainings with two threads each on two cores spin at barriers, many times slower.
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    wanted = Settings.from_env().device
    cuda = wanted == "cuda" or (wanted == "auto" and torch.cuda.is_available())
    return torch.device("cuda" if cuda else "cpu")


def load_base(base: Base, device: torch.device) -> Any:
    """The base alone, frozen."""
    return bases.load_model(base).to(device)


def load_lora(base: Base, rank: int, alpha: int, seed: int, device: torch.device) -> Any:
    """The base with a fresh float32 adapter: A drawn from the seed, B zero, so it starts as the base."""
    model = bases.load_model(base)
    torch.manual_seed(seed)
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(model, config, autocast_adapter_dtype=True).to(device)


def load_adapter(base: Base, adapter: Path, adapter_config: Path, device: torch.device) -> Any:
    """The base with a trained adapter, for answering. Errors as `read_adapter_config` and `set_state`."""
    rank, alpha = read_adapter_config(adapter_config)
    model = load_lora(base, rank, alpha, 0, device)
    set_state(model, read_tensors(adapter))
    return model.eval().requires_grad_(False)


def parameters(model: Any) -> dict[str, torch.nn.Parameter]:
    """The adapter's parameters by their name in an adapter file, sorted."""
    named = {n.replace(".default.", "."): p for n, p in model.named_parameters() if ".lora_" in n}
    return dict(sorted(named.items()))


def get_state(model: Any) -> State:
    """A copy of the adapter on the CPU."""
    return {name: p.detach().to("cpu", copy=True).contiguous() for name, p in parameters(model).items()}


def set_state(model: Any, state: State) -> None:
    """Put tensors into the adapter: exactly its names, shapes and finite numbers.

    Raises ADAPTER_SHAPE (missing, extra or wrongly shaped) or ADAPTER_NAN, naming the tensor. Never leaves part of an
    adapter at its random start, which would score and pay by noise.
    """
    own = parameters(model)
    for name in sorted(own.keys() ^ state.keys()):
        what = "is missing" if name in own else "does not belong to it"
        raise RunnerError(ErrorCode.ADAPTER_SHAPE, f"The adapter does not fit the base model: {name} {what}.")
    for name, tensor in state.items():
        if tensor.shape != own[name].shape:
            raise RunnerError(
                ErrorCode.ADAPTER_SHAPE,
                f"The adapter does not fit the base model: {name} is {list(tensor.shape)}, not {list(own[name].shape)}.",
            )
        if not torch.isfinite(tensor).all():
            raise RunnerError(ErrorCode.ADAPTER_NAN, f"The adapter's tensor {name} holds numbers that are not finite.")
    with torch.no_grad():
        for name, tensor in state.items():
            own[name].copy_(tensor)


def read_tensors(path: Path) -> State:
    """Tensors of a safetensors file. Raises SAFETENSORS_HEADER when it is none."""
    try:
        return load_file(path)
    except SafetensorError as error:
        raise RunnerError(ErrorCode.SAFETENSORS_HEADER, f"The file is not a valid .safetensors file: {error}.") from error


def write_tensors(path: Path, tensors: State, note: dict[str, Any] | None = None) -> None:
    """Write a safetensors file whole or not at all. Equal content gives equal bytes."""
    # One metadata key: safetensors writes several in random order.
    metadata = {"format": "pt"} if note is None else {"state": canonical(note).decode()}
    atomic_write(path, save_tensors(tensors, metadata))


def adapter_config(base: Base, model: Any, rank: int, alpha: int) -> bytes:
    """adapter_config.json of PEFT, without this machine's paths."""
    config = model.peft_config["default"].to_dict()
    config |= {
        "base_model_name_or_path": base.hf_id or f"modelfactory/{base.id}",
        "revision": base.revision,
        "target_modules": sorted(config["target_modules"]),
        "r": rank,
        "lora_alpha": alpha,
        "inference_mode": True,
    }
    plain = json.loads(json.dumps(config, default=lambda value: getattr(value, "value", None) or sorted(value)))
    return json.dumps(plain, indent=2, sort_keys=True).encode() + b"\n"


def read_adapter_config(path: Path) -> tuple[int, int]:
    """(rank, alpha). Raises CONFIG_FORBIDDEN for anything that is not plain LoRA, ADAPTER_SHAPE for a wrong rank."""
    config = json.loads(path.read_text())
    bases.refuse_remote_code(config, "adapter_config.json")
    # PEFT options that change the arithmetic; an adapter that sets one is not what our recipes train.
    odd = ("use_dora", "use_rslora", "modules_to_save", "rank_pattern", "alpha_pattern", "layers_to_transform", "megatron_config")
    for key in ("peft_type", *odd):
        value = config.get(key)
        if (key == "peft_type" and value != "LORA") or (key != "peft_type" and value):
            raise RunnerError(ErrorCode.CONFIG_FORBIDDEN, f"adapter_config.json sets {key}; only plain LoRA is read.")
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if not isinstance(rank, int) or not isinstance(alpha, int) or not (1 <= rank <= MAX_RANK and 1 <= alpha <= MAX_ALPHA):
        raise RunnerError(
            ErrorCode.ADAPTER_SHAPE, f"adapter_config.json needs r from 1 to {MAX_RANK} and lora_alpha from 1 to {MAX_ALPHA}."
        )
    return rank, alpha


def causal_lm(model: Any) -> Any:
    """The language model itself, inside PEFT's wrapper or bare; its layers carry the adapter either way."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def row_losses(model: Any, batch: Batch) -> torch.Tensor:
    """Mean negative log-likelihood per answer token of each row [rows], in nats.

    Only answer positions go through the output layer: full logits over a large vocabulary would fill the memory. Indexing
    also makes them contiguous, without which bfloat16 on the CPU is 150 times slower.
    """
    causal = causal_lm(model)
    cache = None
    if batch.prefix.shape[1]:
        # Every row starts with the same instruction: run it once and let all rows attend to it. Gradients flow through.
        cache = DynamicCache(config=causal.config)
        causal.get_decoder()(input_ids=batch.prefix, past_key_values=cache, use_cache=True)
        for layer in cache.layers:
            layer.keys = layer.keys.expand(len(batch.ids), -1, -1, -1)
            layer.values = layer.values.expand(len(batch.ids), -1, -1, -1)
    hidden = causal.get_decoder()(input_ids=batch.ids, past_key_values=cache, use_cache=cache is not None).last_hidden_state
    logits = causal.get_output_embeddings()(hidden[batch.row, batch.column]).float()
    tokens = cross_entropy(logits, batch.target, reduction="none") * batch.weight
    return torch.zeros(len(batch.ids), device=tokens.device).index_add(0, batch.row, tokens)


@torch.no_grad()
def mean_loss(model: Any, items: Sequence[Encoded], pad_id: int, device: torch.device, shared: int = 0) -> float:
    """Mean over rows of the loss per answer token, in nats. Same items, same batches, same bits."""
    total = 0.0
    for start in range(0, len(items), EVALUATION_ROWS):
        batch = collate(items[start : start + EVALUATION_ROWS], pad_id, device, shared)
        total += float(row_losses(model, batch).double().sum())
    return total / len(items)


def pad_id(tokenizer: Any) -> int:
    """Fills short rows; never seen by the loss."""
    return tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
