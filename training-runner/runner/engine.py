"""The service's side of runner/serve.py: starts the answering process when it is needed, and outlives its end.

The model lives in that process alone: if it runs out of memory or crashes, its chats end with a sentence and the next
chat starts a new one, while the service and the training runs go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

from runner.errors import ErrorCode, RunnerError
from runner.settings import PACKAGE_ROOT, Settings

MAX_CHATS = 16
IDLE_SECONDS = 600.0
LINE_BYTES = 1 << 22

Event = dict[str, Any]
DIED = "The answering process ended, most often for lack of memory. Try again; it is started anew."


class Engine:
    """At most one answering process and MAX_CHATS chats, waiting ones included."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.process: asyncio.subprocess.Process | None = None
        self.chats: dict[int, asyncio.Queue[Event]] = {}
        self.numbers = itertools.count(1)
        self.starting = asyncio.Lock()
        self.reader: asyncio.Task[None] | None = None
        self.rest: asyncio.TimerHandle | None = None

    async def chat(self, request: dict[str, Any]) -> AsyncIterator[Event]:
        """A chat's events from "start" to "end". Closing the iterator stops the computation after its current step.

        Raises ENGINE_BUSY at once when too many chats wait, and an "error" event's RunnerError in its place.
        """
        if len(self.chats) >= MAX_CHATS:
            message = f"{MAX_CHATS} answers are being written already. Try again in a few seconds."
            raise RunnerError(ErrorCode.ENGINE_BUSY, message, retryable=True)
        number = next(self.numbers)
        events = self.chats[number] = asyncio.Queue()
        is_over = False
        try:
            await self._send({"op": "chat", "id": number, **request})
            while not is_over:
                event = await events.get()
                is_over = event["event"] in ("end", "error")
                if event["event"] == "error":
                    raise RunnerError(ErrorCode(event["code"]), event["message"])
                yield event
        finally:
            self.chats.pop(number, None)
            if not is_over and self.process is not None:
                self._write({"op": "cancel", "id": number})
            self._rest_later()

    async def _send(self, message: dict[str, Any]) -> None:
        async with self.starting:
            if self.process is None:
                await self._start()
        self._write(message)

    def _write(self, message: dict[str, Any]) -> None:
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _start(self) -> None:
        env = {name: value for name, value in os.environ.items() if name != "RUNNER_TOKEN"}
        env |= {
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(PACKAGE_ROOT),
            "RUNNER_DATA": str(self.settings.data_dir),
            "RUNNER_BASES": str(self.settings.bases_dir),
        }
        with (self.settings.data_dir / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "runner.serve",
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                limit=LINE_BYTES,
            )
        self.reader = asyncio.create_task(self._read(self.process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError):
            async for line in process.stdout:
                event = json.loads(line)
                if events := self.chats.get(event["id"]):
                    events.put_nowait(event)
        if self.process is process:
            self.process = None
            for events in self.chats.values():
                events.put_nowait({"event": "error", "code": str(ErrorCode.OOM_OR_KILLED), "message": DIED})
        await self._end(process)

    def _rest_later(self) -> None:
        """Give the memory back when nobody has chatted for a while."""
        if self.rest is not None:
            self.rest.cancel()
        self.rest = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._rest_now)

    def _rest_now(self) -> None:
        if not self.chats and self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    @staticmethod
    async def _end(process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
        await process.wait()

    async def shutdown(self) -> None:
        """Stop the process; chats under way end with an error."""
        if self.rest is not None:
            self.rest.cancel()
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        if self.reader is not None:
            await self.reader
