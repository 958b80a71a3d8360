"""Points from which a killed training goes on to the same bytes: adapter, AdamW moments, and a note in the file's header."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from runner.errors import RunnerError
from runner.model import State, read_tensors


def snapshot(named: dict[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer) -> State:
    """Adapter and AdamW moments, on the CPU: "weights/…", "exp_avg/…", "exp_avg_sq/…"."""
    state = {}
    for name, parameter in named.items():
        state[f"weights/{name}"] = parameter.detach().cpu().contiguous()
        for moment in ("exp_avg", "exp_avg_sq"):
            state[f"{moment}/{name}"] = optimizer.state[parameter][moment].detach().cpu().contiguous()
    return state


def restore(named: dict[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer, state: State, step: int) -> None:
    """Put a snapshot back, bit for bit."""
    with torch.no_grad():
        for name, parameter in named.items():
            parameter.copy_(state[f"weights/{name}"])
            optimizer.state[parameter] = {
                "step": torch.tensor(float(step)),
                "exp_avg": state[f"exp_avg/{name}"].to(parameter.device),
                "exp_avg_sq": state[f"exp_avg_sq/{name}"].to(parameter.device),
            }


def part(state: State, prefix: str) -> State:
    """The tensors below a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def newest_resumable(checkpoints: Path, spec_sha256: str) -> tuple[State, dict[str, Any]] | None:
    """The newest whole checkpoint of this very spec whose best checkpoint is still there."""
    for path in sorted(checkpoints.glob("resume-*.safetensors"), reverse=True):
        try:
            state = read_tensors(path)
            note = read_note(path)
        except RunnerError:
            continue
        best = note["progress"]["best"]
        best_there = best is None or (checkpoints / f"best-{best['step']:08d}.safetensors").is_file()
        if note["spec_sha256"] == spec_sha256 and best_there:
            return state, note["progress"]
    return None


def read_note(path: Path) -> dict[str, Any]:
    """The JSON a checkpoint carries in its header."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["state"])


def prune(checkpoints: Path) -> None:
    """Keep the last two resume points and the best checkpoints they refer to."""
    resume = sorted(checkpoints.glob("resume-*.safetensors"))
    for old in resume[:-2]:
        old.unlink()
    notes = [read_note(path)["progress"]["best"] for path in resume[-2:]]
    needed = {f"best-{best['step']:08d}.safetensors" for best in notes if best}
    for path in checkpoints.glob("best-*.safetensors"):
        if path.name not in needed:
            path.unlink()
