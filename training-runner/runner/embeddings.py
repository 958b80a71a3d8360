"""Embeddings of texts, and what can be said of stored ones: POST /embeddings, /embeddings/nearest, /embeddings/map.

Small and bounded, so they are plain calls and not runs: behind a training of hours nobody would see their neighbours.
Texts and results travel in the call. Matrices come first, by hash, to PUT /embeddings/rows/{sha256}; they are derived
data, kept apart from the blobs of runs (and so out of backups), and the ones unused longest make room.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from runner import minilm
from runner.blobs import BlobStore
from runner.configs import Sha256
from runner.embed_engine import EmbedEngine
from runner.embedding_schemas import MAX_COMPARED, Embeddings, EmbedRequest, MapOfRows, MapRequest, NearestRequest, NearestRows
from runner.errors import ErrorCode, RunnerError
from runner.schemas import BlobReceipt, ErrorBody
from runner.settings import Settings

ERRORS: dict[int | str, dict[str, Any]] = {"default": {"model": ErrorBody}, 422: {"model": ErrorBody}}
# 1.3 million rows; one file is at most the 100,000 that are compared.
KEPT_BYTES = 1_000_000_000
FILE_BYTES = 2 * minilm.DIMENSIONS * MAX_COMPARED
routes = APIRouter(prefix="/embeddings", responses=ERRORS)


@routes.post("", operation_id="embed")
async def embed(body: EmbedRequest, request: Request) -> Embeddings:
    """One vector a text. EMBEDDER_MISSING where the model's package is not installed."""
    minilm.folder()
    return Embeddings.model_validate(await engine(request).ask("embed", texts=body.texts))


@routes.put("/rows/{sha256}", operation_id="putRows")
async def put_rows(sha256: Sha256, request: Request) -> BlobReceipt:
    """Store vectors, float16 row after row, under the hash of these bytes."""
    kept = store(request.app.state.settings)
    size = await kept.put_stream(sha256, request.stream())
    await run_in_threadpool(make_room, kept, KEPT_BYTES)
    return BlobReceipt(sha256=sha256, bytes=size)


@routes.head("/rows/{sha256}", operation_id="headRows", response_class=Response)
def head_rows(sha256: Sha256, request: Request) -> Response:
    """Whether vectors are here; asking counts as using them."""
    kept = store(request.app.state.settings)
    if not kept.has(sha256):
        raise RunnerError(ErrorCode.NOT_FOUND, f"The vectors {sha256} are not on this runner.")
    kept.path(sha256).touch()
    return Response()


@routes.post("/nearest", operation_id="nearestRows")
async def nearest(body: NearestRequest, request: Request) -> NearestRows:
    """The most alike earlier row of each asked row: exact cosine, at most 100,000 rows in all."""
    return NearestRows.model_validate(await engine(request).ask("nearest", **body.model_dump()))


@routes.post("/map", operation_id="mapRows")
async def map_rows(body: MapRequest, request: Request) -> MapOfRows:
    """Two coordinates a row."""
    return MapOfRows.model_validate(await engine(request).ask("map", **body.model_dump()))


def engine(request: Request) -> EmbedEngine:
    """The one engine of this process."""
    found: EmbedEngine = request.app.state.embed_engine
    return found


def store(settings: Settings) -> BlobStore:
    """Vectors by the hash of their bytes."""
    return BlobStore(settings.vectors_dir, FILE_BYTES)


def make_room(kept: BlobStore, limit: int) -> None:
    """Delete the files unused longest until no more than `limit` bytes are kept."""
    used = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in kept.root.glob("??/*")), reverse=True)
    total = 0
    for _, size, path in used:
        total += size
        if total > limit:
            path.unlink(missing_ok=True)
