"""Estimate whose rows helped and whose hurt, from the checkpoints of a training.

    python -m runner.recipes.influence RUN_DIR

Methods damped-fisher/1 (exact gradients) and projected-fisher/1 (bases from 100 M parameters: gradients projected to 16
random columns on the wide side of each factor, and the selected checkpoint alone, so that it takes minutes; trust large effects
only). At each checkpoint of the trajectory's second half (at most four), G [N, P] holds the gradients of the N training rows'
losses and T [M, P] those of the test items', each loss a mean per answer token. F = G'G / N is the empirical Fisher matrix, and

    S = T (F + lambda I)^-1 G' = C (K / N + lambda I)^-1,   K = GG' [N, N],   C = TG' [M, N],   lambda = c * tr(F) / N.

The right-hand form is exact and needs only N x N numbers. S / N, averaged over checkpoints, is the first-order change of each
test item's loss were the row left out: nats per answer token, positive = helped. F has rank at most N, so lambda is scaled by
tr(F) / N; c = 0.5 lies in the plateau 0.3-1 found on retrained subsets. Where N x N numbers would not fit into the memory that
is set (`memory_mb`), gradients are kept as sketches of 2,048 numbers in a file and the left-hand form is used: method
sketched-fisher/1 (runner/sketch.py), whose memory follows that setting and not the rows.

The trajectory ends at the selected checkpoint. In its first half every row is credited with the answers' form, which the others
would have taught as well: compared with retrains without a contributor, the second half ordered contributors as well or better
and saw wrong answers as harmful more often, at the price of the order of single rows. So totals are to be read before rows.

Totals are over the sealed test items only, each group's own items among them: what review let into the test counts as right, so
wrong test items reward wrong rows like them. `others` gives the same total on the items of other groups (null under 20 of
them): free of that, but rows that teach one answer make the others less likely, so there honest groups look harmful. The app
claims a sign only where the two do not contradict each other. Their interval:
five seeded redraws of the sealed part, each leaving out another fifth of it, 400 bootstrap samples of items from each; 2.5 and
97.5 percentiles of all 2,000. It holds for other questions of this kind, not for another training seed. A sign is given only when
the interval excludes zero. Example rows come from the shown items only, at most one for each cluster and each question.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from runner import bases
from runner.data import Row, collate, encode_rows, read_rows
from runner.errors import ErrorCode, RunnerError
from runner.gradients import COLUMNS, Gradients, GradientTable
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import load_lora, parameters, prepare, read_adapter_config, read_tensors, row_losses, set_state
from runner.progress import Progress
from runner.resume import part
from runner.schemas import InfluenceSpec
from runner.scores import Scores, SketchedScores, WholeScores, group_sums, row_values, strongest
from runner.sketch import DIMENSIONS, SketchTable

DAMPING = 0.5
CHECKPOINTS = 4
PROJECTED_CHECKPOINTS = 1
# K, its damped copy and the factors of the solve, in float64.
DUAL_BYTES = 3 * 8
# Of the memory set, a block of sketches takes so small a part: several are held at once.
BLOCK_SHARE = 16
REDRAWS, DRAWS = 5, 400
EXAMPLES = 5
FEWEST_OTHERS = 20
INTERVAL = (
    "95 %: bootstrap over sealed test items (400 draws in each of 5 seeded redraws of the sealed part, each without another "
    "fifth of it). For other questions of this kind; not for another training seed."
)


def influence(folder: RunFolder) -> None:
    """Score every training row.

    Errors: RELOAD_MISMATCH, CHECKPOINT_MISSING, INPUT_FORMAT, CONFIG_RANGE, those of bases and model.
    """
    assert isinstance(folder.spec, InfluenceSpec)
    config = folder.spec.config
    began = time.monotonic()
    device = prepare()
    damping = DAMPING if config.damping == "auto" else config.damping

    # What was trained, and the questions
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    index = json.loads(folder.input("checkpoints").read_bytes())
    rows, train = encode_rows(tokenizer, config.task, read_rows(folder.input("train")), index["max_length"])
    test_rows, test = encode_rows(tokenizer, config.task, read_rows(folder.input("test")), base.context_length)
    sealed = np.array([row.sealed for row in test_rows], dtype=bool)
    selected = index["selected_step"]
    most = PROJECTED_CHECKPOINTS if base.is_bf16 else CHECKPOINTS
    used = [entry for entry in index["checkpoints"] if selected / 2 <= entry["step"] <= selected][-most:]
    if not used:
        raise RunnerError(ErrorCode.CHECKPOINT_MISSING, "The training kept no checkpoint to score from. Train again.")
    if not sealed.any():
        raise RunnerError(ErrorCode.INPUT_FORMAT, "The test has no sealed items, and influence is totalled on those only.")

    # S / N, averaged over checkpoints
    rank, alpha = read_adapter_config(folder.input("adapter_config"))
    model = load_lora(base, rank, alpha, 0, device).eval()
    columns = COLUMNS if base.is_bf16 else None
    memory_bytes = int(config.memory_mb * 2**20)
    is_sketched = not fits_dual(len(train), memory_bytes)
    progress = Progress(folder, len(used) * (len(train) + len(test)), "gradients")
    reload: list[dict[str, Any]] = []

    def fill(table: Gradients, entry: dict[str, Any]) -> None:
        set_state(model, part(read_tensors(folder.blob(entry["sha256"])), "weights/"))
        reload.append(check_reload(model, entry, train, base.dtype))
        for parameter in parameters(model).values():
            parameter.requires_grad_(True)
        table.fill(model, train, 0, device, progress)
        table.fill(model, test, len(train), device, progress)

    scores: Scores
    if is_sketched:
        block_rows = rows_of_block(memory_bytes)
        parts = []
        for entry in used:
            sketches = SketchTable(model, len(train) + len(test), folder.path, columns)
            fill(sketches, entry)
            parts.append((sketches, sketches.weights(len(train), damping, block_rows)))
        scores = SketchedScores(parts, len(train), block_rows)
    else:
        table = GradientTable(model, len(train) + len(test), folder.path, memory_bytes, columns)
        per_item = torch.zeros(len(test), len(train), dtype=torch.float64)
        for entry in used:
            fill(table, entry)
            per_item += damped_fisher(*table.products(len(train)), damping) / len(train) / len(used)
        scores = WholeScores(per_item.numpy())

    # Totals on the sealed items, examples from the shown ones
    asked = [row for row in test_rows if row.sealed]
    people, files = [row.contributor for row in rows], [row.contribution for row in rows]
    of_people, of_files = [row.contributor for row in asked], [row.contribution for row in asked]
    datanets, of_datanets = [row.datanet for row in rows], [row.datanet for row in asked]
    values = row_values(scores, sealed)
    shown = [row for row in test_rows if not row.sealed]
    report = {
        "format": "modelfactory.influence/1",
        "method": "sketched-fisher/1" if is_sketched else "damped-fisher/1" if columns is None else "projected-fisher/1",
        "projection": None if columns is None else {"columns": columns, "seed": 1, "stored": "float16"},
        **({"sketch": {"dimensions": DIMENSIONS, "seed": 2, "stored": "float16"}} if is_sketched else {}),
        "unit": "nats per answer token of test loss, positive = helped",
        "estimate": True,
        "damping": damping,
        "checkpoints": [entry["step"] for entry in used],
        "interval": INTERVAL,
        "items": {"sealed": int(sealed.sum()), "shown": int((~sealed).sum())},
        "contributors": totals(people, of_people, group_sums(scores, sealed, people)),
        "contributions": totals(files, of_files, group_sums(scores, sealed, files)),
        # Rows that name no Datanet leave the list empty.
        "datanets": totals(datanets, of_datanets, group_sums(scores, sealed, datanets)) if any(datanets) else [],
        "rows": [{"id": row.id, "value": float(value)} for row, value in zip(rows, values, strict=True)],
        "examples": {
            name: examples(
                rows, shown, *strongest(scores, ~sealed, [row.cluster or row.id for row in rows], sign, EXAMPLES), sign
            )
            for name, sign in (("helped", 1), ("hurt", -1))
        },
        "reload": reload,
        "seconds": round(time.monotonic() - began, 2),
    }
    folder.finish({"influence.json": folder.write_artifact("influence.json", canonical(report))})


def fits_dual(rows: int, memory_bytes: int) -> bool:
    """Whether so many training rows are scored from their inner products; else from sketches."""
    return DUAL_BYTES * rows**2 <= memory_bytes


def rows_of_block(memory_bytes: int) -> int:
    """Sketches that are read at once."""
    return max(1, memory_bytes // (BLOCK_SHARE * 4 * DIMENSIONS))


@torch.no_grad()
def check_reload(model: Any, entry: dict[str, Any], train: Sequence[Any], dtype: torch.dtype) -> dict[str, Any]:
    """The logged loss of the checkpoint's own training batch, computed again. Raises RELOAD_MISMATCH beyond the tolerance.

    The same batch in the same shape, so only a wrong file, row or base can move it: 1e-4 nats, 1e-2 with a bfloat16 base.
    """
    tolerance = 1e-2 if dtype == torch.bfloat16 else 1e-4
    if max(entry["train_batch"]) >= len(train):
        raise RunnerError(ErrorCode.RELOAD_MISMATCH, "The rows given are not the rows this adapter was trained on.")
    device = next(model.parameters()).device
    batch = collate([train[i] for i in entry["train_batch"]], device)
    reproduced = float(row_losses(model, batch).mean())
    difference = abs(reproduced - entry["train_loss"])
    if not difference <= tolerance:
        raise RunnerError(
            ErrorCode.RELOAD_MISMATCH,
            f"The checkpoint of step {entry['step']} gives a loss of {reproduced:.5f} where the training logged "
            f"{entry['train_loss']:.5f}. The rows, the base model or the checkpoint differ from those of the training, so "
            "nothing is scored.",
        )
    return {"step": entry["step"], "logged": entry["train_loss"], "reproduced": reproduced, "difference": difference}


def damped_fisher(own: torch.Tensor, cross: torch.Tensor, damping: float) -> torch.Tensor:
    """S = C (K / N + lambda I)^-1 with lambda = damping * tr(F) / N and tr(F) = tr(K) / N; float64 [M, N]."""
    n = len(own)
    level = damping * own.trace() / n / n
    damped = own / n + level * torch.eye(n, dtype=own.dtype)
    # K is symmetric: solving from the left gives the transpose.
    return torch.linalg.solve(damped, cross.T).T


def totals(groups: Sequence[str], items: Sequence[str], sums: dict[str, NDArray[np.float64]]) -> list[dict[str, Any]]:
    """Each group's total, largest first, with its interval and its sign ("0" when zero is inside).

    `groups` names the group of each training row [N], `items` that of each test item [M]; `sums` has each group's sum by item.
    """
    found = []
    for name, count in sorted(Counter(groups).items()):
        by_item = sums[name]
        others = by_item[np.array([item != name for item in items], dtype=bool)]
        found.append(
            {
                "id": name,
                "rows": count,
                **total(by_item),
                "others": total(others) if len(others) >= FEWEST_OTHERS else None,
            }
        )
    return sorted(found, key=lambda group: -float(str(group["value"])))


def total(by_item: NDArray[np.float64]) -> dict[str, Any]:
    """Mean over items with its interval and sign."""
    low, high = np.percentile(resample(by_item), [2.5, 97.5])
    sign = "+" if low > 0 else "-" if high < 0 else "0"
    return {"value": float(by_item.mean()), "low": float(low), "high": float(high), "sign": sign, "items": len(by_item)}


def resample(by_item: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bootstrap means [redraws * draws] of item values [items]; the module's text says how."""
    items = len(by_item)
    folds = np.random.default_rng(0).permutation(items) % REDRAWS
    means = []
    for redraw in range(REDRAWS):
        kept = by_item[folds != redraw] if items >= REDRAWS else by_item
        picks = np.random.default_rng(redraw + 1).integers(0, len(kept), (DRAWS, len(kept)))
        means.append(kept[picks].mean(axis=1))
    return np.concatenate(means)


def examples(
    rows: Sequence[Row], items: Sequence[Row], candidates: Sequence[int], per_item: NDArray[np.float64], sign: int
) -> list[dict[str, Any]]:
    """The strongest row-question pairs of one sign, at most one for each cluster of rows and each question.

    `candidates` are the numbers of the rows that `per_item` [items, candidates] is about.
    """
    chosen: list[dict[str, Any]] = []
    clusters: set[str] = set()
    questions: set[str] = set()
    for flat in np.argsort(-sign * per_item, axis=None, kind="stable"):
        item, index = divmod(int(flat), len(candidates))
        value, row = float(per_item[item, index]), rows[candidates[index]]
        cluster = row.cluster or row.id
        if value * sign <= 0 or len(chosen) == EXAMPLES:
            break
        if cluster not in clusters and items[item].id not in questions:
            clusters.add(cluster)
            questions.add(items[item].id)
            chosen.append({"id": row.id, "value": value, "test_id": items[item].id})
    return chosen


if __name__ == "__main__":
    run_recipe(influence)
