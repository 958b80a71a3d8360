"""The list of base models this runner may load: pinned revisions, file hashes and chat templates. Needs no torch.

bases/registry.json = {"bases": [{id, name, path | hf_id, revision, licence, notice, parameters, context_length,
files: {name: sha256}, template_sha256, presets: {quick, balanced, thorough}, memory: {training_bytes, influence_bytes},
is_default, source}]}. `source` = {package, file, sha256} names a file of an installed Python package from which
`python -m runner.provision` makes the base's files once, below the cache. The cache's own registry.json, written by
`python -m runner.add_base`, adds bases to the list; it cannot replace one that ships.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rfc8785

from runner.settings import Settings

if TYPE_CHECKING:
    import torch

BF16_FROM_PARAMETERS = 100_000_000
ADDED = "registry.json"


@dataclass(frozen=True)
class Base:
    """One entry of the list. `base_hash` names its exact bytes: sha256 of canonical {"files": {name: sha256}}."""

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
    memory: dict[str, int] = field(default_factory=dict)
    is_default: bool = False
    source: dict[str, str] | None = None
    in_cache: bool = False

    @property
    def base_hash(self) -> str:
        """Sha256 of canonical {"files": {name: sha256}}: the baseModelHash that goes on-chain."""
        return hashlib.sha256(rfc8785.dumps({"files": self.files})).hexdigest()

    @property
    def is_bf16(self) -> bool:
        """Whether the base computes in bfloat16, as bases from 100 M parameters do; smaller ones in float32."""
        return self.parameters >= BF16_FROM_PARAMETERS

    @property
    def dtype(self) -> torch.dtype:
        """float32 for small bases; bfloat16 from 100 M parameters, where CPUs that have it are 2-3 times faster."""
        import torch

        return torch.bfloat16 if self.is_bf16 else torch.float32


def registry(bases_dir: Path | None = None, bases_cache: Path | None = None) -> dict[str, Base]:
    """The list by id: what ships, in the file's order, then what an administrator added."""
    settings = Settings.from_env()
    shipped = json.loads(((bases_dir or settings.bases_dir) / "registry.json").read_text())["bases"]
    bases = {entry["id"]: make(entry, entry.get("source") is not None) for entry in shipped}
    added = (bases_cache or settings.bases_cache) / ADDED
    for entry in json.loads(added.read_text())["bases"] if added.is_file() else []:
        bases.setdefault(entry["id"], make({**entry, "is_default": False}, True))
    return bases


def make(entry: dict[str, Any], in_cache: bool) -> Base:
    """One base from its entry."""
    given = {"thorough": entry["presets"]["balanced"], **entry["presets"]}
    presets = {name: {"adam_eps": 1e-8, "patience": None, "learning_rates": None, **preset} for name, preset in given.items()}
    return Base(**{"notice": "", **entry, "presets": presets, "in_cache": in_cache})


def folder_path(base: Base, settings: Settings) -> Path:
    """Where the base's files lie, when they are here."""
    if base.path is None and base.hf_id is not None:
        named = f"models--{base.hf_id.replace('/', '--')}"
        return settings.bases_dir / "hub" / named / "snapshots" / base.revision
    return (settings.bases_cache if base.in_cache else settings.bases_dir) / (base.path or "missing")


def availability(base: Base, settings: Settings) -> str | None:
    """None when the base's files are here, else one sentence. Looks only at names: hashes are checked at loading."""
    folder = folder_path(base, settings)
    if all((folder / name).is_file() for name in base.files):
        return None
    if base.source is not None:
        return f"The files of {base.name} are not prepared yet. They are made at the start; look again in a minute."
    return f"The files of {base.name} are not on this machine. Ask the administrator."
