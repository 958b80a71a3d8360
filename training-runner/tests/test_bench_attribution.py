import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.attribution import draw
from bench.attribution.candidates import Candidate
from bench.attribution.compare import OURS, SHIPPED, compare
from bench.attribution.draw import HALVES, OWN_5, PEOPLE, Retrain
from bench.attribution.measure import (
    Truth,
    aggregate,
    ceiling,
    choose,
    effects,
    halves_of,
    lds,
    perfect,
    rank_agreement,
    rounded,
    spearman,
    totals,
)
from bench.attribution.problem import DataProblem, Problem, Row, make_problem, read_problem, read_rows, recipe_of
from bench.attribution.retrain import Retrainer
from bench.attribution.truth import Wanted, collect, gather
from tests.micro import Bench, label_rows

PEOPLE_OF = ["ann"] * 8 + ["bob"] * 8 + ["eve"] * 8


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("attribution"))


@pytest.fixture
def problem(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Problem:
    monkeypatch.setenv("RUNNER_BASES", str(bench.root / "bases"))
    monkeypatch.setenv("RUNNER_DEVICE", "cpu")
    base, _ = bench.load()
    given = [
        Row(row.prompt, row.answer, who)
        for row, who in zip(label_rows(34, 1, "t"), [*PEOPLE_OF, *["ann", "bob"] * 5], strict=True)
    ]
    return make_problem("micro", given, recipe_of(base, "quick", 1e-8), 24, 6, 1)


def made_truth(scores: Any, retrains: int, seeds: int, noise: float) -> Truth:
    """Losses that are exactly minus the kept rows' scores, and noise of its own for each seed."""
    random = np.random.default_rng(2)
    items, rows = scores.shape
    kept = np.zeros((retrains, rows))
    for k, chosen in enumerate(draw.halves(rows, retrains)):
        kept[k, list(chosen)] = 1
    losses = -(kept @ scores.T) + noise * random.normal(size=(seeds, retrains, items))
    return Truth(kept, losses)


def test_spearman_is_that_of_the_published_example() -> None:
    # Hours of television and IQ of ten people, the example of Wikipedia's article: -0.17575757…
    iq = np.array([106.0, 100, 86, 101, 99, 103, 97, 113, 112, 110])[:, None]
    hours = np.array([7.0, 27, 2, 50, 28, 29, 20, 12, 6, 17])[:, None]
    assert spearman(iq, hours)[0] == pytest.approx(-29 / 165, abs=1e-12)
    assert spearman(iq, np.ones((10, 1))).tolist() == [0.0]


def test_lds_of_known_values() -> None:
    kept = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]])
    # Item 0's losses fall as row 0 stays, item 1's do the opposite of what its scores say.
    scores = np.array([[3.0, 1, 2], [1, 2, 3]])
    truth = Truth(kept, np.array([[[-3.0, 1], [-1, 2], [-2, 3], [-4, 3.5]]]))
    assert spearman(kept @ scores.T, -truth.mean).tolist() == pytest.approx([1.0, -0.9486832980505138])
    assert lds(scores, truth) == pytest.approx((1 - 0.9486832980505138) / 2)
    # Means over items: sums 2, 1.5, 2.5, 3.5 against 1, -0.5, -0.5, 0.25, by ranks.
    assert aggregate(scores, truth) == pytest.approx(22.5**-0.5)


def test_the_ceiling_is_the_agreement_of_two_seeds() -> None:
    scores = np.random.default_rng(1).normal(size=(5, 20))
    assert ceiling(made_truth(scores, 30, 2, 0.0)) == pytest.approx(1.0)
    assert ceiling(made_truth(scores, 30, 1, 0.0)) is None
    noisy = ceiling(made_truth(scores, 200, 2, 2.0))
    assert noisy is not None and 0.3 < noisy < 0.7
    # Two seeds that agree in 0.5: their mean has a reliability of 2/3, and exactness agrees with it in the root of that.
    assert perfect(0.5, 2) == pytest.approx((2 / 3) ** 0.5)
    assert perfect(-0.1, 2) == 0.0


def test_contributor_effects_are_found_again_from_removals() -> None:
    by_person = {"ann": 0.5, "bob": 0.1, "eve": -0.4}
    rows = np.array([by_person[name] / 8 for name in PEOPLE_OF])
    kept = np.zeros((6, 24))
    for k, chosen in enumerate(draw.people(PEOPLE_OF, 6)[:6]):
        kept[k, list(chosen)] = 1
    truth = Truth(kept, -(kept @ np.tile(rows, (4, 1)).T)[None] + 3.0)
    assert effects(truth, PEOPLE_OF).tolist() == pytest.approx([0.5, 0.1, -0.4], abs=1e-9)
    assert totals(np.tile(rows, (4, 1)), PEOPLE_OF).tolist() == pytest.approx([0.5, 0.1, -0.4])
    assert rank_agreement(np.array([0.5, 0.1, -0.4]), np.array([9.0, 8, 7])) == 1.0


def test_settings_are_chosen_on_retrains_that_are_not_reported() -> None:
    random = np.random.default_rng(3)
    right, other = random.normal(size=(2, 5, 20))
    truth = made_truth(right, 40, 2, 0.1)
    tuning, reported = halves_of(truth)
    assert (len(tuning), len(reported)) == (20, 20)
    assert not {tuple(row) for row in tuning.kept} & {tuple(row) for row in reported.kept}
    # The retrains for choosing are turned to favour the other setting; reporting must not notice.
    turned = truth.losses.copy()
    turned[:, 0::2] = -(truth.kept[0::2] @ other.T)
    tricked = Truth(truth.kept, turned)
    assert choose({"right": right, "other": other}, halves_of(tricked)[0]) == "other"
    candidates = [Candidate("right", right, 1.0), Candidate("other", other, 2.0)]
    report = compare({HALVES: tricked}, ["ann", "bob"] * 10, {OURS: candidates, "bm25": candidates[:1]})
    entries = {entry["method"]: entry for entry in report["methods"]}
    assert entries[OURS]["setting"] == "other"
    assert entries[OURS]["lds_tuning"] == pytest.approx(1.0)
    assert abs(entries[OURS]["lds"]["value"]) < 0.4
    assert entries[SHIPPED]["setting"] == "right"
    assert entries["bm25"]["lds"]["value"] > 0.9
    assert report["versus_best_peer"]["peer"] == "bm25"
    assert report["versus_best_peer"]["interval"][1] < 0


def test_small_numbers_stay_and_what_is_no_number_goes() -> None:
    assert rounded({"eps": 1e-8, "pairs": [0.123456789, float("nan")], "n": 3}) == {
        "eps": 1e-8,
        "pairs": [0.123457, None],
        "n": 3,
    }


def test_nothing_is_said_from_too_few_retrains() -> None:
    scores = np.random.default_rng(1).normal(size=(5, 20))
    report = compare({HALVES: made_truth(scores, 11, 2, 0.1)}, ["ann", "bob"] * 10, {OURS: [Candidate("a", scores, 1.0)]})
    assert (report["methods"], report["versus_best_peer"]) == ([], None)


def test_every_beginning_of_the_plan_has_every_kind() -> None:
    jobs = list(draw.plan(PEOPLE_OF, 100, 30, 20, (1, 2)))
    assert len(jobs) == 200 + 2 * 3 + 20 + 20
    assert [draw.people(PEOPLE_OF, 30)[0] == tuple(range(8, 24)), len(draw.people(PEOPLE_OF, 30))] == [False, 3]
    first = {kind: sum(job.kind == kind for job in jobs[:62]) for kind in (HALVES, PEOPLE, OWN_5)}
    assert first == {HALVES: 50, PEOPLE: 2, OWN_5: 5}
    assert len({job.kept for job in jobs if job.kind == HALVES}) == 100
    assert {len(job.kept) for job in jobs if job.kind == HALVES} == {12}
    assert {len(job.kept) for job in jobs if job.kind == OWN_5} == {23}


def test_retrains_are_kept_and_a_second_go_makes_none(problem: Problem, tmp_path: Path) -> None:
    wanted = Wanted(subsets=2, groups=2, owns=1, seeds=(1, 2))
    nothing = gather(Retrainer(problem, tmp_path), wanted, 0.0)
    assert (nothing.made, nothing.missing, nothing.by_kind) == (0, 10, {})
    first = gather(Retrainer(problem, tmp_path), wanted, 600.0)
    again = gather(Retrainer(problem, tmp_path), wanted, 0.0)
    assert (first.made, first.missing, again.made, again.missing) == (10, 0, 0, 0)
    assert again.by_kind.keys() == {HALVES, PEOPLE, "own-5", "own-50"}
    assert np.array_equal(first.by_kind[HALVES].losses, again.by_kind[HALVES].losses)
    assert first.by_kind[HALVES].losses.shape == (2, 2, 6)
    # A wider plan goes on from there, and other data start anew.
    assert gather(Retrainer(problem, tmp_path), replace(wanted, subsets=3), 0.0).missing == 2
    other = replace(problem, train=problem.train[::-1])
    assert gather(Retrainer(other, tmp_path), wanted, 0.0).missing == 10


def test_retrains_of_other_code_are_not_gone_on_from(problem: Problem, tmp_path: Path) -> None:
    wanted = Wanted(subsets=1, groups=0, owns=0, seeds=(1,))
    retrainer = Retrainer(problem, tmp_path)
    gather(retrainer, wanted, 600.0)
    (kept,) = retrainer.folder.glob("*.npy")
    np.save(kept, np.load(kept) + 0.01)
    with pytest.raises(DataProblem, match="were made by other code or another machine"):
        gather(Retrainer(problem, tmp_path), wanted, 0.0)


def test_a_retrain_on_all_rows_by_weight_is_the_scored_run(problem: Problem, tmp_path: Path) -> None:
    retrainer = Retrainer(problem, tmp_path)
    note = json.loads((retrainer.whole(1) / "run.json").read_text())
    everything = tuple(range(len(problem.train)))
    by_weight = retrainer.losses(Retrain(OWN_5, 0, everything, 1))
    removed = retrainer.losses(Retrain(HALVES, 0, everything, 1))
    assert by_weight.tolist() == pytest.approx(note["after"], abs=1e-5)
    assert removed.tolist() == pytest.approx(note["after"], abs=1e-12)
    assert np.mean(note["after"]) < np.mean(note["before"])


def test_a_kind_counts_the_subsets_that_have_every_seed() -> None:
    losses = np.zeros(4)
    known = {Retrain(HALVES, n, (0, n), seed): losses + n for n, seed in ((0, 1), (1, 1), (1, 2), (2, 2))}
    truth = collect(known, HALVES, 5, (1, 2))
    assert truth is not None
    assert truth.kept.tolist() == [[1, 1, 0, 0, 0]]
    assert collect(known, PEOPLE, 5, (1, 2)) is None


def test_a_problem_is_read_as_it_was_written(problem: Problem, tmp_path: Path) -> None:
    problem.write(tmp_path / "problem.json")
    assert read_problem(tmp_path / "problem.json") == problem
    assert (len(problem.train), len(problem.items), problem.contributors) == (24, 6, ["ann", "bob", "eve"])


def test_a_callers_file_is_read(tmp_path: Path) -> None:
    lines = [{"prompt": "a", "answer": "1", "who": "ann"}, {"prompt": "b", "answer": 2, "who": "bob"}]
    jsonl, table = tmp_path / "own.jsonl", tmp_path / "own.csv"
    jsonl.write_text("".join(json.dumps(line) + "\n\n" for line in lines))
    table.write_text('who,answer,prompt\nann,1,a\nbob,2,"b"\n')
    rows = [Row("a", "1", "ann"), Row("b", "2", "bob")]
    assert read_rows(jsonl, "who") == rows
    assert read_rows(table, "who") == rows
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ann.csv").write_text("prompt,answer\na,1\n")
    (tmp_path / "people" / "bob.csv").write_text("prompt,answer\nb,2\n")
    assert read_rows(tmp_path / "people", None) == rows


@pytest.mark.parametrize(
    ("name", "content", "column", "says"),
    [
        ("x.jsonl", b'{"prompt": "a", "answer": "1"}\n', "who", "Line 1 of x.jsonl has no who. Its columns are: prompt, answer."),
        ("x.jsonl", b'{"prompt": "a"\n', "who", "Line 1 of x.jsonl is not JSON"),
        ("x.jsonl", b"[1]\n", "who", "Line 1 of x.jsonl is not an object with prompt and answer."),
        ("x.csv", b"prompt,answer,who\na,,ann\n", "who", "Line 2 of x.csv has no answer."),
        ("x.csv", b"prompt,answer,who\n", "who", "x.csv holds no rows."),
        ("x.csv", b"prompt,answer,who\n\xff,1,ann\n", "who", "x.csv is not UTF-8 text"),
        ("x.xlsx", b"PK", "who", "x.xlsx is neither .jsonl nor .csv."),
        ("x.csv", b"prompt,answer,who\na,1,ann\n", None, "--contributors COLUMN"),
    ],
)
def test_a_bad_file_is_a_sentence(tmp_path: Path, name: str, content: bytes, column: str | None, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataProblem, match=says.replace(".", r"\.").replace("-", r"\-")):
        read_rows(tmp_path / name, column)


def test_too_few_rows_or_contributors_are_a_sentence(problem: Problem) -> None:
    rows = [*problem.rows, *problem.questions]
    with pytest.raises(DataProblem, match="30 usable rows are too few for 25 test items"):
        make_problem("x", rows, problem.recipe, 10, 25, 1)
    with pytest.raises(DataProblem, match="at least 2 contributors"):
        make_problem("x", [replace(row, contributor="ann") for row in rows], problem.recipe, 10, 6, 1)
