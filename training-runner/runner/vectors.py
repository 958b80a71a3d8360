"""Arithmetic on stored vectors: nearest earlier rows and a map, in bounded memory and without torch."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runner.embedding_schemas import MAX_COMPARED, MAX_DRAWN
from runner.errors import ErrorCode, RunnerError
from runner.minilm import DIMENSIONS

BLOCK_ROWS = 4096
NEIGHBOURS = 10

Floats = npt.NDArray[np.float32]


class Rows:
    """Several files of float16 rows as one long matrix that is read piece by piece."""

    def __init__(self, paths: list[Path]) -> None:
        sizes = [path.stat().st_size for path in paths]
        if any(size % (2 * DIMENSIONS) for size in sizes):
            raise bad(f"a file is not a whole number of rows of {DIMENSIONS} float16 values")
        self.files = [
            np.memmap(path, dtype="<f2", mode="r").reshape(-1, DIMENSIONS) if n else None
            for path, n in zip(paths, sizes, strict=True)
        ]
        self.starts = np.cumsum([0, *(size // (2 * DIMENSIONS) for size in sizes)])
        self.total = int(self.starts[-1])

    def blocks(self, first: int, end: int) -> Iterator[tuple[int, Floats]]:
        """(number of the first row, float32 rows) of at most BLOCK_ROWS, from `first` up to `end`."""
        for start, file in zip(self.starts, self.files, strict=False):
            if file is None or start >= end or start + len(file) <= first:
                continue
            for at in range(max(first - start, 0), min(len(file), end - start), BLOCK_ROWS):
                rows = np.asarray(file[at : min(at + BLOCK_ROWS, end - start)], dtype=np.float32)
                if not np.isfinite(rows).all():
                    raise bad("a value is not a number")
                yield int(start + at), rows


def bad(reason: str) -> RunnerError:
    """The vectors cannot be used."""
    return RunnerError(ErrorCode.INPUT_FORMAT, f"The stored vectors cannot be used: {reason}. Make them again.")


def nearest(paths: list[Path], first: int, count: int, skip: str | None) -> list[dict[str, Any]]:
    """For each asked row the earlier row of highest cosine, the earliest of equals. Exact; time is count x rows before.

    Raises INPUT_FORMAT, or CONFIG_RANGE for more rows than can be compared or for rows that are not there.
    """
    rows = Rows(paths)
    if rows.total > MAX_COMPARED or first + count > rows.total:
        message = f"Of {rows.total} rows, {first} to {first + count - 1} cannot be compared; at most {MAX_COMPARED} rows are."
        raise RunnerError(ErrorCode.CONFIG_RANGE, message)
    is_skipped = bits(skip, rows.total)
    asked = np.concatenate([block for _, block in rows.blocks(first, first + count)])
    numbers = np.arange(first, first + count)
    best, best_row = np.full(count, -np.inf, np.float32), np.full(count, -1)
    for start, block in rows.blocks(0, first + count):
        likeness = asked @ block.T
        others = np.arange(start, start + len(block))
        likeness[:, is_skipped[others]] = -np.inf
        if start + len(block) > first:
            likeness[others[None, :] >= numbers[:, None]] = -np.inf
        at = likeness.argmax(1)
        found = likeness[np.arange(count), at]
        is_better = found > best
        best[is_better], best_row[is_better] = found[is_better], others[at[is_better]]
    return [
        {"row": int(row), "cosine": round(float(cosine), 4)} if row >= 0 else {"row": None, "cosine": None}
        for row, cosine in zip(best_row, best, strict=True)
    ]


def bits(text: str | None, total: int) -> npt.NDArray[np.bool_]:
    """One boolean a row from base64 of bits, lowest first; what is not told is False."""
    try:
        raw = np.frombuffer(base64.b64decode(text or "", validate=True), dtype=np.uint8)
    except ValueError as error:
        raise RunnerError(ErrorCode.INVALID_REQUEST, "skip is not base64.") from error
    told = np.unpackbits(raw, bitorder="little")[:total].astype(bool)
    return np.concatenate([told, np.zeros(total - len(told), dtype=bool)])


def draw(path: Path) -> dict[str, Any]:
    """The rows on their first two principal components, each turned so that its largest loading is positive.

    Components are the eigenvectors of the covariance in float64, so equal bytes give equal points on one machine and
    points equal to the four digits returned on others, unless two components explain the same.
    """
    rows = Rows([path])
    if rows.total > MAX_DRAWN:
        raise RunnerError(ErrorCode.CONFIG_RANGE, f"A map takes at most {MAX_DRAWN} rows, not {rows.total}.")
    blocks = [block for _, block in rows.blocks(0, rows.total)]
    full = np.concatenate(blocks) if blocks else np.zeros((0, DIMENSIONS), np.float32)
    if len(full) < 2:
        return {"points": [(0.0, 0.0)] * len(full), "explained": (0.0, 0.0), "kept_neighbours": None}
    centred = full.astype(np.float64) - full.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, [-1, -2]]
    axes *= np.sign(axes[np.abs(axes).argmax(0), [0, 1]])
    points = (centred @ axes).round(4) + 0.0
    whole = max(float(values.sum()), 1e-12)
    return {
        "points": [(float(x), float(y)) for x, y in points],
        "explained": tuple(round(max(float(values[-k]), 0.0) / whole, 4) for k in (1, 2)),
        "kept_neighbours": kept_neighbours(full, points.astype(np.float32)),
    }


def kept_neighbours(full: Floats, points: Floats) -> float | None:
    """How much of what is near stays near on the map, 0 to 1; by chance it is NEIGHBOURS / (rows - 1)."""
    if len(full) < NEIGHBOURS + 2:
        return None
    near = [closest(matrix) for matrix in (full, points)]
    same = sum(len(np.intersect1d(a, b)) for a, b in zip(*near, strict=True))
    return round(same / (NEIGHBOURS * len(full)), 4)


def closest(matrix: Floats) -> npt.NDArray[np.int64]:
    """Each row's NEIGHBOURS nearest other rows by distance."""
    squares = (matrix**2).sum(1)
    distance = squares[:, None] + squares[None, :] - 2 * (matrix @ matrix.T)
    np.fill_diagonal(distance, np.inf)
    return np.argpartition(distance, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
