import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from runner import bases
from runner.blobs import sha256_file
from runner.errors import RunnerError
from runner.settings import PACKAGE_ROOT
from tests.micro import TEMPLATE, make_base


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "bases"
    make_base(folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = shutil.copytree(made, tmp_path / "bases")
    monkeypatch.setenv("RUNNER_BASES", str(copy))
    return Path(copy)


def change_entry(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    registry = json.loads((folder / "registry.json").read_text())
    change(registry["bases"][0])
    (folder / "registry.json").write_text(json.dumps(registry))


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(RunnerError) as raised:
        action()
    return str(raised.value.code)


def load() -> Any:
    return bases.load_model(bases.find("micro"))


def test_a_listed_base_loads_frozen_in_float32(folder: Path) -> None:
    model = load()
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not any(p.requires_grad for p in model.parameters())
    assert bases.load_tokenizer(bases.find("micro")).chat_template == TEMPLATE


def test_large_bases_load_in_bfloat16(folder: Path) -> None:
    change_entry(folder, lambda entry: entry.update(parameters=100_000_000))
    assert {p.dtype for p in load().parameters()} == {torch.bfloat16}


def test_the_bundled_base_is_what_its_entry_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNNER_BASES", str(PACKAGE_ROOT / "bases"))
    base = bases.find("tiny")
    assert base.base_hash == bases.find("tiny", base.base_hash).base_hash
    assert sum(p.numel() for p in bases.load_model(base).parameters()) == base.parameters
    assert bases.load_tokenizer(base).eos_token == "<|end|>"


def test_a_base_that_is_not_listed_is_unknown(folder: Path) -> None:
    assert code_of(lambda: bases.find("other")) == "BASE_UNKNOWN"


def test_another_hash_than_expected_is_refused(folder: Path) -> None:
    assert code_of(lambda: bases.find("micro", "0" * 64)) == "BASE_HASH"


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
def test_one_changed_byte_in_any_file_is_refused(folder: Path, name: str) -> None:
    path = folder / "micro" / name
    path.write_bytes(path.read_bytes() + b" ")
    assert code_of(load) == "BASE_HASH"


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "micro" / "config.json").unlink()
    assert code_of(load) == "BASE_HASH"


def test_a_file_the_list_does_not_name_is_refused(folder: Path) -> None:
    (folder / "micro" / "generation_config.json").write_text("{}")
    assert code_of(load) == "BASE_HASH"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt"])
def test_formats_that_can_run_code_are_refused(folder: Path, name: str) -> None:
    (folder / "micro" / name).write_bytes(b"\x80\x04")
    assert code_of(load) == "PICKLE_REFUSED"


def test_a_configuration_that_asks_for_code_is_refused_even_when_listed(folder: Path) -> None:
    path = folder / "micro" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "auto_map": {"AutoModelForCausalLM": "evil.Model"}}))
    change_entry(folder, lambda entry: entry["files"].update({"config.json": sha256_file(path)}))
    assert code_of(load) == "CONFIG_FORBIDDEN"


def test_another_chat_template_is_refused(folder: Path) -> None:
    change_entry(folder, lambda entry: entry.update(template_sha256="0" * 64))
    assert code_of(lambda: bases.load_tokenizer(bases.find("micro"))) == "BASE_HASH"


def test_a_hugging_face_base_is_read_from_the_local_cache_at_its_pinned_revision(folder: Path) -> None:
    revision = "a" * 40
    snapshot = folder / "hub" / "models--acme--micro" / "snapshots" / revision
    snapshot.parent.mkdir(parents=True)
    (folder / "micro").rename(snapshot)

    def listed(entry: dict[str, Any]) -> None:
        del entry["path"]
        entry.update(hf_id="acme/micro", revision=revision)

    change_entry(folder, listed)
    assert sum(p.numel() for p in load().parameters()) == bases.find("micro").parameters
    (snapshot / "model.safetensors").write_bytes(b"")
    assert code_of(load) == "BASE_HASH"


def test_a_hugging_face_base_that_is_not_here_is_named_and_not_downloaded(folder: Path) -> None:
    change_entry(folder, lambda entry: entry.update(path=None, hf_id="acme/absent", revision="b" * 40))
    assert code_of(load) == "BASE_UNKNOWN"
