import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runner.configs import Task
from runner.data import Row, collate, encode_rows
from runner.gradients import GradientTable, lora_layers
from runner.model import load_lora, parameters, prepare, row_losses
from runner.recipes.influence import EXAMPLES, damped_fisher, examples, resample, totals
from runner.scores import SketchedScores, WholeScores, group_sums, row_values, strongest
from runner.sketch import SketchTable
from tests.micro import TASK, Bench, Finished, jsonl, label_rows

# Two who answer rightly, one whose every label is the next one's.
TRAIN = [*label_rows(60, 1, "a", "ann"), *label_rows(60, 5, "b", "bob"), *label_rows(40, 4, "c", "eve", wrong=True)]
VALIDATION, TEST = label_rows(30, 2, "v"), label_rows(90, 3, "e")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def trained(bench: Bench) -> Finished:
    return bench.train(TRAIN, VALIDATION, epochs=20, seed=5)


def scored(
    bench: Bench, trained: Finished, train: list[Row] = TRAIN, memory_mb: float | None = None, **inputs: bytes
) -> Finished:
    given: dict[str, bytes | Path] = {"train": jsonl(train), "test": jsonl(TEST)}
    given |= {"checkpoints": trained.file("checkpoints.json"), "adapter_config": trained.file("adapter_config.json")}
    return bench.run("influence", {"task": TASK, **({"memory_mb": memory_mb} if memory_mb else {})}, {**given, **inputs})


def grouped(per_item: Any, groups: list[str]) -> dict[str, Any]:
    return group_sums(WholeScores(per_item), np.ones(len(per_item), dtype=bool), groups)


@pytest.fixture(scope="module")
def report(bench: Bench, trained: Finished) -> dict[str, Any]:
    return dict(scored(bench, trained).json("influence.json"))


@pytest.fixture(scope="module")
def model(bench: Bench) -> Any:
    base, _ = bench.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        made = load_lora(base, 4, 8, 0, prepare())
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in parameters(made).values():
            parameter.copy_(torch.randn_like(parameter) * 0.1)
    return made.eval()


def test_per_example_gradients_are_those_of_autograd(bench: Bench, model: Any, tmp_path: Path) -> None:
    _, tokenizer = bench.load()
    _, items = encode_rows(tokenizer, Task.model_validate(TASK), TRAIN[:40], 128)
    in_memory = GradientTable(model, 40, tmp_path)
    on_disk = GradientTable(model, 40, tmp_path, memory_bytes=1)
    counted: list[int] = []
    for table in (in_memory, on_disk):
        table.fill(model, items, 0, torch.device("cpu"), counted.append)
    assert sum(counted) == 80
    layers = dict(lora_layers(model))
    assert sum(layer.weight.numel() for layer in layers.values()) == sum(p.numel() for p in parameters(model).values())
    for index in (0, 7, 39):
        loss = row_losses(model, collate([items[index]]))[0]
        exact = torch.autograd.grad(loss, [layer.weight for layer in layers.values()])
        for name, gradient in zip(layers, exact, strict=True):
            found = in_memory.layers[name][index].view_as(gradient)
            assert (found - gradient).abs().max() < 1e-6 * max(1.0, float(gradient.abs().max()))
            assert torch.equal(in_memory.layers[name], on_disk.layers[name])


def test_the_dual_form_is_the_damped_inverse_written_out() -> None:
    draw = torch.Generator().manual_seed(0)
    train = torch.randn(30, 12, generator=draw, dtype=torch.float64)
    test = torch.randn(5, 12, generator=draw, dtype=torch.float64)
    fisher = train.T @ train / 30
    level = 0.5 * fisher.trace() / 30
    expected = test @ torch.linalg.inv(fisher + level * torch.eye(12, dtype=torch.float64)) @ train.T
    assert torch.allclose(damped_fisher(train @ train.T, test @ train.T, 0.5), expected)


def test_wrong_answers_hurt_and_right_ones_help(report: dict[str, Any]) -> None:
    signs = {group["id"]: group["sign"] for group in report["contributors"]}
    assert signs == {"ann": "+", "bob": "+", "eve": "-"}
    assert [group["id"] for group in report["contributors"]][-1] == "eve"
    for group in report["contributors"]:
        assert group["low"] <= group["value"] <= group["high"]
    rows = {row["id"]: row["value"] for row in report["rows"]}
    assert sum(rows[f"c{k}"] for k in range(40)) == pytest.approx(report["contributors"][-1]["value"])
    assert report["contributions"][-1]["id"] == "eve.csv"


def test_rows_of_several_datanets_are_totalled_by_datanet(bench: Bench, trained: Finished, report: dict[str, Any]) -> None:
    assert report["datanets"] == []
    joined = [replace(row, datanet="two" if row.contributor == "eve" else "one") for row in TRAIN]
    asked = jsonl([replace(row, datanet="one") for row in TEST])
    found = scored(bench, trained, joined, test=asked).json("influence.json")
    sums = {group["id"]: group["value"] for group in report["contributors"]}
    assert [(group["id"], group["rows"], group["sign"]) for group in found["datanets"]] == [("one", 120, "+"), ("two", 40, "-")]
    assert found["datanets"][0]["value"] == pytest.approx(sums["ann"] + sums["bob"])
    assert found["datanets"][0]["others"] is None
    assert found["contributors"] == report["contributors"]


def test_examples_come_from_shown_questions_and_are_a_diverse_few(report: dict[str, Any]) -> None:
    shown = {row.id for row in TEST if not row.sealed}
    assert report["items"] == {"sealed": 60, "shown": 30}
    for kind, sign in (("helped", 1), ("hurt", -1)):
        chosen = report["examples"][kind]
        assert len(chosen) == 5
        assert {entry["test_id"] for entry in chosen} <= shown
        assert len({entry["test_id"] for entry in chosen}) == len({entry["id"] for entry in chosen}) == 5
        assert all(entry["value"] * sign > 0 for entry in chosen)


def test_only_the_second_half_of_the_selected_trajectory_is_scored_after_a_reload(
    trained: Finished, report: dict[str, Any]
) -> None:
    index = trained.json("checkpoints.json")
    assert (index["selected_step"], index["total_steps"]) == (400, 400)
    assert [entry["step"] for entry in index["checkpoints"]] == [40, 80, 120, 200, 240, 320, 400]
    assert report["checkpoints"] == [200, 240, 320, 400]
    assert [entry["step"] for entry in report["reload"]] == report["checkpoints"]
    assert all(entry["difference"] <= 1e-4 for entry in report["reload"])


def test_other_names_for_rows_and_people_change_no_number(bench: Bench, trained: Finished, report: dict[str, Any]) -> None:
    renamed = [replace(row, id=f"x{len(TRAIN) - k}", contributor=f"p{row.contributor}") for k, row in enumerate(TRAIN)]
    asked = jsonl([replace(row, contributor=f"p{row.contributor}") for row in TEST])
    other = scored(bench, trained, renamed, test=asked).json("influence.json")
    assert [row["value"] for row in other["rows"]] == [row["value"] for row in report["rows"]]
    for a, b in zip(other["contributors"], report["contributors"], strict=True):
        assert {**a, "id": ""} == {**b, "id": ""}


def test_another_row_among_those_of_the_batch_is_refused(bench: Bench, trained: Finished) -> None:
    swapped = [*TRAIN[1:], TRAIN[0]]
    refused = scored(bench, trained, swapped)
    assert refused.error["code"] == "RELOAD_MISMATCH"
    assert "nothing is scored" in refused.error["message"]
    assert scored(bench, trained, TRAIN[:20]).error["code"] == "RELOAD_MISMATCH"


def test_a_logged_loss_a_little_off_is_refused(bench: Bench, trained: Finished) -> None:
    index = trained.json("checkpoints.json")
    for entry in index["checkpoints"]:
        entry["train_loss"] += 2e-4
    assert scored(bench, trained, checkpoints=json.dumps(index).encode()).error["code"] == "RELOAD_MISMATCH"


def test_checkpoints_that_are_not_on_the_runner_are_named(bench: Bench, trained: Finished) -> None:
    index = trained.json("checkpoints.json")
    for entry in index["checkpoints"]:
        entry["sha256"] = "0" * 64
    assert scored(bench, trained, checkpoints=json.dumps(index).encode()).error["code"] == "BLOB_MISSING"


def test_a_test_without_sealed_items_is_refused(bench: Bench, trained: Finished) -> None:
    open_test = jsonl([replace(row, sealed=False) for row in TEST])
    assert scored(bench, trained, test=open_test).error["code"] == "INPUT_FORMAT"


def test_a_sign_is_given_only_when_the_interval_excludes_zero() -> None:
    draw = np.random.default_rng(0)
    per_item = np.stack([draw.normal(1, 1, 100), draw.normal(0, 1, 100), draw.normal(-1, 1, 100)], 1)
    names = ["up", "even", "down"]
    found = totals(names, ["other"] * 100, grouped(per_item, names))
    assert [(group["id"], group["sign"]) for group in found] == [("up", "+"), ("even", "0"), ("down", "-")]


def test_the_total_is_over_all_questions_and_that_over_others_stands_beside_it() -> None:
    # One row each; the careless one's row pays on their own 30 questions and costs on the 40 of others.
    per_item = np.concatenate([np.tile([1.0, -2.0], (40, 1)), np.tile([0.5, 3.0], (30, 1))])
    items = ["honest"] * 40 + ["careless"] * 30
    names = ["honest", "careless"]
    found = {group["id"]: group for group in totals(names, items, grouped(per_item, names))}
    assert found["careless"]["value"] == pytest.approx((-80 + 90) / 70)
    assert found["careless"]["items"] == 70
    assert (found["careless"]["others"]["value"], found["careless"]["others"]["sign"]) == (-2.0, "-")
    assert (found["honest"]["others"]["value"], found["honest"]["others"]["items"]) == (0.5, 30)
    alone = totals(["honest"], ["honest"] * 60 + ["careless"] * 10, grouped(per_item[:, :1], ["honest"]))
    assert alone[0]["others"] is None


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        low, high = np.percentile(resample(draw.normal(0.3, 1, 60)), [2.5, 97.5])
        covered += bool(low <= 0.3 <= high)
    assert 0.93 <= covered / 200 <= 1.0


def test_one_cluster_gives_at_most_one_example() -> None:
    rows = [replace(row, cluster="same") for row in TRAIN[:3]] + [TRAIN[3]]
    per_item = np.array([[4.0, 3.0, 2.0, 1.0], [4.0, 3.0, 2.0, 1.0]])
    assert [entry["id"] for entry in examples(rows, TEST[:2], range(4), per_item, 1)] == ["a0", "a3"]
    assert examples(rows, TEST[:2], range(4), per_item, -1) == []


def test_projected_inner_products_are_close_to_the_exact_ones(bench: Bench, model: Any, tmp_path: Path) -> None:
    _, tokenizer = bench.load()
    _, items = encode_rows(tokenizer, Task.model_validate(TASK), TRAIN[:40], 128)
    exact = GradientTable(model, 40, tmp_path)
    projected = GradientTable(model, 40, tmp_path, columns=16)
    for table in (exact, projected):
        table.fill(model, items, 0, torch.device("cpu"), lambda _: None)
    assert {layer.dtype for layer in projected.layers.values()} == {torch.float16}
    truth, found = exact.products(30), projected.products(30)
    for true, near in zip(truth, found, strict=True):
        agreement = torch.corrcoef(torch.stack([true.flatten(), near.flatten()]))[0, 1]
        assert agreement > 0.95
    assert float(found[0].trace() / truth[0].trace()) == pytest.approx(1, abs=0.1)


def test_inner_products_of_sketches_are_close_to_the_exact_ones(bench: Bench, model: Any, tmp_path: Path) -> None:
    _, tokenizer = bench.load()
    _, items = encode_rows(tokenizer, Task.model_validate(TASK), TRAIN[:40], 128)
    exact, sketched = GradientTable(model, 40, tmp_path), SketchTable(model, 40, tmp_path)
    for table in (exact, sketched):
        table.fill(model, items, 0, torch.device("cpu"), lambda _: None)
    assert sketched.stored.shape == (40, 2048)
    assert sketched.stored.dtype == np.dtype("float16")
    truth = exact.products(40)[0]
    rows = torch.cat([block for _, block in sketched.blocks(0, 40, 7)]).double()
    found = rows @ rows.T
    assert torch.corrcoef(torch.stack([truth.flatten(), found.flatten()]))[0, 1] > 0.95
    assert float(found.trace() / truth.trace()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("rows", [12, 60])
def test_weights_on_sketches_are_the_damped_inverse_written_out(model: Any, tmp_path: Path, rows: int) -> None:
    """Fewer rows than dimensions, where it is the dual form, and more."""
    table = SketchTable(model, rows + 5, tmp_path, dimensions=20)
    # Whole multiples of 1/16 are stored as they are.
    stored = torch.randint(-64, 65, (rows + 5, 20), generator=torch.Generator().manual_seed(0)).double()
    table.stored[:] = stored.numpy()
    train, test = stored[:rows] / 16, stored[rows:] / 16
    fisher = train.T @ train / rows
    level = 0.5 * fisher.trace() / min(rows, 20)
    expected = test @ torch.linalg.inv(fisher + level * torch.eye(20, dtype=torch.float64)) @ train.T
    scores = SketchedScores([(table, table.weights(rows, 0.5, 7))], rows, 7)
    found = np.concatenate([block for _, block in scores.blocks(np.ones(5, dtype=bool))], 1)
    assert found * rows == pytest.approx(expected.numpy(), rel=1e-4, abs=1e-4)
    if rows < 20:
        assert found * rows == pytest.approx(damped_fisher(train @ train.T, test @ train.T, 0.5).numpy(), rel=1e-4, abs=1e-4)


def test_scores_read_in_blocks_say_what_the_whole_says() -> None:
    """Values, sums and examples, with clusters that fill the top of many questions."""
    draw = np.random.default_rng(3)

    class Pieces(WholeScores):
        def blocks(self, items: Any) -> Any:
            for at in range(0, self.per_item.shape[1], 13):
                yield at, self.per_item[items][:, at : at + 13]

    rows = [replace(TRAIN[k], id=f"r{k}", cluster=f"c{draw.integers(25)}") for k in range(100)]
    per_item = draw.normal(size=(30, 100)) + 3 * np.isin([row.cluster for row in rows], ["c1", "c2"])
    items = np.arange(30) % 3 > 0
    shown = [row for row, is_asked in zip(TEST[:30], items, strict=True) if is_asked]
    whole, pieces = WholeScores(per_item), Pieces(per_item)
    assert row_values(pieces, items) == pytest.approx(row_values(whole, items))
    people = [row.contributor for row in rows]
    sums = group_sums(pieces, items, people)
    assert sums.keys() == set(people)
    for name, expected in group_sums(whole, items, people).items():
        assert sums[name] == pytest.approx(expected)
    for sign in (1, -1):
        clusters = [row.cluster for row in rows]
        found = examples(rows, shown, *strongest(pieces, items, clusters, sign, EXAMPLES), sign)
        assert len(found) == EXAMPLES
        assert found == examples(rows, shown, range(100), per_item[items], sign)


def test_with_little_memory_set_rows_are_scored_from_sketches_and_ranked_alike(
    bench: Bench, trained: Finished, report: dict[str, Any]
) -> None:
    sketched = scored(bench, trained, memory_mb=0.5).json("influence.json")
    assert (report["method"], "sketch" in report) == ("damped-fisher/1", False)
    assert sketched["method"] == "sketched-fisher/1"
    assert sketched["sketch"] == {"dimensions": 2048, "seed": 2, "stored": "float16"}
    signs = [[(group["id"], group["sign"]) for group in of["contributors"]] for of in (report, sketched)]
    assert signs[0] == signs[1]
    values = np.array([[row["value"] for row in of["rows"]] for of in (report, sketched)])
    ranks = values.argsort().argsort()
    assert float(np.corrcoef(ranks[0], ranks[1]).min()) > 0.95
    assert len(sketched["examples"]["helped"]) == len(sketched["examples"]["hurt"]) == EXAMPLES
