"""The runner's HTTP service: `python -m runner.api`. Handlers check and hand over; runs execute in their own processes."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from runner import __version__, chat, embeddings, machine
from runner.configs import RunId, Sha256
from runner.embed_engine import EmbedEngine
from runner.engine import Engine
from runner.errors import ErrorCode, RunnerError
from runner.fit import fit, memory_of
from runner.jobs import Manager
from runner.limits import exhausted
from runner.refusals import explain
from runner.registry import availability, registry
from runner.schemas import (
    Base,
    BlobReceipt,
    ErrorBody,
    EventPage,
    Health,
    Machine,
    Presets,
    RenderedRow,
    RenderRequest,
    RunSpec,
    RunState,
)
from runner.settings import Settings, SettingsError
from runner.shapes import linear_shapes

TICK_SECONDS = 0.2
STATUS = {
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.BASE_UNKNOWN: 404,
    ErrorCode.BLOB_MISSING: 409,
    ErrorCode.BLOB_HASH: 409,
    ErrorCode.RUN_SPEC_DIFFERS: 409,
    ErrorCode.BLOB_TOO_LARGE: 413,
    ErrorCode.DISK_FULL: 507,
    ErrorCode.EMBEDDER_MISSING: 501,
    ErrorCode.ENGINE_BUSY: 429,
    ErrorCode.INTERNAL: 500,
}
log = logging.getLogger("runner")


class TokenGuard:
    """Answers UNAUTHORIZED, before a body is read, to every request but GET /health that lacks the runner's token.

    The comparison takes the same time for any wrong token of the same length.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"] != "/health":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self.expected):
                error = RunnerError(ErrorCode.UNAUTHORIZED, "The runner's token is missing or wrong. Check RUNNER_TOKEN.")
                reply = chat.refusal(error) if is_openai(scope["path"]) else answer(error)
                await reply(scope, receive, send)
                return
        await self.app(scope, receive, send)


def get_manager(request: Request) -> Manager:
    """The one manager of this process."""
    manager: Manager = request.app.state.manager
    return manager


Runs = Annotated[Manager, Depends(get_manager)]
ERRORS: dict[int | str, dict[str, Any]] = {"default": {"model": ErrorBody}, 422: {"model": ErrorBody}}
routes = APIRouter(responses=ERRORS)


@routes.get("/health", operation_id="getHealth")
def get_health() -> Health:
    """Whether the service answers."""
    return Health(status="ok", version=__version__)


@routes.get("/machine", operation_id="getMachine")
def get_machine(request: Request) -> Machine:
    """Where runs execute."""
    return machine.machine(request.app.state.settings)


@routes.get("/bases/{base_id:path}/linear-shapes", operation_id="linearShapes")
def get_linear_shapes(base_id: str, request: Request) -> dict[str, tuple[int, int]]:
    """[outputs, inputs] of every linear layer of a base, by module name: what an adapter on it must fit."""
    settings: Settings = request.app.state.settings
    base = registry(settings.bases_dir, settings.bases_cache).get(base_id)
    if base is None:
        raise RunnerError(ErrorCode.BASE_UNKNOWN, f"The base model {base_id} is not on the list.")
    return linear_shapes(base, settings)


@routes.get("/bases", operation_id="listBases")
def list_bases(request: Request) -> list[Base]:
    """The base models this runner may train."""
    settings: Settings = request.app.state.settings
    here = machine.machine(settings)
    listed = []
    for base in registry(settings.bases_dir, settings.bases_cache).values():
        missing = availability(base, settings)
        listed.append(
            Base(
                id=base.id,
                name=base.name,
                revision=base.revision,
                licence=base.licence,
                notice=base.notice,
                parameters=base.parameters,
                context_length=base.context_length,
                base_hash=base.base_hash,
                files=base.files,
                template_sha256=base.template_sha256,
                presets=Presets.model_validate(base.presets),
                is_default=base.is_default,
                available=missing is None,
                unavailable_reason=missing,
                memory=memory_of(base),
                fit=fit(base, here),
            )
        )
    return listed


@routes.post("/render", operation_id="render")
def render(body: RenderRequest) -> list[RenderedRow]:
    """Rows exactly as they will be trained, cut at the balanced preset's length."""
    # Imported on use, like torch itself: the service answers before torch is there.
    from runner import bases, template

    base = bases.find(body.base)
    tokenizer = bases.load_tokenizer(base)
    max_length = base.presets["balanced"]["max_length"]
    return [RenderedRow(**template.render(tokenizer, body.task(), row, max_length)) for row in body.rows]


@routes.put("/blobs/{sha256}", operation_id="putBlob")
async def put_blob(sha256: Sha256, request: Request, runs: Runs) -> BlobReceipt:
    """Store the request's body, which must have this hash."""
    return BlobReceipt(sha256=sha256, bytes=await runs.blobs.put_stream(sha256, request.stream()))


@routes.get("/blobs/{sha256}", operation_id="getBlob", response_class=FileResponse)
def get_blob(sha256: Sha256, runs: Runs) -> FileResponse:
    """A stored file."""
    return blob_response(sha256, runs)


@routes.head("/blobs/{sha256}", operation_id="headBlob", response_class=Response)
def head_blob(sha256: Sha256, runs: Runs) -> FileResponse:
    """Whether a file is stored, and its length."""
    return blob_response(sha256, runs)


@routes.put("/runs/{run_id}", operation_id="putRun")
def put_run(run_id: RunId, spec: RunSpec, runs: Runs, due: Annotated[float | None, Query(ge=0, le=1e11)] = None) -> RunState:
    """Create a run, or get it when it exists with the same spec. Runs that wait start in the order of `due`, Unix seconds."""
    return runs.put(run_id, spec, due)


@routes.get("/runs/{run_id}", operation_id="getRun")
def get_run(run_id: RunId, runs: Runs) -> RunState:
    """A run's state."""
    return runs.state(run_id)


@routes.get("/runs/{run_id}/events", operation_id="listEvents")
def list_events(
    run_id: RunId,
    runs: Runs,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> EventPage:
    """A run's events after a number, oldest first."""
    return runs.events(run_id, after, limit)


@routes.post("/runs/{run_id}/cancel", operation_id="cancelRun")
def cancel_run(run_id: RunId, runs: Runs) -> RunState:
    """Ask a run to stop and keep its best so far."""
    return runs.cancel(run_id)


def blob_response(sha256: str, runs: Manager) -> FileResponse:
    """The file, or NOT_FOUND."""
    if not runs.blobs.has(sha256):
        raise RunnerError(ErrorCode.NOT_FOUND, f"The file {sha256} is not on this runner.")
    return FileResponse(runs.blobs.path(sha256), media_type="application/octet-stream", headers={"ETag": f'"{sha256}"'})


def warm_up(settings: Settings) -> None:
    """Seconds of imports, done before the first preview asks for them."""
    from runner import bases, template  # noqa: F401

    machine.machine(settings)


def is_openai(path: str) -> bool:
    """Whether a path answers in OpenAI's shapes."""
    return path.startswith("/v1/")


def answer(error: RunnerError) -> JSONResponse:
    """Every error has the same body."""
    return JSONResponse(error.as_dict(), STATUS.get(error.code, 422))


def make_app(settings: Settings) -> FastAPI:
    """The service. Its manager starts with it: routes and contract can be read without one."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.manager = manager = Manager(settings)
        app.state.engine = engine = Engine(settings)
        app.state.embed_engine = embed_engine = EmbedEngine(settings)
        keeper = asyncio.create_task(keep_ticking(manager))
        threading.Thread(target=warm_up, args=[settings], daemon=True).start()
        yield
        keeper.cancel()
        await engine.shutdown()
        await embed_engine.shutdown()
        await run_in_threadpool(manager.shutdown)

    app = FastAPI(title="ModelFactory training runner", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.include_router(routes)
    app.include_router(chat.routes)
    app.include_router(embeddings.routes)
    app.include_router(chat.v1)
    app.add_middleware(TokenGuard, token=settings.token)

    @app.exception_handler(RunnerError)
    async def on_runner_error(request: Request, error: RunnerError) -> JSONResponse:
        return chat.refusal(error) if is_openai(request.url.path) else answer(error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        if is_openai(request.url.path):
            return chat.invalid(list(error.errors()))
        return answer(explain(error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: ErrorCode.NOT_FOUND, 405: ErrorCode.METHOD_NOT_ALLOWED}.get(error.status_code, ErrorCode.INVALID_REQUEST)
        body = RunnerError(code, f"The runner cannot do this: {error.detail}.")
        return JSONResponse(body.as_dict(), error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def on_unexpected(_request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error", exc_info=error)
        return answer(
            exhausted(error)
            or RunnerError(ErrorCode.INTERNAL, "The runner met an unexpected error. Its log has the details.", True)
        )

    return app


async def keep_ticking(manager: Manager) -> None:
    """Look after the runs for as long as the service lives; one failing look must not end the others."""
    while True:
        try:
            await run_in_threadpool(manager.tick)
        except Exception:
            log.exception("looking after the runs failed")
        await asyncio.sleep(TICK_SECONDS)


def main() -> None:
    """Serve until SIGTERM or SIGINT. Prints one JSON line {"url"} once the port is taken (RUNNER_PORT=0: a free one)."""
    try:
        settings = Settings.from_env()
        if not settings.token:
            raise SettingsError("RUNNER_TOKEN is missing. Set it to a random text of at least 16 characters.")
        listener = socket.create_server((settings.host, settings.port))
    except (SettingsError, OSError) as error:
        sys.exit(f"The runner cannot start: {error}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    print(json.dumps({"url": f"http://{settings.host}:{listener.getsockname()[1]}"}), flush=True)
    config = uvicorn.Config(make_app(settings), log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
