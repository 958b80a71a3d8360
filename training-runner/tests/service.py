"""The real runner as a process on a free port, and the few calls the tests make of it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from runner.bases import registry

PACKAGE = Path(__file__).resolve().parent.parent
TOKEN = "token-of-the-runner-tests"
LABELS = ["warm", "cold"]
WORDS = {"warm": ["sun", "fire", "soup", "wool", "stove"], "cold": ["ice", "snow", "frost", "hail", "sleet"]}
# Far more than a quiet machine needs: the tests must hold on one that is busy with other suites.
PATIENCE_SECONDS = 300


def label_rows(count: int) -> bytes:
    """JSONL of texts whose one telling word gives the label."""
    rows = []
    for k in range(count):
        label = LABELS[k % 2]
        word = WORDS[label][k // 2 % 5]
        text = f"{['the', 'an old', 'some', 'that'][k // 10 % 4]} {word} of day {k}"
        rows.append({"id": f"r{k}", "prompt": text, "answer": label, "system": "", "category": label})
        rows[-1] |= {"contributor": "ann", "contribution": "ann.csv", "cluster": f"r{k}"}
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def base_ref() -> dict[str, str]:
    """The tiny base as it is committed."""
    return {"base": "tiny", "base_hash": registry(PACKAGE / "bases")["tiny"].base_hash}


class Service:
    """One runner process over one data folder; started again over the same folder it must find its runs."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.start()

    def start(self) -> None:
        env = {**os.environ, "RUNNER_TOKEN": TOKEN, "RUNNER_DATA": str(self.data), "RUNNER_PORT": "0"}
        env |= {
            "OMP_NUM_THREADS": "1",
            "RUNNER_DEVICE": "cpu",
            "RUNNER_BASES": str(PACKAGE / "bases"),
            "RUNNER_CANCEL_GRACE_SECONDS": "5",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runner.api"], cwd=PACKAGE, env=env, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.http = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE_SECONDS)
        self.wait_for(self.is_up, "the service")

    def is_up(self) -> bool:
        try:
            return self.http.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As a crash would: no goodbye to the children."""
        self.process.send_signal(signal.SIGKILL)
        self.close()

    def stop(self) -> None:
        """As Ctrl-C does."""
        self.process.send_signal(signal.SIGTERM)
        self.close()

    def close(self) -> None:
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.http.close()

    def upload(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        reply = self.http.put(f"/blobs/{sha256}", content=content)
        assert reply.json() == {"sha256": sha256, "bytes": len(content)}
        return sha256

    def training(self, epochs: int = 10, **config: Any) -> dict[str, Any]:
        """A spec of epochs x 15 steps; its inputs are uploaded."""
        inputs = {"train": self.upload(label_rows(60)), "validation": self.upload(label_rows(70)[-1500:].split(b"\n", 1)[1])}
        settings = {"task": {"goal": "label", "labels": LABELS}, "learning_rate": 0.002, "epochs": epochs, "batch_size": 4}
        return {"recipe": "lora_sft", "config": {**base_ref(), **settings, **config}, "inputs": inputs}

    def state(self, run_id: str) -> dict[str, Any]:
        state: dict[str, Any] = self.http.get(f"/runs/{run_id}").json()
        return state

    def events(self, run_id: str) -> list[dict[str, Any]]:
        page = self.http.get(f"/runs/{run_id}/events", params={"limit": 5000}).json()
        events: list[dict[str, Any]] = page["events"]
        assert page["last_seq"] == len(events)
        return events

    def step(self, run_id: str) -> int:
        """The newest training step."""
        steps = [event["data"]["step"] for event in self.events(run_id) if event["type"] == "metrics"]
        return int(steps[-1]) if steps else 0

    def child(self, run_id: str) -> int:
        """The pid of the run's process."""
        return int(json.loads((self.data / "runs" / run_id / "pid.json").read_text())["pid"])

    def wait_for_end(self, run_id: str) -> dict[str, Any]:
        self.wait_for(lambda: self.state(run_id)["status"] not in ("queued", "running"), f"the end of {run_id}")
        return self.state(run_id)

    @staticmethod
    def wait_for(is_true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s for {what}"
            time.sleep(0.05)
