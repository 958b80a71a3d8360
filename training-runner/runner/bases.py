"""The base models this runner may load: an allow-list with pinned revisions, file hashes and chat templates.

bases/registry.json = {"bases": [{id, name, path | hf_id, revision, licence, notice, parameters, context_length,
files: {name: sha256}, template_sha256, presets: {quick, balanced}}]}. `path` is a folder below bases/, `hf_id` a Hugging
Face repository whose pinned revision lies in bases/hub (Hugging Face's own cache layout). Nothing is ever downloaded here.
Both kinds go through the same checks, each time they are loaded.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785
import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError
from transformers import AutoModelForCausalLM, AutoTokenizer

from runner.blobs import sha256_file
from runner.errors import ErrorCode, RunnerError
from runner.settings import Settings

PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".h5", ".msgpack"}
# What transformers would read from the folder without being told to.
READ_UNASKED = {".json", ".jinja", ".safetensors", ".model", ".txt", ".py", ".gguf"}
DESCRIPTIONS = {"base.json", "LICENSE.txt", "NOTICE.txt"}
BF16_FROM_PARAMETERS = 100_000_000


@dataclass(frozen=True)
class Base:
    """One entry of the allow-list. `base_hash` names its exact bytes: sha256 of canonical {"files": {name: sha256}}."""

    id: str
    name: str
    revision: str
    licence: str
    notice: str
    parameters: int
    context_length: int
    files: dict[str, str]
    template_sha256: str
    presets: dict[str, dict[str, Any]]
    path: str | None = None
    hf_id: str | None = None

    @property
    def base_hash(self) -> str:
        """Sha256 of canonical {"files": {name: sha256}}: the baseModelHash that goes on-chain."""
        return hashlib.sha256(rfc8785.dumps({"files": self.files})).hexdigest()

    @property
    def dtype(self) -> torch.dtype:
        """float32 for small bases; bfloat16 from 100 M parameters, where CPUs that have it are 2-3 times faster."""
        return torch.bfloat16 if self.parameters >= BF16_FROM_PARAMETERS else torch.float32


def registry(bases_dir: Path | None = None) -> dict[str, Base]:
    """The allow-list by id, in the file's order."""
    folder = bases_dir or Settings.from_env().bases_dir
    entries = json.loads((folder / "registry.json").read_text())["bases"]
    return {entry["id"]: Base(**{"notice": "", **entry}) for entry in entries}


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
    bases_dir = Settings.from_env().bases_dir
    if base.path is not None:
        folder = bases_dir / base.path
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
            f"The base model {base.id} is on the list, but its files (revision {base.revision}) are not on this machine.",
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
        found = sha256_file(folder / name) if name in present else "nothing"
        if found != expected:
            raise RunnerError(
                ErrorCode.BASE_HASH,
                f"The file {name} of the base model {base.id} hashes to {found}, not to {expected}. Restore the file.",
            )
        if name.endswith(".json"):
            refuse_remote_code(json.loads((folder / name).read_text()), name)
    return folder


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
