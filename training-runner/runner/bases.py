"""Loading the base models of the list (runner/registry.py), each file checked against its pinned hash.

`path` is a folder below bases/, or below the cache for bases that are provisioned or added; `hf_id` a Hugging Face
repository whose pinned revision lies in bases/hub (Hugging Face's own cache layout). Nothing is ever downloaded here.
All kinds go through the same checks, each time they are loaded.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError
from transformers import AutoModelForCausalLM, AutoTokenizer

from runner.blobs import sha256_file
from runner.errors import ErrorCode, RunnerError
from runner.machine import four_bit_missing
from runner.registry import Base, registry
from runner.settings import Settings

PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".h5", ".msgpack"}
# What transformers would read from the folder without being told to.
READ_UNASKED = {".json", ".jinja", ".safetensors", ".model", ".txt", ".py", ".gguf"}
DESCRIPTIONS = {"base.json", "LICENSE.txt", "NOTICE.txt"}
__all__ = ["Base", "find", "folder_of", "load_model", "load_tokenizer", "refuse_remote_code", "registry", "verify"]


def find(base_id: str, base_hash: str | None = None) -> Base:
    """The allowed base. Raises BASE_UNKNOWN, or BASE_HASH when the caller expects other bytes than the list pins."""
    bases = registry()
    if base_id not in bases:
        known = ", ".join(bases)
        raise RunnerError(ErrorCode.BASE_UNKNOWN, f"The base model {base_id} is not on the list. Choose one of: {known}.")
    base = bases[base_id]
    if base_hash is not None and base_hash != base.base_hash:
        raise RunnerError(
            ErrorCode.BASE_HASH,
            f"The base model {base_id} has the hash {base.base_hash}, not the expected {base_hash}. "
            "It was replaced since: choose it again.",
        )
    return base


def folder_of(base: Base) -> Path:
    """Where the base's files lie. Raises BASE_UNKNOWN when this machine does not have them."""
    settings = Settings.from_env()
    bases_dir = settings.bases_dir
    if base.path is not None:
        folder = (settings.bases_cache if base.in_cache else bases_dir) / base.path
    elif base.hf_id is not None:
        try:
            folder = Path(
                snapshot_download(base.hf_id, revision=base.revision, cache_dir=bases_dir / "hub", local_files_only=True)
            )
        except LocalEntryNotFoundError:
            folder = bases_dir / "hub" / "missing"
    else:
        raise RunnerError(ErrorCode.BASE_UNKNOWN, f"The list gives no place for the base model {base.id}.")
    if not folder.is_dir():
        raise RunnerError(
            ErrorCode.BASE_UNKNOWN,
            f"The base model {base.id} is on the list, but its files (revision {base.revision}) are not on this machine. "
            f"{'Run python -m runner.provision.' if base.source else 'Ask an administrator to put them there.'}",
        )
    return folder


def verify(base: Base) -> Path:
    """Check every file of a base and return its folder.

    Raises PICKLE_REFUSED (a file that can run code when read), BASE_HASH (changed, missing or unlisted file) or
    CONFIG_FORBIDDEN (a configuration that asks for code from the repository).
    """
    folder = folder_of(base)
    present = {path.name for path in folder.iterdir() if path.is_file()}
    for name in sorted(present | set(base.files)):
        if Path(name).suffix in PICKLES:
            raise RunnerError(
                ErrorCode.PICKLE_REFUSED,
                f"The base model {base.id} holds {name}, a format that can run code. Only .safetensors is read.",
            )
    unlisted = {n for n in present if Path(n).suffix in READ_UNASKED} - set(base.files) - DESCRIPTIONS
    if unlisted or not any(name.endswith(".safetensors") for name in base.files):
        what = sorted(unlisted)[0] if unlisted else "no .safetensors"
        raise RunnerError(ErrorCode.BASE_HASH, f"The base model {base.id} holds {what}, which its list entry does not name.")
    for name, expected in base.files.items():
        found = hash_of(folder / name) if name in present else "nothing"
        if found != expected:
            raise RunnerError(
                ErrorCode.BASE_HASH,
                f"The file {name} of the base model {base.id} hashes to {found}, not to {expected}. Restore the file.",
            )
        if name.endswith(".json"):
            refuse_remote_code(json.loads((folder / name).read_text()), name)
    return folder


def hash_of(path: Path) -> str:
    """The file's hash. A process reads an unchanged file (size and times) once: previews ask for hundreds of megabytes."""
    about = path.stat()
    return _hash_of(path, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


@functools.lru_cache(maxsize=256)
def _hash_of(path: Path, _size: int, _modified: int, _changed: int) -> str:
    return sha256_file(path)


def refuse_remote_code(config: Any, name: str) -> None:
    """Raise CONFIG_FORBIDDEN when a configuration names code to be fetched and run, at any depth."""
    if isinstance(config, list):
        for value in config:
            refuse_remote_code(value, name)
    if isinstance(config, dict):
        for key, value in config.items():
            if key in ("auto_map", "custom_pipelines", "trust_remote_code"):
                raise RunnerError(ErrorCode.CONFIG_FORBIDDEN, f"{name} holds {key}, which would run code. Remove it.")
            refuse_remote_code(value, name)


def load_tokenizer(base: Base) -> Any:
    """The verified base's tokenizer. Raises BASE_HASH when its chat template is not the pinned one."""
    return _tokenizer(base.id, verify(base), base.template_sha256)


@functools.lru_cache(maxsize=8)
def _tokenizer(base_id: str, folder: Path, template_sha256: str) -> Any:
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    found = hashlib.sha256((tokenizer.chat_template or "").encode()).hexdigest()
    if found != template_sha256:
        raise RunnerError(
            ErrorCode.BASE_HASH,
            f"The chat template of the base model {base_id} hashes to {found}, not to the pinned {template_sha256}.",
        )
    return tokenizer


def load_model(base: Base) -> Any:
    """The verified base's causal language model, frozen, in evaluation mode, on the CPU."""
    model = AutoModelForCausalLM.from_pretrained(
        verify(base),
        dtype=base.dtype,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
    )
    return model.eval().requires_grad_(False)


def load_model_in_4bit(base: Base, device: Any) -> Any:
    """The verified base in four bits (NF4, computing in bfloat16) on a CUDA device.

    Raises CONFIG_RANGE without CUDA or without the package bitsandbytes, which does not come with the runner.
    """
    import torch
    from transformers import BitsAndBytesConfig

    if missing := four_bit_missing(device.type):
        what = {"cuda": "a CUDA device", "bitsandbytes": "the Python package bitsandbytes"}[missing]
        raise RunnerError(
            ErrorCode.CONFIG_RANGE, f"A base in four bits needs {what}, which is not here. Train without four bits."
        )
    settings = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )
    model = AutoModelForCausalLM.from_pretrained(
        verify(base),
        dtype=torch.bfloat16,
        quantization_config=settings,
        device_map={"": device.index or 0},
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
    )
    return model.eval().requires_grad_(False)
