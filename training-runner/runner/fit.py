"""Whether a base fits into a machine's memory: fits, tight, or does not fit."""

from __future__ import annotations

from runner.registry import Base
from runner.schemas import Fit, Machine, Memory

# What the system, the database and the app around the runner hold.
RESERVED_BYTES = 1_000_000_000
# Above this share of the memory a long row or another run can end a training.
TIGHT_FROM = 0.7
# A process with torch and transformers imported, before any weights.
PROCESS_BYTES = 450_000_000
# Adapter, its gradients and moments, activations of a quick step: measured 10 bytes per parameter of a 135 M base.
STEP_BYTES_PER_PARAMETER = 8


def memory_of(base: Base) -> Memory:
    """Measured peaks where the list has them, else an estimate from the number of parameters."""
    if base.memory:
        return Memory.model_validate(base.memory)
    weights = base.parameters * (2 if base.is_bf16 else 4)
    training = PROCESS_BYTES + weights + base.parameters * STEP_BYTES_PER_PARAMETER
    return Memory(training_bytes=training, influence_bytes=training * 5 // 4)


def fit(base: Base, machine: Machine) -> Fit:
    """The badge. On a GPU its own memory counts, else the machine's less what the app around it holds, or a run's limit."""
    needed = memory_of(base)
    return judge(max(needed.training_bytes, needed.influence_bytes), machine)


def judge(needed: int, machine: Machine) -> Fit:
    """The badge for a known peak in bytes."""
    available = machine.gpu_memory_bytes
    if available is None:
        available = max(0, machine.memory_bytes - RESERVED_BYTES)
        available = min(available, machine.run_memory_bytes or available)
    if needed > available:
        return Fit(verdict="does_not_fit", needed_bytes=needed, available_bytes=available)
    verdict = "tight" if needed > TIGHT_FROM * available else "fits"
    return Fit.model_validate({"verdict": verdict, "needed_bytes": needed, "available_bytes": available})
