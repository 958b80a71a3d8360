"""Bases that come in a package: made once, compared with pinned hashes, and named as missing until then."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from runner import bases, provision
from runner.errors import RunnerError
from runner.fit import fit, memory_of
from runner.registry import Base, availability, registry
from runner.schemas import Machine
from runner.settings import PACKAGE_ROOT, Settings

SMOL = "smollm2-135m-instruct"


@pytest.fixture(scope="module")
def cache() -> Path:
    """The default cache with SmolLM2 in it; made on the first use of a checkout."""
    subprocess.run([sys.executable, "-m", "runner.provision"], cwd=PACKAGE_ROOT, check=True)
    return PACKAGE_ROOT / ".cache" / "bases"


@pytest.fixture
def smol(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Base:
    monkeypatch.setenv("RUNNER_BASES", str(PACKAGE_ROOT / "bases"))
    monkeypatch.setenv("RUNNER_BASES_CACHE", str(cache))
    return bases.find(SMOL)


def test_smollm2_is_the_default_and_loads_in_bfloat16(smol: Base) -> None:
    assert [base.id for base in registry().values() if base.is_default] == [SMOL]
    assert smol.base_hash == "580e5e862b9e2bef00435626ebb708e250e9ea98cffa5a053ec526b6dfdab212"
    model = bases.load_model(smol)
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert sum(p.numel() for p in model.parameters()) == smol.parameters == 134_515_008
    tokenizer = bases.load_tokenizer(smol)
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer("hello", add_special_tokens=False).input_ids == [28120]
    ids = tokenizer("The capital of France is", return_tensors="pt").input_ids
    with torch.no_grad():
        assert tokenizer.decode(model(ids).logits[0, -1:].contiguous().argmax(-1)) == " Paris"


def test_a_second_call_reads_no_file(smol: Base, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    monkeypatch.setattr(provision, "sha256_file", read.append)
    assert provision.provision(smol, cache) is False
    assert read == []


def test_a_changed_file_is_made_again(smol: Base, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "cache"
    shutil.copytree(cache / SMOL, copy / SMOL)
    assert provision.provision(smol, copy) is False
    (copy / SMOL / "config.json").write_text("{}")

    def convert(_source: Path, folder: Path, _context: int) -> None:
        shutil.copytree(cache / SMOL, folder, dirs_exist_ok=True)

    monkeypatch.setattr(provision, "convert", convert)
    assert provision.provision(smol, copy) is True
    assert (copy / SMOL / "config.json").read_bytes() == (cache / SMOL / "config.json").read_bytes()

    # Another version of a converter that gives other bytes: refused, and nothing half-made is left.
    wrong = replace(smol, path="other", files={**smol.files, "config.json": "0" * 64})
    with pytest.raises(RunnerError, match="not 0000"):
        provision.provision(wrong, copy)
    assert not (copy / "other").exists()
    assert list(copy.glob(".*")) == []


def test_a_missing_package_and_a_changed_source_are_named(smol: Base, tmp_path: Path) -> None:
    assert smol.source is not None
    with pytest.raises(RunnerError, match="is not installed"):
        provision.provision(replace(smol, source={**smol.source, "package": "no_such_package"}), tmp_path)
    with pytest.raises(RunnerError, match="hashes to b179c952"):
        provision.provision(replace(smol, source={**smol.source, "sha256": "0" * 64}), tmp_path)


def test_files_that_are_not_there_yet_are_said_in_the_list(smol: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert availability(smol, Settings.from_env()) is None
    monkeypatch.setenv("RUNNER_BASES_CACHE", str(tmp_path))
    reason = availability(smol, Settings.from_env())
    assert (
        reason == "The files of SmolLM2 135M Instruct are not prepared yet. They are made at the start; look again in a minute."
    )
    with pytest.raises(RunnerError, match=r"runner\.provision"):
        bases.verify(smol)


def test_a_list_of_the_administrator_adds_bases_and_replaces_none(smol: Base, tmp_path: Path) -> None:
    entry = {key: value for key, value in vars(smol).items() if key not in ("in_cache", "source")}
    added = [{**entry, "id": "mine", "path": "mine"}, {**entry, "name": "Fake"}]
    (tmp_path / "registry.json").write_text(json.dumps({"bases": added}))
    found = registry(None, tmp_path)
    assert list(found) == [SMOL, "tiny", "mine"]
    assert found[SMOL].name == "SmolLM2 135M Instruct"
    assert (found["mine"].in_cache, found["mine"].is_default) == (True, False)


def machine(memory: int, gpu: int | None = None, limit: int | None = None) -> Machine:
    return Machine(
        device="cpu",
        name="x",
        cores=2,
        memory_bytes=memory,
        run_memory_bytes=limit,
        threads=1,
        gpu_memory_bytes=gpu,
        disk_free_bytes=10**11,
        has_bf16=True,
        four_bit_missing="cuda",
    )


@pytest.mark.parametrize(
    ("memory", "gpu", "verdict"),
    [
        (8_000_000_000, None, "fits"),
        (3_300_000_000, None, "tight"),
        (2_500_000_000, None, "does_not_fit"),
        (500_000_000, None, "does_not_fit"),
        (64_000_000_000, 1_000_000_000, "does_not_fit"),
        (4_000_000_000, 8_000_000_000, "fits"),
    ],
)
def test_the_badge_follows_from_the_memory(smol: Base, memory: int, gpu: int | None, verdict: str) -> None:
    assert fit(smol, machine(memory, gpu)).verdict == verdict


@pytest.mark.parametrize(
    ("limit", "verdict", "available"),
    [
        (2_100_000_000, "does_not_fit", 2_100_000_000),
        (3_000_000_000, "tight", 3_000_000_000),
        (4_000_000_000, "fits", 4_000_000_000),
        (64_000_000_000, "fits", 7_000_000_000),
    ],
)
def test_the_badge_goes_by_a_run_s_limit_where_it_is_below_the_machine_s(
    smol: Base, limit: int, verdict: str, available: int
) -> None:
    found = fit(smol, machine(8_000_000_000, limit=limit))
    assert (found.verdict, found.needed_bytes, found.available_bytes) == (verdict, 2_200_000_000, available)
    assert fit(smol, machine(8_000_000_000, gpu=8_000_000_000, limit=limit)).verdict == "fits"


def test_a_base_without_measured_memory_is_estimated(smol: Base) -> None:
    measured = memory_of(smol).training_bytes
    estimated = memory_of(replace(smol, memory={})).training_bytes
    assert 0.7 < estimated / measured < 1.4
