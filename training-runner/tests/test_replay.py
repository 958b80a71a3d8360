from pathlib import Path

import pytest
import torch

from runner.configs import Task
from runner.data import Order, common_prefix, encode_rows, plan
from runner.model import get_state, load_lora, mean_loss, prepare, read_tensors, set_state
from runner.replay import replay, work_of
from runner.template import Encoded
from runner.training import Schedule, Training
from tests.micro import TASK, TRAINING, Bench, label_rows

ROWS, TEST, VALIDATION = label_rows(24, 1, "t"), label_rows(9, 2, "s"), label_rows(12, 3, "v")
WARMUP, CLIP, NO_CLIP = 0.06, 1.0, 100.0
# With lora_sft's own 1e-8 the first steps follow the signs of vanishing gradients: no small change of a weight is small there.
SMOOTH_EPS = 1e-3


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("replay"))


def make(bench: Bench, clip: float = CLIP, eps: float = SMOOTH_EPS) -> tuple[Training, list[Encoded], int]:
    """The training that `bench.train` runs (but for clip and eps), test items, and its number of steps."""
    base, tokenizer = bench.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(bench.root / "bases"))
        device = prepare()
        model = load_lora(base, TRAINING["rank"], TRAINING["alpha"], TRAINING["seed"], device)
    task = Task.model_validate(TASK)
    items, held, test = (encode_rows(tokenizer, task, rows, 128)[1] for rows in (ROWS, VALIDATION, TEST))
    _, total = plan(len(items), TRAINING["epochs"], TRAINING["batch_size"])
    training = Training(
        model=model,
        rows=items,
        order=Order(TRAINING["seed"], len(items), TRAINING["batch_size"]),
        schedule=Schedule(total, TRAINING["learning_rate"], WARMUP),
        gradient_clip=clip,
        shared=common_prefix([*items, *held]),
        device=device,
        eps=eps,
    )
    return training, test, total


def test_a_replayed_training_is_the_training_bit_for_bit(bench: Bench) -> None:
    run = bench.train(ROWS, VALIDATION)
    training, _, total = make(bench, eps=1e-8)
    training.run(run.json("training_manifest.json")["steps"]["selected"])
    kept = read_tensors(run.file("adapter_model.safetensors"))
    made = get_state(training.model)
    assert made.keys() == kept.keys()
    assert all(torch.equal(made[name], kept[name]) for name in kept)
    assert total == 51


@pytest.mark.parametrize("clip", [CLIP, NO_CLIP])
def test_influence_is_the_derivative_of_retraining_by_a_rows_weight(bench: Bench, tmp_path: Path, clip: float) -> None:
    training, test, total = make(bench, clip)
    start = get_state(training.model)
    every, first = torch.full((len(test),), 1 / len(test)), torch.zeros(len(test))
    first[:3] = 1 / 3
    made = replay(training, total, test, torch.stack([every, first]), tmp_path)
    assert list(tmp_path.iterdir()) == []

    def retrained(weights: torch.Tensor) -> list[float]:
        set_state(training.model, start)
        training.run(total, weights)
        return [mean_loss(training.model, part, training.device, training.shared) for part in (test, test[:3])]

    assert made.numbers.tolist() == pytest.approx(retrained(torch.ones(len(training.rows))), rel=1e-6)
    change = 0.01
    for row in (0, 5, 11, 17, 23):
        up, down = (torch.ones(len(training.rows)).index_fill_(0, torch.tensor([row]), 1 + by) for by in (change, -change))
        for k, (more, less) in enumerate(zip(retrained(up), retrained(down), strict=True)):
            assert float(made.influence[k, row]) == pytest.approx((less - more) / (2 * change), rel=0.05, abs=3e-4)
    # A run whose gradients are cut differs from one whose are not: both branches were taken.
    assert float(made.influence[0].abs().max()) > 0.01


def test_a_row_that_no_step_reads_has_no_influence(bench: Bench, tmp_path: Path) -> None:
    training, test, _ = make(bench)
    steps = 2
    read = {row for step in range(steps) for row in training.order.batch_at(step)}
    made = replay(training, steps, test, torch.full((1, len(test)), 1 / len(test)), tmp_path)
    unread = [row for row in range(len(training.rows)) if row not in read]
    assert len(unread) == 8
    assert made.influence[0, unread].tolist() == [0.0] * 8
    assert bool((made.influence[0, sorted(read)] != 0).all())


def test_a_stopped_replay_goes_on_to_the_same_bits(bench: Bench, tmp_path: Path) -> None:
    training, test, total = make(bench)
    start = get_state(training.model)
    counted = torch.full((1, len(test)), 1 / len(test))
    whole, checks, told = replay(training, total, test, counted, tmp_path), 0, [0, 0]

    class Stopped(Exception):
        pass

    def check() -> None:
        nonlocal checks
        checks += 1

    # Once on the way forwards, once in the middle of a stretch backwards.
    for limit in (30, total + 31):

        def until(work: int, is_old: bool, limit: int = limit) -> None:
            told[0] = work if is_old else told[0] + work
            if told[0] > limit:
                raise Stopped

        set_state(training.model, start)
        told[0] = 0
        with pytest.raises(Stopped):
            replay(training, total, test, counted, tmp_path, until, check)
        # sqrt(51) = 7 steps a stretch: at most eight states lie there, and one on the way back.
        assert len(list(tmp_path.iterdir())) <= 9

    def count(work: int, is_old: bool) -> None:
        told[1] += work

    set_state(training.model, start)
    again = replay(training, total, test, counted, tmp_path, count, check)
    assert torch.equal(again.influence, whole.influence)
    assert torch.equal(again.numbers, whole.numbers)
    assert (checks, told[1], list(tmp_path.iterdir())) == (1, work_of(total, 1), [])
