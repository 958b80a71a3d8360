"""A base model with a LoRA adapter on every linear layer: making it, its loss, and its state as plain named tensors.

State names are those of a PEFT adapter file ("base_model.model.….lora_A.weight"), so a checkpoint is an adapter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as save_tensors
from torch.nn.functional import cross_entropy

from runner import bases, packed
from runner.bases import Base
from runner.configs import LoraSftConfig
from runner.data import Batch, collate
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write
from runner.fused import fuse
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
    # Everything allocated is written before it is read; filling it first cost 6 % of a step.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    wanted = Settings.from_env().device
    cuda = wanted == "cuda" or (wanted == "auto" and torch.cuda.is_available())
    if cuda:
        # Without it cuBLAS may add in another order from run to run, and torch refuses to.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    return torch.device("cuda" if cuda else "cpu")


def load_base(base: Base, device: torch.device) -> Any:
    """The base alone, frozen."""
    return bases.load_model(base).to(device)


def load_lora(base: Base, rank: int, alpha: int, seed: int, device: torch.device, quantisation: str = "none") -> Any:
    """The base with a fresh float32 adapter: A drawn from the seed, B zero, so it starts as the base.

    Raises CONFIG_RANGE for "4bit" without CUDA or bitsandbytes.
    """
    model = bases.load_model_in_4bit(base, device) if quantisation == "4bit" else bases.load_model(base)
    model.set_attn_implementation(packed.NAME)
    torch.manual_seed(seed)
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM")
    return fuse(get_peft_model(model, config, autocast_adapter_dtype=True).to(device))


def load_trainable(base: Base, config: LoraSftConfig, device: torch.device) -> Any:
    """The model as a configuration trains it. Raises as `load_lora`."""
    model = load_lora(base, config.rank, config.alpha, config.seed, device, config.quantisation)
    if config.gradient_checkpointing:
        causal_lm(model).gradient_checkpointing_enable({"use_reentrant": False})
    return model


def load_adapter(base: Base, adapter: Path, adapter_config: Path, device: torch.device) -> Any:
    """The base with a trained adapter, for answering. Errors as `read_adapter_config` and `set_state`."""
    rank, alpha = read_adapter_config(adapter_config)
    model = load_lora(base, rank, alpha, 0, device)
    shapes = {name: list(p.shape) for name, p in parameters(model).items()}
    set_state(model, fill_untargeted(read_tensors(adapter), shapes, adapter_config))
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


def fill_untargeted(state: State, shapes: dict[str, list[int]], adapter_config: Path) -> State:
    """Zeros for the layers that the adapter does not target: there it adds nothing, exactly as PEFT has it.

    Of a targeted layer nothing is filled in, so a missing tensor is still refused.
    """
    targets = json.loads(adapter_config.read_text()).get("target_modules")
    if not isinstance(targets, list):
        return state

    def is_targeted(name: str) -> bool:
        module = name.removeprefix("base_model.model.").rsplit(".lora_", 1)[0]
        return any(module == target or module.endswith(f".{target}") for target in targets)

    return state | {n: torch.zeros(shape) for n, shape in shapes.items() if n not in state and not is_targeted(n)}


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
    # A mask of four dimensions is taken as it is; `pack` says what a token sees.
    unused = torch.zeros(1, 1, 1, 1, device=batch.ids.device)
    hidden = causal.get_decoder()(
        input_ids=batch.ids, position_ids=batch.pack.positions, attention_mask=unused, use_cache=False, pack=batch.pack
    ).last_hidden_state
    logits = causal.get_output_embeddings()(hidden[0].index_select(0, batch.at)).float()
    tokens = cross_entropy(logits, batch.target, reduction="none") * batch.weight
    return torch.zeros(batch.rows, device=tokens.device).index_add(0, batch.row, tokens)


@torch.no_grad()
def mean_loss(model: Any, items: Sequence[Encoded], device: torch.device, shared: int = 0) -> float:
    """Mean over rows of the loss per answer token, in nats. Same items, same batches, same bits."""
    total = 0.0
    for start in range(0, len(items), EVALUATION_ROWS):
        batch = collate(items[start : start + EVALUATION_ROWS], device, shared)
        total += float(row_losses(model, batch).double().sum())
    return total / len(items)
