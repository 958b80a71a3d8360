"""Compute the figures of a run again from its files alone, and say whether they come out the same.

    python -m runner.recompute RUN_DIR [--tolerance 1e-3] [--retrain] [--json]

RUN_DIR is what `factory run --out` wrote. Its `evidence/` holds what each stage was told (evidence.json) and every file that
went in or came out, under its hash. Each stage is run again by the same recipe in a folder of its own; nothing of the earlier
results is read but to compare. Files whose hash is not their name are refused. `--retrain` trains the adapter again too.

Two results are equal when they have the same form and words, and no number differs by more than the tolerance times the
largest number of its name there (1e-3: sums in another order on another processor stay far below it). Adapters are equal when
their bytes are, else their weights are compared like other numbers. Exit codes: 0 equal, 1 different or failed, 2 bad usage.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging

from runner.blobs import BlobStore, sha256_file
from runner.command import EXIT_INPUT, Parser, refused, say
from runner.errors import RunnerError
from runner.manifest import RunFolder, prepare_run
from runner.model import read_tensors
from runner.schemas import RUN_SPEC

FORMAT = "modelfactory.evidence/1"
WORDS = {
    "baseline": "the answers of the base",
    "training": "the adapter",
    "evaluating": "the answers of the adapter, and the verdict",
    "ability": "general ability outside the task",
    "scoring": "whose rows helped",
}
# Of the clock, not of the data.
NOT_COMPARED = {"seconds", "versions"}


class BadEvidence(Exception):
    """RUN_DIR does not hold what is needed: what is missing, and what to do."""

    def __init__(self, missing: str, fix: str = "Name a folder that `factory run --out` wrote and nobody changed.") -> None:
        super().__init__(missing)
        self.fix = fix


@dataclass(frozen=True)
class Compared:
    """One file, made again. `difference` is relative to the largest number of its name; `where` it is, or what differs."""

    stage: str
    file: str
    equal: bool
    difference: float
    where: str


def recompute(run_dir: Path, tolerance: float, retrain: bool) -> list[Compared]:
    """Every stage again, one result a file. Raises BadEvidence, RunnerError."""
    evidence = read_evidence(run_dir)
    store = BlobStore(run_dir / "evidence" / "blobs")
    found = []
    for stage in WORDS:
        if stage not in evidence["stages"] or (stage == "training" and not retrain):
            continue
        print(f"Computing again: {WORDS[stage]} …", file=sys.stderr)
        spec, wanted = evidence["stages"][stage]["spec"], evidence["stages"][stage]["artifacts"]
        with tempfile.TemporaryDirectory(prefix="recompute-") as folder:
            made = run_again(Path(folder), spec, store)
            for name, sha256 in sorted(wanted.items()):
                if is_compared(name):
                    found.append(compare_files(stage, name, checked(store, sha256), made / name, tolerance))
    return found


def read_evidence(run_dir: Path) -> dict[str, Any]:
    """What each stage of a run was told and left: {stages, contributions}. Raises BadEvidence."""
    path = run_dir / "evidence" / "evidence.json"
    if not path.is_file():
        raise BadEvidence(f"{run_dir} holds no evidence/evidence.json.")
    evidence: dict[str, Any] = json.loads(path.read_bytes())
    if evidence.get("format") != FORMAT:
        raise BadEvidence(f"{path} is of the format {evidence.get('format')}; this version reads {FORMAT}.")
    return evidence


def is_compared(name: str) -> bool:
    """The index of checkpoints names hashes of files that are not kept, the manifest those and the clock's."""
    return name not in ("checkpoints.json", "training_manifest.json")


def checked(store: BlobStore, sha256: str) -> Path:
    """A file of the evidence, hashed again. Raises BadEvidence."""
    try:
        path = store.get(sha256)
    except RunnerError as error:
        raise BadEvidence(f"The file {sha256} is missing from evidence/blobs.") from error
    if sha256_file(path) != sha256:
        raise BadEvidence(f"The file {sha256} of evidence/blobs was changed: its hash is another one.")
    return path


def run_again(folder: Path, spec: dict[str, Any], store: BlobStore) -> Path:
    """Run a recipe on the evidence's files; answers with its artifacts' folder."""
    inputs = {name: checked(store, sha256) for name, sha256 in spec["inputs"].items() if sha256}
    prepare_run(folder, RUN_SPEC.validate_python(spec), inputs)
    own = BlobStore(folder / "blobs")
    # What an index among the inputs refers to.
    for sha256 in referred(inputs):
        if store.has(sha256):
            own.put_file(checked(store, sha256))
    recipe = getattr(importlib.import_module(f"runner.recipes.{spec['recipe']}"), spec["recipe"])
    with RunFolder(folder) as run:
        recipe(run)
    return folder / "artifacts"


def referred(inputs: dict[str, Path]) -> Iterator[str]:
    """Hashes of the checkpoints that a checkpoint index names."""
    if "checkpoints" in inputs:
        for entry in json.loads(inputs["checkpoints"].read_bytes())["checkpoints"]:
            yield entry["sha256"]


def compare_files(stage: str, name: str, before: Path, after: Path, tolerance: float) -> Compared:
    """The file as it was and as it was made again."""
    if not after.is_file():
        return Compared(stage, name, False, float("inf"), "it was not made again")
    if before.read_bytes() == after.read_bytes():
        return Compared(stage, name, True, 0.0, "every byte")
    if name.endswith(".safetensors"):
        numbers = [tensors(before), tensors(after)]
    elif name.endswith(".json"):
        numbers = [flat(json.loads(path.read_bytes())) for path in (before, after)]
    else:
        return Compared(stage, name, False, float("inf"), "its bytes")
    return compare_numbers(stage, name, numbers[0], numbers[1], tolerance)


def tensors(path: Path) -> list[tuple[str, str, Any]]:
    """(place, name, value) of each weight's tensor."""
    return [(name, name, tensor) for name, tensor in sorted(read_tensors(path).items())]


def flat(value: Any, place: str = "", name: str = "") -> list[tuple[str, str, Any]]:
    """(place, name, value) of everything in a JSON value; a list's members have the list's name."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) if key not in NOT_COMPARED for leaf in flat(value[key], f"{place}.{key}", key)]
    if isinstance(value, list):
        return [leaf for k, each in enumerate(value) for leaf in flat(each, f"{place}[{k}]", name)]
    return [(place.removeprefix("."), name, value)]


def compare_numbers(
    stage: str, file: str, before: list[tuple[str, str, Any]], after: list[tuple[str, str, Any]], tolerance: float
) -> Compared:
    """Numbers within the tolerance of their name's scale; everything else the same."""
    if [place for place, _, _ in before] != [place for place, _, _ in after]:
        return Compared(stage, file, False, float("inf"), "its form")
    scale: dict[str, float] = {}
    for _, name, value in before:
        if is_number(value):
            scale[name] = max(scale.get(name, 0.0), largest(value))
    worst, where = 0.0, ""
    for (place, name, old), (_, _, new) in zip(before, after, strict=True):
        if not (is_number(old) and is_number(new)):
            if old != new:
                return Compared(stage, file, False, float("inf"), f"{place}: {old!r} and {new!r}")
            continue
        difference = largest(old - new) / scale[name] if scale[name] else largest(new)
        if not difference <= worst:
            worst, where = difference, place
    return Compared(stage, file, worst <= tolerance, worst, where or "all but the seconds it took")


def is_number(value: Any) -> bool:
    """A number or a tensor of them; true and false are words."""
    return isinstance(value, int | float | torch.Tensor) and not isinstance(value, bool)


def largest(value: Any) -> float:
    """The largest absolute value."""
    return float(value.abs().max()) if isinstance(value, torch.Tensor) else abs(float(value))


def main() -> int:
    """The command."""
    parser = Parser(prog="recompute", description="Compute a run's figures again from its files alone.")
    parser.add_argument("run_dir", type=Path, metavar="RUN_DIR")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--retrain", action="store_true", help="train the adapter again too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    try:
        found = recompute(given.run_dir.resolve(), given.tolerance, given.retrain)
    except BadEvidence as error:
        say("EVIDENCE", str(error), error.fix)
        return EXIT_INPUT
    except RunnerError as error:
        return refused(error)
    equal = all(each.equal for each in found)
    if given.json:
        print(json.dumps({"equal": equal, "tolerance": given.tolerance, "files": [asdict(each) for each in found]}))
        return 0 if equal else 1
    for each in found:
        word = "equal    " if each.equal else "DIFFERENT"
        print(f"{word}  {each.stage:10}  {each.file:26}  by at most {each.difference:.1e} ({each.where})")
    print(f"{'Equal' if equal else 'Different'} within {given.tolerance:g}.")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
