"""The machine runs execute on, as the app shows it."""

from __future__ import annotations

import functools
import importlib.util
import os
import platform
import shutil
from pathlib import Path
from typing import Literal

import psutil

from runner.schemas import Machine
from runner.settings import Settings


def machine(settings: Settings) -> Machine:
    """Device, processor or GPU, memory a container may use, room for runs. `threads` is what one run uses."""
    where = device(settings.device)
    return Machine(
        device=where,
        name=gpu_name() if where == "cuda" else cpu_name(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_bytes=memory_bytes(),
        run_memory_bytes=settings.run_memory_bytes,
        threads=1,
        gpu_memory_bytes=gpu_memory_bytes() if where == "cuda" else None,
        disk_free_bytes=disk_free_bytes(settings.data_dir),
        has_bf16=has_bf16(where),
        four_bit_missing=four_bit_missing(where),
    )


def memory_bytes() -> int:
    """The machine's memory, or less where the container's limit is lower."""
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    total: int = psutil.virtual_memory().total
    return total if text == "max" else min(total, int(text))


def disk_free_bytes(folder: Path) -> int:
    """Room where the runs lie; the folder itself may not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@functools.cache
def device(wanted: str) -> str:
    """The device runs use: "cpu" or "cuda"."""
    if wanted != "auto":
        return wanted
    # Imported on use: the service answers before torch is there.
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@functools.cache
def cpu_name() -> str:
    """As the system names it."""
    if (info := Path("/proc/cpuinfo")).exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@functools.cache
def cpu_flags() -> frozenset[str]:
    """What the processor can do, by Linux's names; empty elsewhere."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    found = next((line.partition(":")[2] for line in lines if line.startswith(("flags", "Features"))), "")
    return frozenset(found.split())


def has_bf16(where: str) -> bool:
    """Whether the device multiplies bfloat16 in hardware."""
    if where == "cuda":
        import torch

        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    return bool(cpu_flags() & {"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"})


def four_bit_missing(where: str) -> Literal["cuda", "bitsandbytes"] | None:
    """What a base in four bits lacks on this device. The package bitsandbytes does not come with the runner."""
    if where != "cuda":
        return "cuda"
    return None if importlib.util.find_spec("bitsandbytes") else "bitsandbytes"


def gpu_name() -> str:
    """The first GPU's name."""
    import torch

    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no CUDA device"


def gpu_memory_bytes() -> int:
    """The first GPU's memory, 0 without one."""
    import torch

    return int(torch.cuda.get_device_properties(0).total_memory) if torch.cuda.is_available() else 0
