"""The linear layers of a base, from the headers of its weight files alone: no weights are read, no torch is needed."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from runner.errors import ErrorCode, RunnerError
from runner.registry import Base, availability, folder_path
from runner.settings import Settings

HEADER_MAX_BYTES = 100_000_000
NOT_LINEAR = ("embed", "lm_head", "wte", "wpe")


def linear_shapes(base: Base, settings: Settings) -> dict[str, tuple[int, int]]:
    """(outputs, inputs) by module name, as an adapter on every linear layer has them. Raises BASE_UNKNOWN without files."""
    missing = availability(base, settings)
    if missing is not None:
        raise RunnerError(ErrorCode.BASE_UNKNOWN, missing)
    folder = folder_path(base, settings)
    found: dict[str, tuple[int, int]] = {}
    for name in sorted(name for name in base.files if name.endswith(".safetensors")):
        path = folder / name
        found |= _linear(path, path.stat().st_mtime_ns)
    return found


@functools.lru_cache(maxsize=64)
def _linear(path: Path, _modified: int) -> dict[str, tuple[int, int]]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > HEADER_MAX_BYTES:
            raise RunnerError(ErrorCode.SAFETENSORS_HEADER, f"The header of {path.name} claims {length} bytes.")
        header = json.loads(file.read(length))
    matrices = {
        name.removesuffix(".weight"): entry["shape"]
        for name, entry in header.items()
        if name.endswith(".weight") and len(entry["shape"]) == 2
    }
    return {
        name: (shape[0], shape[1])
        for name, shape in matrices.items()
        if not any(part in name.split(".")[-1] for part in NOT_LINEAR)
    }
