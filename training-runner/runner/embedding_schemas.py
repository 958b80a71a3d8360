"""The wire shapes of embeddings, nearest rows and the map. Vectors are little-endian float16, 384 to a row."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from runner.configs import Sha256, Strict

MAX_TEXTS = 32
MAX_CHARACTERS = 20_000
MAX_ASKED = 1000
MAX_COMPARED = 100_000
MAX_DRAWN = 2000


class EmbedRequest(Strict):
    """Texts to be turned into vectors; what is beyond 256 tokens of one does not count."""

    texts: list[Annotated[str, Field(max_length=MAX_CHARACTERS)]] = Field(min_length=1, max_length=MAX_TEXTS)


class Embeddings(BaseModel):
    """One vector a text, of length one, in the order asked."""

    model: str
    dimensions: int
    vectors: str = Field(description="base64 of float16, little-endian, row after row")


class NearestRequest(Strict):
    """Rows `first` to `first + count - 1` of the stored chunks, each compared with all rows before it."""

    chunks: list[Sha256] = Field(min_length=1, max_length=4096, description="stored files of float16 rows, in this order")
    first: int = Field(ge=0, lt=MAX_COMPARED)
    count: int = Field(ge=1, le=MAX_ASKED)
    skip: str | None = Field(
        default=None,
        max_length=4 * (MAX_COMPARED // 24 + 2),
        description="base64 of one bit a row, lowest first: rows that nothing is compared with",
    )


class Nearest(BaseModel):
    """The most alike earlier row and its cosine; null where there is none."""

    row: int | None
    cosine: float | None


class NearestRows(BaseModel):
    """In the order asked."""

    nearest: list[Nearest]


class MapRequest(Strict):
    """A stored file of up to 2,000 rows."""

    vectors: Sha256


class MapOfRows(BaseModel):
    """Principal components: the same vectors give the same points."""

    points: list[tuple[float, float]]
    explained: tuple[float, float] = Field(description="share of the variance along x and along y")
    kept_neighbours: float | None = Field(
        description="of each row's 10 nearest in full, the share still among its 10 nearest on the map; null under 12 rows"
    )
