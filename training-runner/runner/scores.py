"""What each training row does to each question [questions, rows]: whole in memory, or made block by block from sketches.

Every method takes `items`, a mask [questions] of those asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from runner.sketch import SketchTable

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Scores(Protocol):
    """Nats per answer token of each question's loss, positive = helped."""

    def blocks(self, items: Mask) -> Iterator[tuple[int, Floats]]:
        """(number of the first row, [asked questions, rows of the block]), all rows once and in order."""


@dataclass(frozen=True)
class WholeScores:
    """[questions, rows] in memory."""

    per_item: Floats

    def blocks(self, items: Mask) -> Iterator[tuple[int, Floats]]:
        """All rows at once."""
        yield 0, self.per_item[items]


@dataclass(frozen=True)
class SketchedScores:
    """Of each checkpoint the sketches and the questions' weights on them; the mean over checkpoints is made when it is read."""

    parts: Sequence[tuple[SketchTable, torch.Tensor]]
    rows: int
    block_rows: int

    def blocks(self, items: Mask) -> Iterator[tuple[int, Floats]]:
        """At most `block_rows` rows at a time."""
        asked = torch.from_numpy(np.flatnonzero(items))
        readers = [table.blocks(0, self.rows, self.block_rows) for table, _ in self.parts]
        chosen = [weights[asked] for _, weights in self.parts]
        for found in zip(*readers, strict=True):
            summed = sum(weights @ block.T for weights, (_, block) in zip(chosen, found, strict=True))
            assert isinstance(summed, torch.Tensor)
            yield found[0][0], summed.double().numpy() / self.rows / len(self.parts)


def row_values(scores: Scores, items: Mask) -> Floats:
    """The mean over questions [rows]."""
    return np.concatenate([block.mean(0) for _, block in scores.blocks(items)])


def group_sums(scores: Scores, items: Mask, groups: Sequence[str]) -> dict[str, Floats]:
    """Of each group the sum of its rows [asked questions]; `groups` names the group of each row."""
    sums: dict[str, Floats] = defaultdict(lambda: np.zeros(int(items.sum())))
    for start, block in scores.blocks(items):
        names = np.array(groups[start : start + block.shape[1]])
        for name in np.unique(names):
            sums[str(name)] += block[:, names == name].sum(1)
    return dict(sums)


def strongest(scores: Scores, items: Mask, clusters: Sequence[str], sign: int, most: int) -> tuple[list[int], Floats]:
    """Rows among which are, for each question, its `most` strongest of one sign from different clusters, and their scores."""
    best: list[dict[str, tuple[float, int]]] = [{} for _ in range(int(items.sum()))]
    for start, block in scores.blocks(items):
        for question, values in zip(best, block * sign, strict=True):
            for k in np.argsort(-values, kind="stable"):
                value, cluster = float(values[k]), clusters[start + int(k)]
                full = len(question) == most
                if value <= 0 or (full and value <= min(question.values())[0]):
                    break
                if cluster in question and question[cluster][0] >= value:
                    continue
                if full and cluster not in question:
                    del question[min(question, key=lambda name: question[name][0])]
                question[cluster] = (value, start + int(k))
    rows = sorted({row for question in best for _, row in question.values()})
    wanted = np.array(rows, dtype=int)
    found = np.zeros((len(best), len(rows)))
    for start, block in scores.blocks(items):
        inside = (wanted >= start) & (wanted < start + block.shape[1])
        found[:, inside] = block[:, wanted[inside] - start]
    return rows, found
