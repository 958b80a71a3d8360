"""Embeddings of texts, and what can be said of stored ones: POST /embeddings, /embeddings/nearest, /embeddings/map.

Small and bounded, so they are plain calls and not runs: behind a training of hours nobody would see their neighbours.
Texts and results travel in the call, matrices as blobs.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from runner import minilm
from runner.embed_engine import EmbedEngine
from runner.embedding_schemas import Embeddings, EmbedRequest, MapOfRows, MapRequest, NearestRequest, NearestRows
from runner.schemas import ErrorBody

ERRORS: dict[int | str, dict[str, Any]] = {"default": {"model": ErrorBody}, 422: {"model": ErrorBody}}
routes = APIRouter(prefix="/embeddings", responses=ERRORS)


@routes.post("", operation_id="embed")
async def embed(body: EmbedRequest, request: Request) -> Embeddings:
    """One vector a text. EMBEDDER_MISSING where the model's package is not installed."""
    minilm.folder()
    return Embeddings.model_validate(await engine(request).ask("embed", texts=body.texts))


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
