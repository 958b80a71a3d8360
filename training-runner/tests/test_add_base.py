"""An administrator adds a base from a folder: a local micro model stands for a downloaded one."""

import json
import shutil
from pathlib import Path

import pytest

from runner import bases
from runner.add_base import add_base, parameters_of
from runner.errors import RunnerError
from runner.registry import registry
from tests.micro import make_base

REVISION = "0123456789abcdef0123456789abcdef01234567"
CARD = "---\nlanguage: en\nlicense: apache-2.0\n---\n# Micro\n"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_base(tmp_path / "bases")
    folder = tmp_path / "downloaded"
    shutil.move(tmp_path / "bases" / "micro", folder)
    (folder / "README.md").write_text(CARD)
    (folder / "pytorch_model.bin").write_bytes(b"never read")
    (tmp_path / "bases" / "registry.json").write_text(json.dumps({"bases": []}))
    monkeypatch.setenv("RUNNER_BASES", str(tmp_path / "bases"))
    monkeypatch.setenv("RUNNER_BASES_CACHE", str(tmp_path / "cache"))
    return folder


def change(folder: Path, name: str, **values: object) -> None:
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_an_added_base_is_listed_hashed_and_loads(model: Path, tmp_path: Path) -> None:
    entry = add_base("Someone/Micro-Chat", REVISION, model)
    base = registry()["micro-chat"]
    assert (base.hf_id, base.revision, base.licence, base.context_length) == ("Someone/Micro-Chat", REVISION, "apache-2.0", 256)
    assert base.parameters == parameters_of(model) == entry["parameters"]
    assert set(base.files) == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert sum(p.numel() for p in bases.load_model(base).parameters()) == base.parameters
    assert bases.load_tokenizer(base).chat_template
    assert not list((tmp_path / "cache").glob(".add-*"))
    with pytest.raises(RunnerError, match="already"):
        add_base("Else/micro-chat", REVISION, model)


def test_what_cannot_be_trained_is_refused_with_its_reason(model: Path, tmp_path: Path) -> None:
    (model / "README.md").write_text("# Micro\n")
    with pytest.raises(RunnerError, match="names no licence"):
        add_base("a/b", REVISION, model)
    with pytest.raises(RunnerError, match="40 hex digits"):
        add_base("a/b", "main", model)
    with pytest.raises(RunnerError, match="owner/name"):
        add_base("b", REVISION, model)
    change(model, "config.json", architectures=["GPT2LMHeadModel"])
    with pytest.raises(RunnerError, match="Its architecture is GPT2LMHeadModel"):
        add_base("a/b", REVISION, model, "MIT")
    change(model, "config.json", architectures=["LlamaForCausalLM"], auto_map={"AutoModel": "x.Y"})
    with pytest.raises(RunnerError, match="would run code"):
        add_base("a/b", REVISION, model, "MIT")
    assert registry() == {}
    assert not (tmp_path / "cache" / "b").exists()


def test_a_model_without_a_chat_template_is_refused(model: Path) -> None:
    settings = json.loads((model / "tokenizer_config.json").read_text())
    del settings["chat_template"]
    (model / "tokenizer_config.json").write_text(json.dumps(settings))
    with pytest.raises(RunnerError, match="no chat template"):
        add_base("a/b", REVISION, model)


def test_a_model_without_safetensors_is_refused(model: Path) -> None:
    (model / "model.safetensors").unlink()
    with pytest.raises(RunnerError, match=r"no \.safetensors"):
        add_base("a/b", REVISION, model)
