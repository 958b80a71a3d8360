"""Ask base and adapter the fixed suite of general ability, and say whether it was held within the margin.

    python -m runner.recipes.ability RUN_DIR

Same questions, same template, same greedy decoding for both. The base's answers are kept beside the bases and used again: they
are a pure function of the base's hash, the suite's and the device. Statistics: runner/non_inferiority.py.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from runner import bases
from runner.bases import Base
from runner.events import atomic_write
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import load_adapter, load_base, prepare
from runner.non_inferiority import ALPHA, MARGIN, retention
from runner.progress import Progress
from runner.schemas import AbilitySpec
from runner.settings import Settings
from runner.suite import Answer, Suite, ask, load_suite

FORMAT = "modelfactory.ability/1"


def ability(folder: RunFolder) -> None:
    """Score the suite before and after. Errors: INPUT_FORMAT (the suite was changed), those of bases and model."""
    assert isinstance(folder.spec, AbilitySpec)
    config = folder.spec.config
    device = prepare()
    suite = load_suite()
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    kept = read_kept(base, suite, device)
    tick = Progress(folder, len(suite.items) * (1 if kept else 2), "answers")

    before = kept or ask_base(base, tokenizer, suite, device, tick)
    model = load_adapter(base, folder.input("adapter"), folder.input("adapter_config"), device)
    after = ask(model, tokenizer, suite, device, tick)

    report = {
        "format": FORMAT,
        "suite": {"version": suite.version, "sha256": suite.sha256, "licence": suite.licence, "items": len(suite.items)},
        "base_hash": base.base_hash,
        "adapter_sha256": folder.spec.inputs.adapter,
        "margin": MARGIN,
        "alpha": ALPHA,
        "overall": compared(suite, before, after, None),
        "abilities": [{"ability": name, **compared(suite, before, after, name)} for name in suite.abilities],
        "items": [
            {"id": item.id, "ability": item.ability, "prompt": item.prompt, "answers": {"base": a, "tuned": b}}
            for item, a, b in zip(suite.items, before, after, strict=True)
        ],
    }
    folder.finish({"ability.json": folder.write_artifact("ability.json", canonical(report))})


def compared(suite: Suite, before: list[Answer], after: list[Answer], name: str | None) -> dict[str, Any]:
    """The items of one ability, or of all, against the margin."""
    chosen = [k for k, item in enumerate(suite.items) if name in (None, item.ability)]
    chance = sum(suite.items[k].chance for k in chosen) / len(chosen)
    return dict(retention([before[k]["correct"] for k in chosen], [after[k]["correct"] for k in chosen], chance))


def kept_path(base: Base, suite: Suite, device: torch.device) -> Path:
    """Where the base's own answers are kept."""
    name = re.sub(r"[^A-Za-z0-9.-]", "_", base.id)
    key = f"{name}-{base.base_hash[:16]}-{suite.sha256[:16]}-{device.type}.json"
    return Settings.from_env().bases_cache / "ability" / key


def read_kept(base: Base, suite: Suite, device: torch.device) -> list[Answer] | None:
    """The base's answers of an earlier run, marked again; None when there are none, or they are of other questions."""
    try:
        texts = json.loads(kept_path(base, suite, device).read_bytes())["texts"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not isinstance(texts, list) or len(texts) != len(suite.items) or not all(isinstance(t, str) for t in texts):
        return None
    return [{"text": text, "correct": suite.is_right(item, text)} for item, text in zip(suite.items, texts, strict=True)]


def ask_base(base: Base, tokenizer: Any, suite: Suite, device: torch.device, tick: Callable[[int], None]) -> list[Answer]:
    """The base's answers, kept for the next run where the folder can be written."""
    answers = ask(load_base(base, device), tokenizer, suite, device, tick)
    path = kept_path(base, suite, device)
    with contextlib.suppress(OSError):
        atomic_write(path, canonical({"base_hash": base.base_hash, "texts": [a["text"] for a in answers]}))
    return answers


if __name__ == "__main__":
    run_recipe(ability)
