"""What somebody gains who games the shares: `python -m bench.attacks …`, on divisions by retraining (runner/divide.py).

A world: a few honest contributors of a label data set (the caller's own, or the sample), then the same world with one who tries
something. Worlds of one seed share their trainings. Gains are ratios of basis points, the attacker's with the attack to
those of the same rows without it.

    copies      hands in every row once more, changed in one word (one cluster with the first, as intake finds it)
    bait        the same, but changed so far that no cluster is found
    splitting   the same rows from two accounts
    colluding   a second account hands in the first one's rows, changed in one word
    wrong       every label turned to another by a fixed map
    filler      text of another data set, labels that mean nothing
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from transformers.utils import logging

from bench.common import read
from runner import bases
from runner.blobs import sha256_bytes
from runner.configs import LoraSftConfig, Task
from runner.data import Row
from runner.divide import Game, divide, make_game
from runner.manifest import canonical
from runner.recompute import BadEvidence
from runner.schemas import LoraSftInputs, LoraSftSpec

HONEST = ("ann", "bob", "cem", "dov")
ATTACKER = "dov"
WORDS = ("kind", "thing", "often", "mostly", "usually")
BAIT = ("it is said that", "in other words:", "one calls this so:", "described briefly:")


@dataclass(frozen=True)
class World:
    """Rows in the order they were brought, questions, and where trainings are kept."""

    rows: list[Row]
    validation: list[Row]
    test: list[Row]
    labels: list[str]
    base: str
    folder: Path

    def game(self) -> Game:
        """As a run would have it; the validation only at the end, since nothing is chosen by it."""
        base = bases.find(self.base)
        preset = base.presets["quick"]
        known = LoraSftConfig.model_fields.keys() & preset.keys()
        config = LoraSftConfig(
            base=base.id,
            base_hash=base.base_hash,
            task=Task(goal="label", labels=self.labels),
            eval_every=100_000,
            **{name: preset[name] for name in known},
        )
        validation = self.folder / "validation"
        validation.write_bytes(b"".join(canonical(asdict(row)) + b"\n" for row in self.validation))
        inputs = LoraSftInputs(train=sha256_bytes(b""), validation=sha256_bytes(validation.read_bytes()))
        spec = LoraSftSpec(recipe="lora_sft", config=config, inputs=inputs)
        kept = self.folder / "trainings"
        kept.mkdir(exist_ok=True)
        return make_game(spec, self.rows, list(range(len(self.rows))), validation, self.test, "contributor", kept)


def honest_world(rows: Sequence[Row], seed: int, each: int, questions: int, base: str, folder: Path) -> World:
    """Four people with as many rows of all labels, and a test nobody brought."""
    draw = random.Random(seed)
    labels = sorted({row.answer for row in rows})
    shuffled = draw.sample(list(rows), len(rows))
    needed = 4 * each + questions + 20
    if len(shuffled) < needed:
        raise BadEvidence(f"{needed} rows are needed, and the files give {len(shuffled)}. Use fewer with --rows or --questions.")
    mine = [
        replace(row, contributor=HONEST[k // each], contribution=HONEST[k // each], cluster=row.id)
        for k, row in enumerate(shuffled[: 4 * each])
    ]
    test = shuffled[4 * each : 4 * each + questions]
    return World(mine, shuffled[needed - 20 : needed], test, labels, base, folder)


def copied(row: Row, name: str, draw: random.Random, far: bool) -> Row:
    """The row with one more word, or with so much around it that it is a cluster of its own."""
    words = row.prompt.split(" ")
    words.insert(draw.randrange(len(words) + 1), draw.choice(BAIT if far else WORDS))
    other = f"{row.id}+{name}"
    return replace(
        row, id=other, prompt=" ".join(words), contributor=name, contribution=name, cluster=other if far else row.cluster
    )


def attacked(world: World, attack: str, seed: int, filler: Sequence[Row]) -> World:
    """The same world with one who tries something."""
    draw = random.Random(f"{seed}:{attack}")
    own = [row for row in world.rows if row.contributor == ATTACKER]
    others = [row for row in world.rows if row.contributor != ATTACKER]
    turned = dict(zip(world.labels, world.labels[1:] + world.labels[:1], strict=True))
    tried = {
        "copies": lambda: [*own, *(copied(row, ATTACKER, draw, False) for row in own)],
        "bait": lambda: [*own, *(copied(row, ATTACKER, draw, True) for row in own)],
        "splitting": lambda: [replace(row, contributor=f"{ATTACKER}{k % 2 + 1}") for k, row in enumerate(own)],
        "colluding": lambda: [*own, *(copied(row, "eli", draw, False) for row in own)],
        "wrong": lambda: [replace(row, answer=turned[row.answer]) for row in own],
        "filler": lambda: [
            replace(row, prompt=other.prompt, answer=draw.choice(world.labels))
            for row, other in zip(own, draw.sample(list(filler), len(own)), strict=True)
        ],
    }
    return replace(world, rows=[*others, *tried[attack]()])


ATTACKS = ("copies", "bait", "splitting", "colluding", "wrong", "filler")


def points(report: dict[str, Any], names: Sequence[str], kind: str) -> int:
    """Basis points of these groups together."""
    return sum(group["basis_points"][kind] for group in report["groups"] if any(group["id"].startswith(name) for name in names))


def share_error(report: dict[str, Any]) -> float:
    """Mean absolute difference of what is paid to the exact Shapley shares (positive parts), as a share of the whole."""
    worth = np.maximum([group["value"] for group in report["groups"]], 0)
    paid = np.array([group["basis_points"]["total"] for group in report["groups"]]) / 10_000
    return float(np.abs(paid - worth / worth.sum()).mean()) if worth.sum() > 0 else float("nan")


def one_seed(world: World, seed: int, filler: Sequence[Row], minutes: float) -> dict[str, Any]:
    """Every attack on one world. Raises BadEvidence when the time is not enough."""
    until = time.monotonic() + 60 * minutes

    def divided(given: World) -> dict[str, Any]:
        report = divide(given.game(), max(0.0, until - time.monotonic()) / 60, 1)
        if not report["exact"]:
            raise BadEvidence("The time is not enough for every subset.")
        return report

    before = divided(world)
    found: dict[str, Any] = {
        "seed": seed,
        "share_error": share_error(before),
        "honest_floors": [group["floor"] for group in before["groups"]],
        "attacks": {},
    }
    alone = points(before, [ATTACKER], "total")
    for attack in ATTACKS:
        after = divided(attacked(world, attack, seed, filler))
        names = [ATTACKER, "eli"]
        floors = {group["id"]: group["floor"] for group in after["groups"]}
        found["attacks"][attack] = {
            "gain": points(after, names, "total") / alone,
            "certain": points(after, names, "certain"),
            "floor": max(floor for name, floor in floors.items() if name.startswith(tuple(names))),
            "honest_floors": [floor for name, floor in floors.items() if not name.startswith(tuple(names))],
            "share_error": share_error(after),
        }
    return found


def main() -> None:
    """Seeds one after the other, a JSON line each, until the budget ends. What was trained is kept and not trained again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--data", action="append", type=Path, required=True, help="labelled rows, columns prompt and answer")
    parser.add_argument("--filler", action="append", type=Path, required=True, help="text that has nothing to do with them")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=40, help="of each contributor")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--budget-minutes", type=float, default=60.0)
    parser.add_argument("--keep", type=Path, required=True, help="folder for trainings")
    given = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    until = time.monotonic() + 60 * given.budget_minutes
    rows, filler = ([row for path in paths for row in read(path)] for paths in (given.data, given.filler))
    for seed in range(given.seeds):
        folder = given.keep / f"seed{seed}"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            world = honest_world(rows, seed, given.rows, given.questions, given.base, folder)
            print(json.dumps(one_seed(world, seed, filler, (until - time.monotonic()) / 60)), flush=True)
        except BadEvidence as error:
            print(f"Seed {seed}: {error}", file=sys.stderr)
            break


if __name__ == "__main__":
    main()
