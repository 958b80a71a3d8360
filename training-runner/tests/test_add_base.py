"""An administrator adds a base from a folder: a local micro model stands for a downloaded one."""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


class Hub(BaseHTTPRequestHandler):
    """As much of Hugging Face's site as a download asks for: one repository at one commit."""

    folder: Path
    asked: list[str]

    def answer(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_GET(self) -> None:
        names = sorted(path.name for path in self.folder.iterdir())
        about, _, _ = self.path.partition("?")
        if about == f"/api/models/Someone/Micro-Chat/revision/{REVISION}":
            siblings = [{"rfilename": name} for name in names]
            return self.answer(json.dumps({"id": "Someone/Micro-Chat", "sha": REVISION, "siblings": siblings}).encode())
        if about == f"/api/models/Someone/Micro-Chat/tree/{REVISION}":
            sizes = {name: (self.folder / name).stat().st_size for name in names}
            tree = [{"type": "file", "path": name, "size": size, "oid": f"{name}-1"} for name, size in sizes.items()]
            return self.answer(json.dumps(tree).encode())
        prefix = f"/Someone/Micro-Chat/resolve/{REVISION}/"
        name = self.path.removeprefix(prefix)
        if not self.path.startswith(prefix) or name not in names:
            return self.send_error(404)
        self.asked.append(name)
        return self.answer((self.folder / name).read_bytes(), ETag=f'"{name}-1"', X_Repo_Commit=REVISION)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_the_pinned_commit_is_downloaded_and_nothing_that_can_run_code(model: Path, tmp_path: Path) -> None:
    Hub.folder, Hub.asked = model, []
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        env = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            env.pop(name, None)
        command = [sys.executable, "-m", "runner.add_base", "Someone/Micro-Chat", "--revision"]
        added = subprocess.run([*command, REVISION], env=env, capture_output=True, text=True)
        gone = subprocess.run([*command[:3], "Someone/Gone", "--revision", REVISION], env=env, capture_output=True, text=True)
        server.shutdown()
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["revision"] == REVISION
    assert registry()["micro-chat"].licence == "apache-2.0"
    assert "model.safetensors" in Hub.asked
    assert "pytorch_model.bin" not in Hub.asked
    assert gone.returncode == 1
    assert "BASE_UNKNOWN: Someone/Gone could not be downloaded" in gone.stderr
