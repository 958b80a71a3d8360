"""The HTTP contract, against a real process."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service import LABELS, PACKAGE, Service, base_ref


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("data"))
    yield service
    service.stop()


def code(reply: Any) -> tuple[int, str]:
    assert set(reply.json()) == {"code", "message", "retryable"}
    return reply.status_code, reply.json()["code"]


def test_health_needs_no_token_and_everything_else_does(service: Service) -> None:
    assert service.http.get("/health", headers={"authorization": ""}).json()["status"] == "ok"
    for token in (b"", b"Bearer wrong", b"Bearer \xe4", b"Basic abc"):
        headers = {b"authorization": token}
        assert code(service.http.get("/machine", headers=headers)) == (401, "UNAUTHORIZED")
        assert code(service.http.put("/runs/a", headers=headers, content="no json")) == (401, "UNAUTHORIZED")
        assert code(service.http.get("/openapi.json", headers=headers)) == (401, "UNAUTHORIZED")


def test_machine_and_bases(service: Service) -> None:
    machine = service.http.get("/machine").json()
    assert machine["device"] == "cpu"
    assert machine["threads"] == 1
    assert machine["memory_bytes"] > 10**8
    assert (machine["run_memory_bytes"], machine["four_bit_missing"]) == (None, "cuda")
    tiny = next(base for base in service.http.get("/bases").json() if base["id"] == "tiny")
    assert tiny["base_hash"] == base_ref()["base_hash"]
    assert tiny["licence"] == "WordNet"
    assert "Princeton University" in tiny["notice"]
    assert tiny["presets"]["quick"]["learning_rate"] == 0.005
    assert tiny["presets"]["balanced"]["epochs"] == 8


def test_render_shows_what_is_trained(service: Service) -> None:
    row = {"prompt": "the <|end|> of snow", "answer": "cold"}
    body = {"base": "tiny", "goal": "label", "labels": LABELS, "rows": [row]}
    (rendered,) = service.http.post("/render", json=body).json()
    assert "".join(segment["text"] for segment in rendered["segments"]) == rendered["text"]
    assert "".join(s["text"] for s in rendered["segments"] if s["trained"]) == "cold<|end|>"
    assert rendered["text"].count("<|end|>") == 1
    assert not rendered["truncated"]
    assert code(service.http.post("/render", json={**body, "base": "nope"})) == (404, "BASE_UNKNOWN")
    assert code(service.http.post("/render", json={**body, "labels": ["one"]})) == (422, "INVALID_REQUEST")
    assert code(service.http.post("/render", json={**body, "rows": [row] * 51})) == (422, "INVALID_REQUEST")


def test_blobs_are_what_they_are_called(service: Service) -> None:
    content = bytes(range(256)) * 9000
    sha256 = service.upload(content)
    assert service.upload(content) == sha256
    got = service.http.get(f"/blobs/{sha256}")
    assert (got.content, got.headers["etag"]) == (content, f'"{sha256}"')
    assert service.http.head(f"/blobs/{sha256}").headers["content-length"] == str(len(content))

    other = hashlib.sha256(b"other").hexdigest()
    assert code(service.http.put(f"/blobs/{other}", content=content)) == (409, "BLOB_HASH")
    assert code(service.http.get(f"/blobs/{other}")) == (404, "NOT_FOUND")
    assert service.http.head(f"/blobs/{other}").status_code == 404
    assert code(service.http.put("/blobs/..%2f..%2fetc", content=content))[0] in (404, 422)
    assert code(service.http.put(f"/blobs/{sha256.upper()}", content=content)) == (422, "INVALID_REQUEST")
    assert list((service.data / "blobs" / "partial").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rank": 0}, "rank must be from 1 to 64, but is 0."),
        ({"rank": 4096}, "rank must be from 1 to 64, but is 4096."),
        ({"learning_rate": 1e9}, "learning_rate must be from 1e-06 to 0.05, but is 1000000000.0."),
        ({"epochs": 10**6}, "epochs must be from 1 to 50, but is 1000000."),
        ({"max_length": 10**7}, "max_length must be from 16 to 8192, but is 10000000."),
        ({"eval_every": 0}, "eval_every must be from 1 to 100000, but is 0."),
        ({"learning_rate": float("nan")}, "learning_rate must be from 1e-06 to 0.05, but is nan."),
        ({"learning_rate": float("inf")}, "learning_rate must be from 1e-06 to 0.05, but is inf."),
    ],
)
def test_numbers_out_of_range_are_refused_before_queueing(service: Service, change: dict[str, Any], message: str) -> None:
    # httpx refuses to write NaN itself, other clients do not.
    content = json.dumps(service.training(**change))
    reply = service.http.put("/runs/out-of-range", content=content, headers={"content-type": "application/json"})
    assert code(reply) == (422, "CONFIG_RANGE")
    assert reply.json()["message"] == message
    assert code(service.http.get("/runs/out-of-range")) == (404, "NOT_FOUND")


def test_specs_that_make_no_sense_are_refused(service: Service) -> None:
    spec = service.training()

    def put(changed: dict[str, Any]) -> tuple[int, str]:
        return code(service.http.put("/runs/refused", json=changed))

    train = {"train": spec["inputs"]["train"]}
    assert put({**spec, "inputs": train}) == (422, "INPUT_NAMES")
    assert put({**spec, "inputs": {**spec["inputs"], "more": train["train"]}}) == (422, "INPUT_NAMES")
    assert put({**spec, "inputs": {**spec["inputs"], "train": "0" * 64}}) == (409, "BLOB_MISSING")
    assert put({**spec, "recipe": "format_disk"}) == (422, "INVALID_REQUEST")
    assert put({**spec, "config": {**spec["config"], "rank": "8"}}) == (422, "INVALID_REQUEST")
    assert put({**spec, "config": {**spec["config"], "trust_remote_code": True}}) == (422, "INVALID_REQUEST")
    assert code(service.http.put("/runs/refused", content="{")) == (422, "INVALID_REQUEST")
    assert code(service.http.put("/runs/..", json=spec))[0] in (404, 405)
    assert code(service.http.put("/runs/a.b", json=spec)) == (422, "INVALID_REQUEST")
    assert code(service.http.post("/runs/refused", json=spec)) == (405, "METHOD_NOT_ALLOWED")
    assert code(service.http.post("/runs/refused/cancel")) == (404, "NOT_FOUND")
    assert code(service.http.get("/runs/refused/events")) == (404, "NOT_FOUND")


def test_generating_twice_is_one_run_with_one_result(service: Service) -> None:
    prompts = [{"messages": [{"role": "user", "content": "What is snow?"}]}, {"rendered": "<|user|>ice<|assistant|>"}]
    spec = {"recipe": "generate", "config": {**base_ref(), "prompts": prompts, "max_new_tokens": 4}, "inputs": {}}
    first = service.http.put("/runs/twice", json=spec)
    assert (first.status_code, first.json()["status"], first.json()["attempt"]) == (200, "running", 1)
    # Defaults written out and keys in another order are the same spec.
    same = {"inputs": {"adapter": None}, "config": dict(reversed(spec["config"].items())), "recipe": "generate"}  # type: ignore[attr-defined]
    assert service.http.put("/runs/twice", json=same).json()["id"] == "twice"
    other = {**spec, "config": {**base_ref(), "prompts": prompts, "max_new_tokens": 5}}
    assert code(service.http.put("/runs/twice", json=other)) == (409, "RUN_SPEC_DIFFERS")
    # One at a time, in order: the second waits for the first, and can be cancelled before it begins.
    waiting = service.http.put("/runs/waiting", json=other).json()
    assert (waiting["status"], waiting["attempt"]) == ("queued", 0)
    cancelled = service.http.post("/runs/waiting/cancel").json()
    assert (cancelled["status"], cancelled["artifacts"], cancelled["attempt"]) == ("cancelled", {}, 0)

    state = service.wait_for_end("twice")
    assert (state["status"], state["attempt"], state["error"]) == ("succeeded", 1, None)
    assert state["finished_at"] > state["created_at"]
    generations = service.http.get(f"/blobs/{state['artifacts']['generations.json']}").json()
    assert len(generations) == 2
    manifest = service.http.get(f"/blobs/{state['manifest_sha256']}").json()
    assert manifest["artifacts"] == state["artifacts"]
    assert manifest["config"]["base_hash"] == base_ref()["base_hash"]
    assert service.http.put("/runs/twice", json=spec).json() == state
    assert service.http.post("/runs/twice/cancel").json() == state


def test_two_runners_do_not_share_a_folder(service: Service) -> None:
    env = {"RUNNER_TOKEN": "x" * 16, "RUNNER_DATA": str(service.data), "RUNNER_PORT": "0", "PATH": ""}
    second = subprocess.run([sys.executable, "-m", "runner.api"], cwd=PACKAGE, env=env, capture_output=True, timeout=60)
    assert second.returncode != 0
    assert b"Another runner already works in" in second.stderr


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({}, "RUNNER_TOKEN is missing"),
        ({"RUNNER_TOKEN": "short"}, "RUNNER_TOKEN must be at least 16"),
        ({"RUNNER_TOKEN": "x" * 16, "RUNNER_PORT": "http"}, "RUNNER_PORT must be a whole number from 0 to 65535"),
        ({"RUNNER_TOKEN": "x" * 16, "RUNNER_MAX_PARALLEL": "0"}, "RUNNER_MAX_PARALLEL must be a whole number from 1 to 64"),
        ({"RUNNER_TOKEN": "x" * 16, "RUNNER_MEMORY_BYTES": "2G"}, "RUNNER_MEMORY_BYTES must be a whole number from 0"),
        ({"RUNNER_TOKEN": "x" * 16, "RUNNER_DEVICE": "tpu"}, "RUNNER_DEVICE must be auto, cpu or cuda"),
    ],
)
def test_a_wrong_environment_stops_the_start(tmp_path: Path, env: dict[str, str], sentence: str) -> None:
    from runner.settings import Settings, SettingsError

    if "RUNNER_TOKEN" in env:
        with pytest.raises(SettingsError, match=sentence):
            Settings.from_env(env)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "runner.api"], cwd=PACKAGE, env={"RUNNER_DATA": str(tmp_path)}, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert sentence in done.stderr


def test_the_contract_file_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "-m", "runner.gen_openapi", "--check"], cwd=PACKAGE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
