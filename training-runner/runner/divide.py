"""Divide a run's improvement among its contributors, by training again without them.

    python -m runner.divide RUN_DIR [--by contributor|datanet] [--budget-minutes 30] [--seeds 1] [--json]

Two parts of an improvement are told apart. The form of the answers (that a label is one word of eight, say) is taught by
anybody's rows, right or wrong: it is measured by one training on all rows whose answers were dealt out anew among them, belongs
to nobody in particular and is not divided. What the rows say beyond it, from there to the adapter, is.

RUN_DIR is what `factory run --out` wrote. Every training is the run's own (its configuration, base and rows, fewer of them; true
removal: the schedule follows the rows), measured by the loss of the sealed questions. Of near-copies only the first is trained
on and counts for whoever brought it. With all subsets of the groups trained the values are exact Shapley values; where the
budget does not reach so far, orders are sampled and the interval is wider (runner/division.py). Trainings are kept in
RUN_DIR/division and not repeated: a larger budget goes on from there.

Writes RUN_DIR/division.json: for each group its value in nats per answer token with a 95 % interval (questions, sampled orders,
seeds), the floor it certainly earned (10th percentile), and basis points that sum to 10,000. It holds for this base and these
seeds. `residual` is how much of the improvement the values do not explain (zero but for rounding), `near_copies` what leaving
near-copies out of the trainings does. Exit codes: 0 done, 1 failed, 2 bad usage.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers.utils import logging

from runner import bases
from runner.blobs import BlobStore, sha256_bytes
from runner.command import EXIT_INPUT, Parser, refused, say
from runner.data import MIN_TRAINING_ROWS, Row, collate, encode_rows, read_rows
from runner.division import (
    Subset,
    Values,
    all_subsets,
    basis_points,
    bootstrap,
    certain_shares,
    divide_points,
    exact_shapley,
    marginals,
    order_pairs,
    owners,
)
from runner.errors import RunnerError
from runner.events import atomic_write
from runner.manifest import RunFolder, canonical, prepare_run
from runner.model import EVALUATION_ROWS, load_adapter, load_lora, prepare, row_losses
from runner.recipes.lora_sft import lora_sft
from runner.recompute import BadEvidence, checked, read_evidence
from runner.schemas import LoraSftSpec

METHOD = "shapley-retrain/1"
MOST_GROUPS = 64
LEAST_PAIRS = 2


@dataclass(frozen=True)
class Game:
    """What is trained again, and on which questions it is measured."""

    spec: LoraSftSpec
    rows: list[Row]
    """In the run's own order, near-copies left out: without any, all rows give the run's own adapter."""
    validation: Path
    questions: list[Row]
    groups: list[str]
    group_of: dict[str, str]
    """By row id."""
    clusters: dict[str, int]
    """How many clusters each group was first to bring."""
    copies: int
    by: str
    folder: Path
    """Where trainings are kept."""


def read_game(run_dir: Path, by: str) -> Game:
    """The run's training as its evidence tells it. Raises BadEvidence."""
    evidence = read_evidence(run_dir)
    if not {"training", "evaluating"} <= evidence["stages"].keys():
        raise BadEvidence(f"{run_dir} holds no whole run: a training and its evaluation are needed.")
    store = BlobStore(run_dir / "evidence" / "blobs")
    spec = LoraSftSpec.model_validate(evidence["stages"]["training"]["spec"])
    rank = {name: k for k, name in enumerate(evidence.get("contributions", []))}
    rows = read_rows(checked(store, spec.inputs.train))
    brought = sorted(range(len(rows)), key=lambda k: rank.get(rows[k].contribution, len(rank)))
    test = read_rows(checked(store, evidence["stages"]["evaluating"]["spec"]["inputs"]["test"]))
    folder = run_dir / "division"
    folder.mkdir(exist_ok=True)
    return make_game(spec, rows, brought, checked(store, spec.inputs.validation), test, by, folder)


def make_game(
    spec: LoraSftSpec, rows: list[Row], brought: list[int], validation: Path, test: list[Row], by: str, folder: Path
) -> Game:
    """`brought` are the rows' indices in the order they came. Raises BadEvidence where they are not of several groups."""
    named = [getattr(row, by) for row in rows]
    groups = sorted(set(named))
    if not 2 <= len(groups) <= MOST_GROUPS or "" in groups:
        raise BadEvidence(
            f"The rows name {len(groups)} groups by {by}; two to {MOST_GROUPS} are needed.",
            "Divide a run of several, or by the other of --by contributor and --by datanet.",
        )
    first, clusters = owners([rows[k].cluster or rows[k].id for k in brought], [named[k] for k in brought])
    kept = sorted(brought[k] for k in first)
    return Game(
        spec=spec,
        rows=[rows[k] for k in kept],
        validation=validation,
        questions=[row for row in test if row.sealed],
        groups=groups,
        group_of={rows[k].id: named[k] for k in kept},
        clusters={group: clusters.get(group, 0) for group in groups},
        copies=len(rows) - len(kept),
        by=by,
        folder=folder,
    )


class Trainings:
    """Losses of the sealed questions after training on some groups' rows, each computed once and kept."""

    def __init__(self, game: Game, seed: int, until: float) -> None:
        self.game, self.seed, self.until = game, seed, until
        self.device = prepare()
        self.base = bases.find(game.spec.config.base, game.spec.config.base_hash)
        self.tokenizer = bases.load_tokenizer(self.base)
        task = game.spec.config.task
        _, self.items = encode_rows(self.tokenizer, task, game.questions, self.base.context_length)
        self.seconds: list[float] = []
        config = game.spec.config
        # A fresh adapter adds nothing: it is the base.
        self.untrained = self.losses(
            "untrained", lambda: self.measure(load_lora(self.base, config.rank, config.alpha, 0, self.device).eval())
        )
        self.seconds.clear()
        self.form = self.trained(dealt_anew(game.rows, seed))

    def value(self, subset: Subset) -> Values:
        """v(S) [questions], nats per answer token. Too few rows to train on are worth nothing. Raises OutOfTime."""
        rows = [row for row in self.game.rows if self.game.group_of[row.id] in subset]
        return self.form - self.trained(rows) if len(rows) >= MIN_TRAINING_ROWS else np.zeros_like(self.form)

    def trained(self, rows: list[Row]) -> Values:
        """Losses after training on these rows."""
        lines = b"".join(canonical(asdict(row)) + b"\n" for row in rows)
        key = sha256_bytes(canonical({"seed": self.seed, "rows": sha256_bytes(lines)}))
        return self.losses(key, lambda: self.train(lines))

    def affords(self, count: int) -> bool:
        """Whether so many trainings fit, at the length of the one that was just made; fewer rows take less."""
        return count > 0 and time.monotonic() + count * float(np.mean(self.seconds or [0.0])) / 2 <= self.until

    def losses(self, key: str, compute: Any) -> Values:
        """Read what an earlier call kept, or compute and keep it."""
        path = self.game.folder / f"{key}.json"
        if path.is_file():
            return np.array(json.loads(path.read_bytes()), dtype=np.float64)
        if self.seconds and time.monotonic() + float(np.mean(self.seconds)) > self.until:
            raise OutOfTime
        began = time.monotonic()
        found: Values = compute()
        self.seconds.append(time.monotonic() - began)
        atomic_write(path, canonical(found.tolist()))
        return found

    def train(self, lines: bytes) -> Values:
        """One training of the run's recipe on other rows."""
        with tempfile.TemporaryDirectory(prefix="divide-") as name:
            folder = Path(name)
            (folder / "train").write_bytes(lines)
            spec = self.game.spec.model_copy(
                update={
                    "config": self.game.spec.config.model_copy(update={"seed": self.seed}),
                    "inputs": self.game.spec.inputs.model_copy(update={"train": sha256_bytes(lines)}),
                }
            )
            prepare_run(folder / "run", spec, {"train": folder / "train", "validation": self.game.validation})
            with RunFolder(folder / "run") as run:
                lora_sft(run)
            made = folder / "run" / "artifacts"
            model = load_adapter(self.base, made / "adapter_model.safetensors", made / "adapter_config.json", self.device)
            return self.measure(model)

    @torch.no_grad()
    def measure(self, model: Any) -> Values:
        """Loss of each sealed question, nats per answer token."""
        losses = [
            row_losses(model, collate(self.items[start : start + EVALUATION_ROWS], self.device)).double()
            for start in range(0, len(self.items), EVALUATION_ROWS)
        ]
        return torch.cat(losses).cpu().numpy()


def dealt_anew(rows: list[Row], seed: int) -> list[Row]:
    """The rows with their answers dealt out anew: the same questions, the same answers, nothing between them."""
    order = np.random.default_rng(seed).permutation(len(rows))
    return [replace(row, answer=rows[k].answer, answers=[]) for row, k in zip(rows, order, strict=True)]


class OutOfTime(Exception):
    """The next training would not end within the budget."""


def sample(game: Game, trainings: Trainings) -> tuple[Values, bool]:
    """([samples, groups, questions], whether it is exact): all subsets, else as many pairs of orders as fit.

    Raises BadEvidence when the budget is not enough for two pairs.
    """
    subsets = all_subsets(game.groups) if len(game.groups) <= 10 else []
    if trainings.affords(len(subsets)):
        with contextlib.suppress(OutOfTime):
            for subset in subsets:
                trainings.value(subset)
            return exact_shapley(game.groups, trainings.value)[None], True
    found: list[Values] = []
    orders = order_pairs(game.groups, seed=0)
    # Beyond as many orders as there are, nothing new comes.
    while len(found) < 200:
        try:
            found.append(np.mean([marginals(game.groups, order, trainings.value) for order in next(orders)], 0))
        except OutOfTime:
            break
    if len(found) < LEAST_PAIRS:
        need = LEAST_PAIRS * 2 * (len(game.groups) - 1) * float(np.mean(trainings.seconds)) / 60
        raise BadEvidence(
            f"The budget is not enough for {LEAST_PAIRS} pairs of orders: about {need:.0f} minutes are needed.",
            "Run it again, with a larger --budget-minutes where you can: what was trained is kept.",
        )
    return np.stack(found), False


def divide(game: Game, budget_minutes: float, seeds: int) -> dict[str, Any]:
    """The division as it is written to division.json. Raises BadEvidence, RunnerError."""
    began = time.monotonic()
    samples, exact, forms, count = [], True, [], 0
    for k in range(seeds):
        until = began + 60 * budget_minutes * (k + 1) / seeds
        trainings = Trainings(game, game.spec.config.seed + k, until)
        print(f"Seed {game.spec.config.seed + k}: {len(game.groups)} groups, {len(game.rows)} rows", file=sys.stderr)
        found, is_exact = sample(game, trainings)
        samples.append(found)
        exact = exact and is_exact
        forms.append(float((trainings.untrained - trainings.form).mean()))
        count += len(trainings.seconds)
    together = np.concatenate(samples)
    values = together.mean((0, 2))
    draws = bootstrap(together)
    low, floor, high = np.percentile(draws, [2.5, 10, 97.5], axis=0)
    content = float(np.mean([found.mean(0).sum(0).mean() for found in samples]))
    form = float(np.mean(forms))
    certain = certain_shares(floor.tolist(), content)
    points = divide_points(certain, [game.clusters[group] for group in game.groups])
    assert sum(each["total"] for each in points) == sum(basis_points([1.0])) == 10_000
    return {
        "format": "modelfactory.division/1",
        "method": METHOD,
        "truth": "true removal: trained again on fewer rows, with the schedule that they give",
        "unit": "nats per answer token of the sealed questions' loss, positive = helped",
        "by": game.by,
        "exact": exact,
        "orders": None if exact else 2 * len(together),
        "seeds": [game.spec.config.seed + k for k in range(seeds)],
        "questions": len(game.questions),
        "improvement": form + content,
        "form": form,
        "residual": content - float(values.sum()),
        "near_copies": game.copies,
        "groups": [
            {
                "id": group,
                "rows": sum(other == group for other in game.group_of.values()),
                "clusters": game.clusters[group],
                "value": float(values[k]),
                "low": float(low[k]),
                "high": float(high[k]),
                "floor": max(0.0, float(floor[k])),
                "sign": "+" if low[k] > 0 else "-" if high[k] < 0 else "0",
                "basis_points": points[k],
            }
            for k, group in enumerate(game.groups)
        ],
        "trainings": count,
        "base_hash": game.spec.config.base_hash,
        "seconds": round(time.monotonic() - began, 1),
    }


def text(report: dict[str, Any]) -> str:
    """For a person."""
    how = "every subset trained" if report["exact"] else f"{report['orders']} sampled orders"
    seeds = len(report["seeds"])
    lines = [
        f"The sealed questions' loss fell by {report['improvement']:.4f} ({report['unit'].split(' of ')[0]}); of it "
        f"{report['form']:.4f} is the form of the answers, which anybody's rows teach. The rest is divided by "
        f"{report['method']}, {how}, {seeds} seed{'s' if seeds > 1 else ''}, {report['questions']} questions:"
    ]
    width = max(len(group["id"]) for group in report["groups"])
    for group in sorted(report["groups"], key=lambda each: -each["value"]):
        points = group["basis_points"]
        lines.append(
            f"  {group['id']:{width}}  {group['value']:+.4f} ({group['low']:+.4f} to {group['high']:+.4f})  "
            f"{points['total'] / 100:6.2f} % = {points['certain'] / 100:.2f} earned + {points['pool'] / 100:.2f} of the pool"
        )
    lines.append(f"Residual {report['residual']:+.1e}. {report['near_copies']} near-copies were not trained on.")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    parser = Parser(prog="divide", description="Divide a run's improvement among its contributors.")
    parser.add_argument("run_dir", type=Path, metavar="RUN_DIR")
    parser.add_argument("--by", choices=("contributor", "datanet"), default="contributor")
    parser.add_argument("--budget-minutes", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=1, choices=range(1, 6))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    try:
        run_dir = given.run_dir.resolve()
        report = divide(read_game(run_dir, given.by), given.budget_minutes, given.seeds)
        atomic_write(run_dir / "division.json", canonical(report))
    except BadEvidence as error:
        say("EVIDENCE", str(error), error.fix)
        return EXIT_INPUT
    except RunnerError as error:
        return refused(error)
    print(json.dumps(report) if given.json else text(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
