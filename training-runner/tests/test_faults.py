"""What a machine does to a run: no disk, no memory, an endless row. Each ends in a sentence, or does not matter."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from runner.errors import ErrorCode
from runner.limits import exhausted
from tests.micro import PACKAGE, TRAINING, Bench, Finished, jsonl, label_rows

TRAIN, VALIDATION = label_rows(96, 1, "t"), label_rows(24, 2, "v")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def train_limited(bench: Bench, file_bytes: int) -> Finished:
    """The real process, where it may write no file beyond this size."""
    run = bench.prepare("lora_sft", TRAINING, {"train": jsonl(TRAIN), "validation": jsonl(VALIDATION)})

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    command = [sys.executable, "-m", "runner.recipes.lora_sft", str(run)]
    process = subprocess.run(command, cwd=PACKAGE, env=bench.env, preexec_fn=limit, check=False, capture_output=True)
    return Finished(run, process.returncode)


def test_a_disk_that_takes_no_more_ends_the_run_with_a_sentence(bench: Bench) -> None:
    # The log and the reason fit; the first checkpoint does not.
    run = train_limited(bench, file_bytes=48 * 1024)
    assert (run.code, run.error["code"], run.error["retryable"]) == (1, "DISK_FULL", True)
    assert "Free some space, then start a new run." in run.error["message"]
    assert not list((run.path / "checkpoints").glob("*.safetensors"))
    assert not (run.path / "reserve").exists()


def test_memory_beyond_a_run_s_limit_is_refused_where_it_is_asked_for(bench: Bench) -> None:
    ask = """
import torch
from runner.limits import exhausted, prepare_process
prepare_process()
for take in (lambda: torch.empty(10**10), lambda: bytearray(20 << 30)):
    try:
        take()
    except Exception as error:
        print(exhausted(error))
"""
    env = {**bench.env, "RUNNER_MEMORY_BYTES": "2000000000"}
    process = subprocess.run([sys.executable, "-c", ask], cwd=PACKAGE, env=env, check=False, capture_output=True, text=True)
    sentence = "OUT_OF_MEMORY: The run needs more memory than this machine has. Use a smaller batch or shorter rows."
    assert process.stdout.splitlines() == [sentence, sentence]


def test_a_run_s_limit_is_of_memory_and_not_of_addresses(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # Libraries alone take more addresses than this, and the badge of such a limit says that it fits.
    monkeypatch.setitem(bench.env, "RUNNER_MEMORY_BYTES", "650000000")
    run = bench.prepare("dry_run", TRAINING, {"train": jsonl(TRAIN), "validation": jsonl(VALIDATION)})
    assert bench.start(run, "dry_run").wait() == 0
    report = Finished(run, 0).json("dry_run.json")
    assert report["passed"]
    assert report["figures"]["available_bytes"] == 650_000_000
    assert report["figures"]["peak_bytes"] < 650_000_000


def test_what_is_exhausted_is_known_by_every_library_s_words() -> None:
    full = [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        RuntimeError("IoError: No space left on device (os error 28)"),
    ]
    memory = [MemoryError(), OSError(errno.ENOMEM, "x"), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried")]
    assert {error.code for error in map(exhausted, full) if error} == {ErrorCode.DISK_FULL}
    assert {error.code for error in map(exhausted, memory) if error} == {ErrorCode.OUT_OF_MEMORY}
    assert [exhausted(error) for error in (OSError(errno.EACCES, "x"), RuntimeError("shape"), KeyError("a"))] == [None] * 3


def test_one_row_of_20_000_tokens_is_shortened_counted_and_costs_the_others_nothing(bench: Bench) -> None:
    endless = replace(TRAIN[0], prompt="sun " * 20_000)
    run = bench.train([endless, *TRAIN[1:]], VALIDATION)
    assert run.json("training_manifest.json")["rows"] == {"given": 96, "trained": 96, "truncated": 1, "validation": 24}
    warnings = [event["message"] for event in run.events if event["level"] == "warn"]
    assert warnings == ["1 rows were shortened to 128 tokens; 0 left out: their answer is too long."]
    answer = replace(TRAIN[0], answer="sun " * 20_000)
    left_out = bench.train([answer, *TRAIN[1:]], VALIDATION)
    assert left_out.json("training_manifest.json")["rows"]["trained"] == 95


def test_a_write_to_a_full_device_is_known_for_what_it_is() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(OSError) as caught, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    error = exhausted(caught.value)
    assert error is not None and error.code == ErrorCode.DISK_FULL
