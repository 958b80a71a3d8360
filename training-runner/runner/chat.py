"""OpenAI-compatible chat over the bases and the registered adapters: /v1/models, /v1/chat/completions, /adapters/{sha256}.

A model is `base:<id>` or `adapter:<sha256 of its weights>`; nothing else is looked up, so no name can reach a file. The chat
template is the base's own and cannot be supplied. An adapter asked without a system message gets the one it was trained with.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from runner.chat_schemas import AdapterModel, AdapterRef, ChatRequest
from runner.configs import Sha256
from runner.engine import Engine
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write_json
from runner.manifest import read_json
from runner.schemas import ErrorBody
from runner.settings import Settings

PING_SECONDS = 15.0
LISTEN_SECONDS = 0.25
ADAPTER_NAME = re.compile(r"adapter:([0-9a-f]{64})")
# Our codes in OpenAI's words: (status, type, code).
OPENAI = {
    ErrorCode.UNAUTHORIZED: (401, "invalid_request_error", "invalid_api_key"),
    ErrorCode.NOT_FOUND: (404, "invalid_request_error", "model_not_found"),
    ErrorCode.BASE_UNKNOWN: (404, "invalid_request_error", "model_not_found"),
    ErrorCode.CONFIG_RANGE: (400, "invalid_request_error", "context_length_exceeded"),
    ErrorCode.ENGINE_BUSY: (429, "rate_limit_error", "rate_limit_exceeded"),
    ErrorCode.OUT_OF_MEMORY: (503, "server_error", "out_of_memory"),
    ErrorCode.OOM_OR_KILLED: (503, "server_error", "engine_restarted"),
}
routes = APIRouter()
v1 = APIRouter(prefix="/v1")


def error_body(message: str, type: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    """OpenAI's error, all four keys always."""
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def headers(began: float | None = None) -> dict[str, str]:
    """On every reply."""
    processing = {} if began is None else {"openai-processing-ms": str(round((time.monotonic() - began) * 1000))}
    return {"x-request-id": f"req_{uuid.uuid4().hex}", **processing}


def refusal(error: RunnerError) -> JSONResponse:
    """A RunnerError as OpenAI's clients expect it."""
    status, kind, code = OPENAI.get(error.code, (500, "server_error", str(error.code).lower()))
    wait = {"retry-after": "2"} if status in (429, 503) else {}
    return JSONResponse(error_body(error.message, kind, code), status, headers=headers() | wait)


def invalid(problems: list[Any]) -> JSONResponse:
    """The first problem of a request, with the parameter's name and, for a number, its range."""
    problem = problems[0]
    param = ".".join(str(part) for part in problem["loc"] if part != "body") or None
    is_unknown = problem["type"] == "extra_forbidden"
    message = f"Unknown parameter: '{param}'." if is_unknown else f"Invalid '{param or 'body'}': {problem['msg']}."
    code = "unknown_parameter" if is_unknown else "invalid_value"
    return JSONResponse(error_body(message, "invalid_request_error", code, param), 400, headers=headers())


@routes.put("/adapters/{sha256}", operation_id="putAdapter", responses={"default": {"model": ErrorBody}})
def put_adapter(sha256: Sha256, body: AdapterRef, request: Request) -> AdapterModel:
    """Let stored weights be asked as `adapter:<sha256>`. Asked again it does the same; the weights are checked on first use."""
    from runner import bases, template

    settings: Settings = request.app.state.settings
    base = bases.find(body.base, body.base_hash)
    for blob in (sha256, body.adapter_config):
        request.app.state.manager.blobs.get(blob)
    path = settings.data_dir / "adapters" / f"{sha256}.json"
    path.parent.mkdir(exist_ok=True)
    instruction = template.instruction(body.task) if body.task else ""
    atomic_write_json(path, {**body.model_dump(mode="json"), "instruction": instruction, "created": int(time.time())})
    return AdapterModel(model=f"adapter:{sha256}", base_model=f"base:{base.id}", instruction=instruction)


@v1.get("/models", operation_id="listModels")
def list_models(request: Request) -> JSONResponse:
    """Everything that can be asked; an adapter names its base as `parent`."""
    from runner import bases

    settings: Settings = request.app.state.settings
    models = [entry(f"base:{base.id}", 0, None) for base in bases.registry(settings.bases_dir).values()]
    for path in sorted((settings.data_dir / "adapters").glob("*.json")):
        known = read_json(path) or {}
        models.append(entry(f"adapter:{path.stem}", known["created"], f"base:{known['base']}"))
    return JSONResponse({"object": "list", "data": models}, headers=headers())


def entry(id: str, created: int, parent: str | None) -> dict[str, Any]:
    """One line of /v1/models."""
    return {"id": id, "object": "model", "created": created, "owned_by": "modelfactory", "parent": parent}


@v1.post("/chat/completions", operation_id="createChatCompletion")
async def create_chat_completion(body: ChatRequest, request: Request) -> Response:
    """An answer, whole or streamed."""
    began = time.monotonic()
    engine: Engine = request.app.state.engine
    asked, fingerprint = resolve(body, request.app.state.settings)
    events = engine.chat(asked)
    # The first event tells whether there will be an answer, so a refusal still has its own status.
    try:
        start = await next_event(events, request)
    except RunnerError as error:
        return refusal(error)
    except ClientGoneError:
        return Response(status_code=499)
    answer = Answer(body, fingerprint, start["prompt_tokens"])
    if body.stream:
        media = "text/event-stream; charset=utf-8"
        extra = headers(began) | {"cache-control": "no-cache", "x-accel-buffering": "no"}
        return StreamingResponse(stream(answer, events), media_type=media, headers=extra)
    try:
        return JSONResponse(await whole(answer, events, request), headers=headers(began))
    except RunnerError as error:
        return refusal(error)
    except ClientGoneError:
        return Response(status_code=499)


def resolve(body: ChatRequest, settings: Settings) -> tuple[dict[str, Any], str]:
    """What the answering process is asked for, and the hashes that produced the answer. Raises NOT_FOUND."""
    from runner import bases

    messages = [{"role": "system" if m.role == "developer" else m.role, "content": m.text} for m in body.messages]
    known = bases.registry(settings.bases_dir)
    adapter: dict[str, str] | None = None
    found = ADAPTER_NAME.fullmatch(body.model)
    registered = read_json(settings.data_dir / "adapters" / f"{found[1]}.json") if found else None
    if found and registered:
        base = known.get(registered["base"])
        adapter = {"sha256": found[1], "config": registered["adapter_config"]}
        if messages[0]["role"] != "system" and registered["instruction"]:
            messages = [{"role": "system", "content": registered["instruction"]}, *messages]
    else:
        base = known.get(body.model.removeprefix("base:")) if body.model.startswith("base:") else None
    if base is None or (registered and base.base_hash != registered["base_hash"]):
        raise RunnerError(ErrorCode.NOT_FOUND, f"The model '{body.model[:100]}' does not exist.")
    fingerprint = f"{adapter['sha256'][:16]}-{base.base_hash[:16]}" if adapter else base.base_hash[:16]
    return {
        "base": base.id,
        "base_hash": base.base_hash,
        "adapter": adapter,
        "messages": messages,
        "max_tokens": body.max_completion_tokens or body.max_tokens,
        "temperature": body.temperature,
        "top_p": body.top_p,
        "seed": body.seed,
        "stop": body.stops,
    }, fingerprint


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


async def next_event(events: AsyncIterator[dict[str, Any]], request: Request) -> dict[str, Any]:
    """The next event, given up when the client has gone. Leaves the iterator to its owner."""
    waiting = asyncio.ensure_future(anext(events))
    try:
        while not waiting.done():
            await asyncio.wait([waiting], timeout=LISTEN_SECONDS)
            if not waiting.done() and await request.is_disconnected():
                raise ClientGoneError
        return await waiting
    finally:
        if not waiting.done():
            waiting.cancel()


class Answer:
    """The fixed parts of one answer's objects."""

    def __init__(self, body: ChatRequest, fingerprint: str, prompt_tokens: int) -> None:
        self.body, self.prompt_tokens = body, prompt_tokens
        self.head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": body.model,
            "system_fingerprint": fingerprint,
        }

    def usage(self, completion_tokens: int) -> dict[str, Any]:
        """Tokens in OpenAI's shape."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        }

    def chunk(self, delta: dict[str, str], finish_reason: str | None = None) -> str:
        """One line of the stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._line({"choices": [choice]} | ({"usage": None} if self.wants_usage else {}))

    def usage_chunk(self, completion_tokens: int) -> str:
        """The last line before [DONE], when asked for."""
        return self._line({"choices": [], "usage": self.usage(completion_tokens)})

    @property
    def wants_usage(self) -> bool:
        """`stream_options.include_usage`."""
        return self.body.stream_options is not None and self.body.stream_options.include_usage

    def _line(self, rest: dict[str, Any]) -> str:
        return f"data: {json.dumps({**self.head, 'object': 'chat.completion.chunk', **rest})}\n\n"


async def stream(answer: Answer, events: Any) -> AsyncIterator[str]:
    """Server-sent events. Starlette closes it when the client goes, which stops the computation."""
    waiting: asyncio.Future[dict[str, Any]] | None = None
    try:
        yield answer.chunk({"role": "assistant", "content": ""})
        while True:
            waiting = waiting or asyncio.ensure_future(anext(events))
            await asyncio.wait([waiting], timeout=PING_SECONDS)
            if not waiting.done():
                yield ": still writing\n\n"
                continue
            event, waiting = waiting.result(), None
            if event["event"] == "text":
                yield answer.chunk({"content": event["text"]})
            elif event["event"] == "end":
                yield answer.chunk({}, event["finish_reason"])
                if answer.wants_usage:
                    yield answer.usage_chunk(event["completion_tokens"])
                yield "data: [DONE]\n\n"
                return
    except RunnerError as error:
        _, kind, code = OPENAI.get(error.code, (500, "server_error", str(error.code).lower()))
        yield f"data: {json.dumps(error_body(error.message, kind, code))}\n\n"
    finally:
        if waiting is not None and not waiting.done():
            waiting.cancel()
            await asyncio.wait([waiting])
        await events.aclose()


async def whole(answer: Answer, events: Any, request: Request) -> dict[str, Any]:
    """The answer as one object."""
    text = ""
    try:
        while True:
            event = await next_event(events, request)
            if event["event"] == "end":
                break
            text += event["text"]
    finally:
        await events.aclose()
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": event["finish_reason"]}
    return {**answer.head, "object": "chat.completion", "choices": [choice], "usage": answer.usage(event["completion_tokens"])}
