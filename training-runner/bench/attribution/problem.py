"""What is attributed: training rows with their contributors, and held-out test items, as words and as tokens."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runner import bases
from runner.bases import Base
from runner.configs import Task
from runner.data import MIN_TRAINING_ROWS, common_prefix, encode_rows, plan
from runner.data import Row as TrainRow
from runner.template import Encoded

TASK = Task(goal="answer")
FEWEST_ITEMS = 5
FEWEST_CONTRIBUTORS = 2


class DataProblem(Exception):
    """The data cannot be used; the message is a sentence for whoever gave them."""


@dataclass(frozen=True)
class Row:
    """One example as it was given."""

    prompt: str
    answer: str
    contributor: str


@dataclass(frozen=True)
class Recipe:
    """How every retrain trains: lora_sft's loop with a preset's values."""

    base: str
    rank: int
    alpha: int
    learning_rate: float
    epochs: int
    batch_size: int
    max_length: int
    warmup_ratio: float
    gradient_clip: float
    eps: float


@dataclass(frozen=True)
class Problem:
    """`train[i]` are the tokens of `rows[i]`, `items[j]` those of `questions[j]`."""

    name: str
    recipe: Recipe
    rows: list[Row]
    questions: list[Row]
    train: list[Encoded]
    items: list[Encoded]

    @property
    def contributors(self) -> list[str]:
        """Everyone among the training rows, in alphabetical order."""
        return sorted({row.contributor for row in self.rows})

    @property
    def shared(self) -> int:
        """First tokens that every row and item has."""
        return common_prefix([*self.train, *self.items])

    @property
    def sha256(self) -> str:
        """Of everything a retrain's result depends on but its subset and seed."""
        content = [asdict(self.recipe), bases.find(self.recipe.base).base_hash, *map(asdict, [*self.train, *self.items])]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def steps(self, rows: int) -> int:
        """Optimizer steps of a training on so many rows."""
        return plan(rows, self.recipe.epochs, self.recipe.batch_size)[1]

    def write(self, path: Path) -> None:
        """As JSON, for the processes that score."""
        path.write_text(json.dumps(asdict(self)))


def read_problem(path: Path) -> Problem:
    """What `write` wrote."""
    content = json.loads(path.read_text())
    return Problem(
        content["name"],
        Recipe(**content["recipe"]),
        [Row(**row) for row in content["rows"]],
        [Row(**row) for row in content["questions"]],
        [Encoded(**row) for row in content["train"]],
        [Encoded(**row) for row in content["items"]],
    )


def recipe_of(base: Base, preset: str, eps: float) -> Recipe:
    """A preset's values; early stop and trials of rates are left out, so that every retrain takes its full steps."""
    fields = Recipe.__dataclass_fields__.keys() - {"base", "eps"}
    return Recipe(base=base.id, eps=eps, **{name: base.presets[preset][name] for name in fields})


def make_problem(name: str, rows: Sequence[Row], recipe: Recipe, count: int, items: int, seed: int) -> Problem:
    """Draw `items` test items and then up to `count` training rows from all rows, by the seed alone.

    Raises DataProblem when too few rows or contributors are left.
    """
    drawn = list(rows)
    random.Random(seed).shuffle(drawn)
    tokenizer = bases.load_tokenizer(bases.find(recipe.base))
    numbered = [TrainRow(id=str(k), prompt=row.prompt, answer=row.answer) for k, row in enumerate(drawn)]
    kept, tokens = encode_rows(tokenizer, TASK, numbered, recipe.max_length)
    usable = [drawn[int(row.id)] for row in kept]
    if items < FEWEST_ITEMS or len(usable) < items + MIN_TRAINING_ROWS:
        raise DataProblem(
            f"{name}: {len(usable)} usable rows are too few for {items} test items (at least {FEWEST_ITEMS}) "
            f"and {MIN_TRAINING_ROWS} training rows. Give more rows or fewer --items."
        )
    end = items + count
    made = Problem(name, recipe, usable[items:end], usable[:items], tokens[items:end], tokens[:items])
    if len(made.contributors) < FEWEST_CONTRIBUTORS:
        raise DataProblem(
            f"{name}: all rows are by {made.contributors[0]!r}; at least {FEWEST_CONTRIBUTORS} contributors are needed."
        )
    return made


def read_rows(path: Path, contributors: str | None) -> list[Row]:
    """Rows of a .jsonl or .csv file with the columns prompt, answer and the contributors' one, or of a folder of .csv files.

    In a folder each file is by the contributor it is named after. Raises DataProblem with file, line and column.
    """
    if path.is_dir():
        files = sorted(path.glob("*.csv"))
        if not files:
            raise DataProblem(f"The folder {path} holds no .csv files.")
        return [row for file in files for row in rows_of(file, table(file), None)]
    if not path.is_file():
        raise DataProblem(f"There is no file {path}.")
    if contributors is None:
        raise DataProblem(f"Say which column of {path.name} names the contributor: --contributors COLUMN.")
    return rows_of(path, table(path), contributors)


def table(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """(line, values) of each record."""
    try:
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8-sig") as file:
                reader = csv.DictReader(file)
                return [(reader.line_num, dict(row)) for row in reader]
        if path.suffix not in (".jsonl", ".ndjson"):
            raise DataProblem(f"{path.name} is neither .jsonl nor .csv.")
        found = []
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
            if line.strip():
                try:
                    values = json.loads(line)
                except ValueError as error:
                    raise DataProblem(f"Line {number} of {path.name} is not JSON: {error}.") from error
                if not isinstance(values, dict):
                    raise DataProblem(f"Line {number} of {path.name} is not an object with prompt and answer.")
                found.append((number, values))
        return found
    except UnicodeDecodeError as error:
        raise DataProblem(f"{path.name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error


def rows_of(path: Path, records: Sequence[tuple[int, dict[str, Any]]], contributors: str | None) -> list[Row]:
    """Every record as a row; the contributor is the column's value, or the file's name where there is no column."""
    if not records:
        raise DataProblem(f"{path.name} holds no rows.")
    wanted = ["prompt", "answer", *([contributors] if contributors else [])]
    rows = []
    for line, values in records:
        for column in wanted:
            text = values.get(column)
            if not isinstance(text, str | int | float) or not str(text).strip():
                raise DataProblem(
                    f"Line {line} of {path.name} has no {column}. Its columns are: {', '.join(str(key) for key in values)}."
                )
        prompt, answer, *name = (str(values[column]).strip() for column in wanted)
        rows.append(Row(prompt, answer, name[0] if name else path.stem))
    return rows
