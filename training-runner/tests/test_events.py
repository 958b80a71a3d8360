"""The event log and the run folder, without a service."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.blobs import BlobStore, sha256_bytes
from runner.errors import RunnerError
from runner.events import EventLog, read_events
from runner.manifest import RunFolder, prepare_run, spec_bytes
from runner.schemas import RUN_SPEC

SPEC = RUN_SPEC.validate_python(
    {
        "recipe": "generate",
        "config": {"base": "tiny", "base_hash": "0" * 64, "prompts": [{"rendered": "a"}]},
        "inputs": {"adapter": sha256_bytes(b"weights")},
    }
)


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    source = tmp_path / "weights"
    source.write_bytes(b"weights")
    prepare_run(tmp_path / "run", SPEC, {"adapter": source})
    return tmp_path / "run"


def test_a_torn_line_is_left_out_and_then_cut(tmp_path: Path) -> None:
    first = EventLog(tmp_path, attempt=1)
    first.emit("message", "one")
    first.emit("metrics", data={"step": 1})
    first.close()
    path = tmp_path / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"seq": 3, "att')
    assert [event["seq"] for event in read_events(path, 0, 10)[0]] == [1, 2]
    second = EventLog(tmp_path, attempt=2)
    assert second.emit("message", "three") == 3
    second.close()
    events, last = read_events(path, 1, 10)
    assert [(event["seq"], event["attempt"]) for event in events] == [(2, 1), (3, 2)]
    assert last == 3
    assert path.read_bytes().startswith(whole)


def test_a_number_that_json_lacks_is_refused(tmp_path: Path) -> None:
    log = EventLog(tmp_path, attempt=1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        log.emit("metrics", data={"train_loss": float("nan")})
    log.close()
    assert read_events(tmp_path / "events.jsonl", 0, 10) == ([], 0)


def test_one_process_at_a_time(run_dir: Path) -> None:
    with RunFolder(run_dir), pytest.raises(RunnerError, match="RUN_BUSY"):
        RunFolder(run_dir)
    with RunFolder(run_dir) as again:
        assert again.attempt == 1


def test_an_input_that_was_changed_is_refused(run_dir: Path) -> None:
    with RunFolder(run_dir) as folder:
        assert folder.input("adapter").read_bytes() == b"weights"
        (run_dir / "inputs" / "adapter").write_bytes(b"Weights")
        with pytest.raises(RunnerError, match="BLOB_HASH"):
            folder.input("adapter")
        with pytest.raises(RunnerError, match="BLOB_MISSING"):
            folder.input("adapter_config")
        assert not folder.has_input("adapter_config")


def test_the_manifest_tells_nothing_of_when_or_how_often(run_dir: Path) -> None:
    manifests = []
    for attempt in (1, 2):
        (run_dir / "attempts.json").write_text(f'{{"attempt": {attempt}}}')
        with RunFolder(run_dir) as folder:
            assert folder.attempt == attempt
            sha256 = folder.write_artifact("generations.json", b"[]")
            assert (run_dir / "artifacts" / "generations.json").read_bytes() == b"[]"
            manifests.append(folder.finish({"generations.json": sha256}))
    assert manifests[0] == manifests[1]


def test_equal_specs_have_equal_bytes() -> None:
    again = RUN_SPEC.validate_json(spec_bytes(SPEC))
    assert spec_bytes(again) == spec_bytes(SPEC)


def test_a_stored_file_is_whole_and_read_only(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    sha256 = store.put_bytes(b"abc")
    assert sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert store.get(sha256).stat().st_mode & 0o777 == 0o444
    with pytest.raises(RunnerError, match="BLOB_MISSING"):
        store.get("0" * 64)
