"""The only reader of the environment in the runner."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A wrong value, in one sentence that names the variable."""


@dataclass(frozen=True)
class Settings:
    """Where the runner listens, keeps its files, and how much it does at once."""

    host: str
    port: int
    token: str
    data_dir: Path
    bases_dir: Path
    bases_cache: Path
    max_parallel: int
    cancel_grace_seconds: float
    blob_max_bytes: int
    run_memory_bytes: int | None
    device: str

    @property
    def runs_dir(self) -> Path:
        """One folder per run; a run's whole state."""
        return self.data_dir / "runs"

    @property
    def blobs_dir(self) -> Path:
        """Files by content hash."""
        return self.data_dir / "blobs"

    @property
    def vectors_dir(self) -> Path:
        """Embeddings by content hash: derived, so they may be deleted at any time."""
        return self.data_dir / "vectors"

    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check the RUNNER_* variables. Raises SettingsError naming the first wrong one."""
        env = os.environ if environ is None else environ
        return Settings(
            host=env.get("RUNNER_HOST") or "127.0.0.1",
            port=_integer(env, "RUNNER_PORT", 8321, 0, 65535),
            token=_token(env),
            data_dir=Path(env.get("RUNNER_DATA") or ".data/runner").resolve(),
            bases_dir=Path(env.get("RUNNER_BASES") or PACKAGE_ROOT / "bases").resolve(),
            bases_cache=Path(env.get("RUNNER_BASES_CACHE") or PACKAGE_ROOT / ".cache" / "bases").resolve(),
            max_parallel=_integer(env, "RUNNER_MAX_PARALLEL", 1, 1, 64),
            cancel_grace_seconds=_integer(env, "RUNNER_CANCEL_GRACE_SECONDS", 10, 1, 600),
            blob_max_bytes=_integer(env, "RUNNER_BLOB_MAX_BYTES", 8_000_000_000, 1, 10**13),
            run_memory_bytes=_integer(env, "RUNNER_MEMORY_BYTES", 0, 0, 10**15) or None,
            device=_device(env),
        )


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, but it is {text!r}.")
    return int(text)


def _token(env: Mapping[str, str]) -> str:
    token = env.get("RUNNER_TOKEN", "")
    if token and (len(token) < 16 or not token.isascii() or any(c.isspace() for c in token)):
        raise SettingsError("RUNNER_TOKEN must be at least 16 ASCII characters without spaces.")
    return token


def _device(env: Mapping[str, str]) -> str:
    device = env.get("RUNNER_DEVICE") or "auto"
    if device not in ("auto", "cpu", "cuda"):
        raise SettingsError(f"RUNNER_DEVICE must be auto, cpu or cuda, but it is {device!r}.")
    return device
