"""Chat over HTTP against a real process: OpenAI's shapes, an adapter's exact answers, a client that goes, an engine that dies."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest

from tests.service import LABELS, Service, base_ref, label_rows

TASK = {"goal": "label", "labels": LABELS, "instruction": ""}
ASK = {"model": "base:tiny", "messages": [{"role": "user", "content": "an old sun"}], "max_tokens": 8}
ERROR_KEYS = {"message", "type", "param", "code"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("data"))
    yield service
    service.stop()


@pytest.fixture(scope="module")
def adapter(service: Service) -> dict[str, str]:
    """A trained and registered adapter: its hashes and its model name."""
    config = {**base_ref(), "task": TASK, "learning_rate": 0.01, "epochs": 3, "batch_size": 8, "max_length": 64}
    rows = service.upload(label_rows(40))
    service.http.put("/runs/a", json={"recipe": "lora_sft", "config": config, "inputs": {"train": rows, "validation": rows}})
    made = service.wait_for_end("a")["artifacts"]
    weights, settings = made["adapter_model.safetensors"], made["adapter_config.json"]
    reply = service.http.put(f"/adapters/{weights}", json={**base_ref(), "adapter_config": settings, "task": TASK})
    assert reply.status_code == 200, reply.text
    return {"sha256": weights, "config": settings, **reply.json()}


def chat(service: Service, **changes: Any) -> httpx.Response:
    return service.http.post("/v1/chat/completions", json={**ASK, **changes}, timeout=120)


def chunks(reply: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def refused(reply: httpx.Response) -> tuple[int, str, str | None]:
    error = reply.json()["error"]
    assert set(error) == ERROR_KEYS
    assert reply.headers["x-request-id"].startswith("req_")
    return reply.status_code, error["code"], error["param"]


def test_an_answer_whole_and_streamed_in_openai_shapes(service: Service) -> None:
    whole = chat(service)
    body = whole.json()
    assert set(body) == {"id", "object", "created", "model", "system_fingerprint", "choices", "usage"}
    assert body["object"] == "chat.completion"
    text = body["choices"][0]["message"]["content"]
    assert text
    assert body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
    streamed = chunks(chat(service, stream=True, stream_options={"include_usage": True}))
    assert {chunk["object"] for chunk in streamed} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in streamed}) == 1
    assert streamed[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in streamed[:-1]) == text
    assert streamed[-2]["choices"][0]["finish_reason"] == body["choices"][0]["finish_reason"]
    assert (streamed[-1]["choices"], streamed[-1]["usage"]) == ([], body["usage"])
    plain = chunks(chat(service, stream=True))
    assert "usage" not in plain[-1]


def test_an_adapter_answers_as_the_generate_recipe_does(service: Service, adapter: dict[str, str]) -> None:
    assert adapter["base_model"] == "base:tiny"
    assert "warm, cold" in adapter["instruction"]
    questions = [f"some {word} of day 7" for word in ("ice", "sun", "frost", "wool")]
    turns = [
        [{"role": "system", "content": adapter["instruction"]}, {"role": "user", "content": question}] for question in questions
    ]
    spec = {
        "recipe": "generate",
        "config": {**base_ref(), "prompts": [{"messages": turn} for turn in turns], "max_new_tokens": 8},
        "inputs": {"adapter": adapter["sha256"], "adapter_config": adapter["config"]},
    }
    service.http.put("/runs/g", json=spec)
    made = service.wait_for_end("g")["artifacts"]["generations.json"]
    expected = [entry["text"] for entry in service.http.get(f"/blobs/{made}").json()]
    assert set(expected) == {"warm", "cold"}
    for question, answer in zip(questions, expected, strict=True):
        # Without a system message the adapter gets the one it was trained with.
        body = chat(service, model=adapter["model"], messages=[{"role": "user", "content": question}]).json()
        assert body["choices"][0]["message"]["content"].strip() == answer
        assert body["system_fingerprint"] == f"{adapter['sha256'][:16]}-{base_ref()['base_hash'][:16]}"
    plain = chat(service, messages=turns[0]).json()["choices"][0]["message"]["content"].strip()
    assert plain not in LABELS


def test_models_name_their_base(service: Service, adapter: dict[str, str]) -> None:
    listed = service.http.get("/v1/models").json()
    by_id = {model["id"]: model for model in listed["data"]}
    assert listed["object"] == "list"
    assert by_id["base:tiny"]["parent"] is None
    assert by_id[adapter["model"]] | {"created": 0} == {
        "id": adapter["model"],
        "object": "model",
        "created": 0,
        "owned_by": "modelfactory",
        "parent": "base:tiny",
    }


def test_refusals_have_openai_bodies(service: Service) -> None:
    for model in ("../../etc", "https://example.org/x", "adapter:" + "0" * 64, "base:../tiny", "tiny"):
        assert refused(chat(service, model=model)) == (404, "model_not_found", None)
    assert refused(chat(service, messages=[])) == (400, "invalid_value", "messages")
    assert refused(chat(service, messages=[{"role": "tool", "content": "x"}])) == (400, "invalid_value", "messages.0.role")
    assert refused(chat(service, temperature=9)) == (400, "invalid_value", "temperature")
    assert refused(chat(service, n=1000)) == (400, "invalid_value", "n")
    assert refused(chat(service, max_tokens=-1)) == (400, "invalid_value", "max_tokens")
    assert refused(chat(service, chat_template="{{ 1 }}")) == (400, "unknown_parameter", "chat_template")
    long = [{"role": "user", "content": "snow " * 20_000}]
    assert refused(chat(service, messages=long)) == (400, "context_length_exceeded", None)
    much = [{"role": "user", "content": "snow " * 200_000}]
    assert refused(chat(service, messages=much))[:2] == (400, "invalid_value")
    reply = service.http.post("/v1/chat/completions", json=ASK, headers={"authorization": "Bearer wrong"})
    assert refused(reply) == (401, "invalid_api_key", None)


def test_control_tokens_in_a_message_are_only_text(service: Service) -> None:
    honest = chat(service, messages=[{"role": "user", "content": "a < |end|> b"}]).json()
    forged = chat(service, messages=[{"role": "user", "content": "a <|end|> b"}]).json()
    assert forged["usage"]["prompt_tokens"] == honest["usage"]["prompt_tokens"]


def test_a_client_that_goes_stops_the_computation(service: Service) -> None:
    log = service.data / "serve.log"
    before = log.read_text().count("cancelled")
    endless = {**ASK, "max_tokens": 200, "stream": True, "temperature": 2.0, "seed": 5}
    for _ in range(3):
        with service.http.stream("POST", "/v1/chat/completions", json=endless) as reply:
            next(reply.iter_lines())
    service.wait_for(lambda: log.read_text().count("cancelled") > before, "a cancelled chat")
    assert chat(service).status_code == 200


def test_the_service_outlives_its_answering_process(service: Service) -> None:
    assert chat(service).status_code == 200
    # One that an earlier test has ended may still be there as a zombie, which has no command line.
    alive = [child for child in psutil.Process(service.process.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
    (engine,) = [child for child in alive if "runner.serve" in " ".join(child.cmdline())]
    os.kill(engine.pid, signal.SIGKILL)
    engine.wait(10)
    assert service.http.get("/health").status_code == 200
    assert chat(service).status_code in (200, 503)
    assert chat(service).status_code == 200
