"""Processes that are killed in the middle of a run: the run ends with the adapter of an unbroken one."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.service import Service

# 150 steps, a validation point and a checkpoint to resume from every 15.
EPOCHS = 10
MIDDLE = 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("data"))
    yield service
    service.stop()


@pytest.fixture(scope="module")
def unbroken(service: Service) -> dict[str, Any]:
    service.http.put("/runs/unbroken", json=service.training(EPOCHS))
    state = service.wait_for_end("unbroken")
    assert (state["status"], state["attempt"]) == ("succeeded", 1)
    return state


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def start_to_the_middle(service: Service, run_id: str) -> int:
    service.http.put(f"/runs/{run_id}", json=service.training(EPOCHS))
    service.wait_for(lambda: service.step(run_id) >= MIDDLE, f"step {MIDDLE} of {run_id}")
    return service.child(run_id)


def test_events_come_in_pages(service: Service, unbroken: dict[str, Any]) -> None:
    page = service.http.get("/runs/unbroken/events", params={"after": 10, "limit": 3}).json()
    assert [event["seq"] for event in page["events"]] == [11, 12, 13]
    assert page["last_seq"] == unbroken["seq"]
    end = service.http.get("/runs/unbroken/events", params={"after": unbroken["seq"]}).json()
    assert end == {"events": [], "last_seq": unbroken["seq"]}
    assert unbroken["progress"] == {"done": 150, "total": 150, "unit": "steps", "eta_seconds": 0.0}
    assert service.http.get("/runs/unbroken/events", params={"limit": 0}).json()["code"] == "CONFIG_RANGE"


def test_the_service_dies_and_then_the_training(service: Service, unbroken: dict[str, Any]) -> None:
    child = start_to_the_middle(service, "broken")
    service.kill()
    assert not is_gone(child)
    service.start()
    adopted = service.state("broken")
    assert (adopted["status"], adopted["attempt"], service.child("broken")) == ("running", 1, child)

    os.kill(child, signal.SIGKILL)
    # What a crash in the middle of a line leaves behind.
    with (service.data / "runs" / "broken" / "events.jsonl").open("ab") as log:
        log.write(b'{"seq": 4')
    state = service.wait_for_end("broken")
    assert (state["status"], state["attempt"], state["error"]) == ("succeeded", 2, None)
    assert state["artifacts"] == unbroken["artifacts"]
    assert state["manifest_sha256"] == unbroken["manifest_sha256"]
    events = service.events("broken")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["attempt"] for event in events} == {1, 2}
    assert [e["level"] for e in events if "ended unexpectedly (attempt 1)" in e["message"]] == ["warn"]


def test_an_orderly_stop_is_no_death_and_cancelling_keeps_the_best_adapter(service: Service) -> None:
    child = start_to_the_middle(service, "paused")
    service.stop()
    assert is_gone(child)
    reached = len((service.data / "runs" / "paused" / "events.jsonl").read_bytes().splitlines())
    service.start()
    service.wait_for(lambda: service.state("paused")["seq"] > reached + 1, "the run to go on")
    assert json.loads((service.data / "runs" / "paused" / "attempts.json").read_text())["deaths"] == 0
    child = service.child("paused")
    service.http.post("/runs/paused/cancel")
    service.http.post("/runs/paused/cancel")
    state = service.wait_for_end("paused")
    assert (state["status"], state["attempt"], state["error"]) == ("cancelled", 2, None)
    assert service.http.head(f"/blobs/{state['artifacts']['adapter_model.safetensors']}").status_code == 200
    assert state["progress"]["done"] < 150
    service.wait_for(lambda: is_gone(child), "the process to end")


def test_a_run_that_is_killed_three_times_says_so(service: Service) -> None:
    service.http.put("/runs/doomed", json=service.training(EPOCHS))
    for attempt in (1, 2, 3):
        service.wait_for(lambda attempt=attempt: has_started(service, attempt), f"attempt {attempt}")  # type: ignore[misc]
        os.kill(service.child("doomed"), signal.SIGKILL)
    state = service.wait_for_end("doomed")
    assert (state["status"], state["attempt"]) == ("failed", 3)
    assert (state["error"]["code"], state["error"]["retryable"]) == ("OOM_OR_KILLED", True)
    assert "most often for lack of memory" in state["error"]["message"]


def test_any_number_of_deaths_with_progress_between_ends_in_the_same_adapter(service: Service, unbroken: dict[str, Any]) -> None:
    service.http.put("/runs/often", json=service.training(EPOCHS))
    # A checkpoint falls on every fifteenth step: three deaths, each further than the one before.
    for death, step in enumerate((18, 48, 78), start=1):
        service.wait_for(lambda step=step: service.step("often") >= step, f"step {step}")  # type: ignore[misc]
        os.kill(service.child("often"), signal.SIGKILL)
        service.wait_for(lambda death=death: attempts(service)["attempt"] > death, f"attempt {death + 1}")  # type: ignore[misc]
        assert attempts(service)["deaths"] == 1
    state = service.wait_for_end("often")
    assert (state["status"], state["attempt"]) == ("succeeded", 4)
    assert state["artifacts"] == unbroken["artifacts"]


def test_a_process_that_goes_down_with_the_service_is_not_to_blame(service: Service) -> None:
    child = start_to_the_middle(service, "together")
    service.kill()
    os.kill(child, signal.SIGKILL)
    service.start()
    service.wait_for(lambda: service.state("together")["attempt"] == 2, "the second attempt")
    assert attempts(service, "together")["deaths"] == 0
    service.http.post("/runs/together/cancel")
    service.wait_for_end("together")


def attempts(service: Service, run_id: str = "often") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((service.data / "runs" / run_id / "attempts.json").read_text())
    return content


def has_started(service: Service, attempt: int) -> bool:
    path = service.data / "runs" / "doomed" / "pid.json"
    return path.exists() and json.loads(path.read_text())["attempt"] == attempt


def test_a_stubborn_process_is_killed_after_the_grace(service: Service) -> None:
    child = start_to_the_middle(service, "stubborn")
    os.kill(child, signal.SIGSTOP)
    service.http.post("/runs/stubborn/cancel")
    service.wait_for(lambda: is_gone(child), "the stopped process to be killed")
    # A second process only hands over the best adapter so far.
    state = service.wait_for_end("stubborn")
    assert (state["status"], state["attempt"]) == ("cancelled", 2)
    assert "adapter_model.safetensors" in state["artifacts"]
    assert state["progress"]["done"] < 150
