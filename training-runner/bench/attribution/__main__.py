"""Attribution methods side by side on the same retrains: `python -m bench.attribution --set NAME=PATH …`.

Each data set is split into training rows and test items, trained as the product trains, and trained again without halves of
its rows and without groups of its contributors. Every method scores the one run; ranks are compared with the retrains.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.attribution.candidates import Candidate, read_candidates
from bench.attribution.compare import compare
from bench.attribution.draw import PEOPLE
from bench.attribution.measure import rounded
from bench.attribution.method import METHODS
from bench.attribution.problem import DataProblem, Problem, make_problem, read_rows, recipe_of
from bench.attribution.retrain import Retrainer
from bench.attribution.show import show, show_scale
from bench.attribution.truth import Truths, Wanted, gather
from runner import bases

PACKAGE = Path(__file__).resolve().parent.parent.parent
BASES = {"tiny": "tiny", "smollm2": "smollm2-135m-instruct"}
SCORED_SEED = 1


def arguments() -> argparse.Namespace:
    """The command line; `npm run bench -- attribution` fills in --set and --work."""
    parser = argparse.ArgumentParser(
        prog="npm run bench -- attribution",
        epilog="--data FILE: .jsonl or .csv with prompt and answer, or a bundled set: kinds, labels, word-forms.",
    )
    add = parser.add_argument
    add("--set", action="append", required=True, help=argparse.SUPPRESS)
    add("--work", type=Path, required=True, help=argparse.SUPPRESS)
    add("--contributors", metavar="COLUMN", help="the column of FILE that names who gave a row")
    add("--base", choices=BASES, default="tiny")
    add("--preset", choices=("quick", "balanced"), default="quick", help="how every training trains")
    add("--rows", type=int, default=240, help="training rows, drawn from the file")
    add("--items", type=int, default=40, help="test items, drawn before them")
    add("--subsets", type=int, default=100, help="random halves of the rows to train on, with each seed")
    add("--groups", type=int, default=30, help="choices of contributors to train without, with each seed")
    add("--own", type=int, default=24, help="retrains of the scored run with weights at zero, for 5 %% and 50 %% each")
    add("--seeds", type=int, default=2, help="of the retrains; two are needed for a noise ceiling")
    add("--eps", type=float, default=1e-8, help="AdamW's; 1e-8 is the product's")
    add("--budget-minutes", type=float, default=60.0, help="for retraining; the next call goes on from there")
    add("--method-minutes", type=float, default=5.0, help="a slower method is named and left out")
    add("--methods", default=",".join(METHODS), help="which, with commas between")
    add("--scale", default="", metavar="ROWS,ROWS", help="also measure the fast score's cost at so many rows")
    add("--json", action="store_true", help="one JSON document instead of tables")
    return parser.parse_args()


def main() -> int:
    """Print the tables, or one JSON document."""
    args = arguments()
    names = args.methods.split(",")
    if unknown := [name for name in names if name not in METHODS]:
        print(f"There is no method {unknown[0]!r}. There are: {', '.join(METHODS)}.", file=sys.stderr)
        return 2
    base = bases.find(BASES[args.base])
    recipe = recipe_of(base, args.preset, args.eps)
    try:
        problems = [
            make_problem(name, read_rows(Path(path), args.contributors), recipe, args.rows, args.items, 1)
            for name, path in (given.split("=", 1) for given in args.set)
        ]
        return compare_sets(problems, args, names)
    except DataProblem as error:
        print(error, file=sys.stderr)
        return 2


def compare_sets(problems: list[Problem], args: argparse.Namespace, names: list[str]) -> int:
    """Each set in turn, printed as soon as it is measured."""
    end = time.monotonic() + 60 * args.budget_minutes
    report: dict[str, Any] = {"format": "modelfactory.bench-attribution/1", "sets": []}
    for left, problem in zip(range(len(problems), 0, -1), problems, strict=True):
        one = measure(problem, args, names, max(0.0, end - time.monotonic()) / left)
        report["sets"].append(one)
        if not args.json:
            show(one)
    report["scale"] = [cost(problems[0], args.work, int(rows)) for rows in args.scale.split(",") if rows]
    if not args.json:
        show_scale(report["scale"])
    if args.json:
        print(json.dumps(rounded(report)))
    return 0


def measure(problem: Problem, args: argparse.Namespace, names: list[str], seconds: float) -> dict[str, Any]:
    """One data set's part of the report, within about so many seconds of retraining."""
    say(f"{problem.name}: {len(problem.train)} rows, {len(problem.items)} items; retraining for up to {seconds / 60:.0f} min")
    retrainer = Retrainer(problem, args.work / "retrains")
    run = retrainer.whole(SCORED_SEED)
    seeds = tuple(range(SCORED_SEED, SCORED_SEED + args.seeds))
    truths = gather(retrainer, Wanted(args.subsets, args.groups, args.own, seeds), seconds)
    problem.write(retrainer.folder / "problem.json")
    ran: dict[str, list[Candidate]] = {}
    peaks: dict[str, int] = {}
    failed: dict[str, str] = {}
    for name in names:
        made = score(name, retrainer.folder, run, 60 * args.method_minutes)
        if isinstance(made, str):
            failed[name] = made
            say(f"  {name} did not run: {made}")
        else:
            ran[name], peaks[name] = made
    people = [row.contributor for row in problem.rows]
    report = {**facts(problem, run, truths, args), **compare(truths.by_kind, people, ran), "did_not_run": failed}
    for entry in report["methods"]:
        entry["peak_bytes"] = peaks[entry["method"].split(",")[0]]
    return report


def facts(problem: Problem, run: Path, truths: Truths, args: argparse.Namespace) -> dict[str, Any]:
    """What was measured on."""
    note = json.loads((run / "run.json").read_text())
    groups = truths.by_kind.get(PEOPLE)
    return {
        "set": problem.name,
        "sha256": problem.sha256,
        "base": problem.recipe.base,
        "preset": args.preset,
        "eps": problem.recipe.eps,
        "rows": len(problem.train),
        "items": len(problem.items),
        "contributors": problem.contributors,
        "steps": note["steps"],
        "training_seconds": note["seconds"],
        "test_loss": {"before": sum(note["before"]) / len(note["before"]), "after": sum(note["after"]) / len(note["after"])},
        "retrains_made": truths.made,
        "retrain_seconds": truths.seconds,
        "retrains_missing": truths.missing,
        "groups": None if groups is None else len(groups),
    }


def score(name: str, folder: Path, run: Path, seconds: float) -> tuple[list[Candidate], int] | str:
    """A method's candidates and peak memory, from disk where this very code has made them; else a sentence why not."""
    out = folder / "scores" / f"{name}-{sources()}.npz"
    out.parent.mkdir(exist_ok=True)
    if not out.exists():
        say(f"  scoring by {name}")
        out.with_suffix(".json").unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.attribution.method", name, str(folder / "problem.json"), str(run), str(out)]
        try:
            subprocess.run(command, cwd=PACKAGE, env=os.environ, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            return f"it took longer than {seconds / 60:.1f} minutes (--method-minutes)"
    if not out.exists():
        note = out.with_suffix(".json")
        return json.loads(note.read_text())["failed"] if note.exists() else "its process was killed"
    return read_candidates(out)


def cost(problem: Problem, work: Path, rows: int) -> dict[str, Any]:
    """Seconds and memory of the fast score at so many rows."""
    retrainer = Retrainer(problem, work / "retrains")
    given = [str(retrainer.folder / "problem.json"), str(retrainer.whole(SCORED_SEED)), str(rows)]
    command = [sys.executable, "-m", "bench.attribution.scale", *given]
    made = subprocess.run(command, cwd=PACKAGE, env=os.environ, capture_output=True, text=True, check=False)
    return json.loads(made.stdout.splitlines()[-1]) if made.returncode == 0 else {"rows": rows, "failed": made.stderr[-300:]}


def sources() -> str:
    """A short hash of all code that scores, so that no result of older code is taken for today's."""
    files = [*sorted((PACKAGE / "runner").rglob("*.py")), *sorted((PACKAGE / "bench" / "attribution").glob("*.py"))]
    reporting = {"scale.py", "show.py", "compare.py", "measure.py", "truth.py", "__main__.py"}
    content = b"".join(file.read_bytes() for file in files if file.name not in reporting)
    return hashlib.sha256(content).hexdigest()[:12]


def say(text: str) -> None:
    """Progress, beside the result."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
