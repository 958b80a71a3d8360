"""The service's side of runner/embed.py: starts its process when it is needed, ends it when it is slow or idle."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from typing import Any

from runner.errors import ErrorCode, RunnerError
from runner.settings import PACKAGE_ROOT, Settings

MAX_WAITING = 8
# 32 texts of 256 tokens take two seconds of an idle core, 1,000 rows against 100,000 five; a busy machine gets less.
ANSWER_SECONDS = 120.0
IDLE_SECONDS = 60.0
LINE_BYTES = 1 << 22


class EmbedEngine:
    """At most one process, one request in it, and MAX_WAITING that wait."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.process: asyncio.subprocess.Process | None = None
        self.numbers = itertools.count(1)
        self.turn = asyncio.Lock()
        self.waiting = 0
        self.rest: asyncio.TimerHandle | None = None

    async def ask(self, op: str, **request: Any) -> dict[str, Any]:
        """The process's result. Raises ENGINE_BUSY when too many wait, OOM_OR_KILLED when it died or was too slow."""
        if self.waiting >= MAX_WAITING:
            message = f"{MAX_WAITING} requests for embeddings wait already. Try again in a few seconds."
            raise RunnerError(ErrorCode.ENGINE_BUSY, message, retryable=True)
        self.waiting += 1
        try:
            async with self.turn:
                return await self._in_turn({"id": next(self.numbers), "op": op, **request})
        finally:
            self.waiting -= 1
            self._rest_later()

    async def _in_turn(self, request: dict[str, Any]) -> dict[str, Any]:
        is_answered = False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reply = await self._exchange(request)
            is_answered = True
        except (TimeoutError, ConnectionError, ValueError) as error:
            message = "The embedding process ended or was too slow, most often for lack of memory. Try again; it is started anew."
            raise RunnerError(ErrorCode.OOM_OR_KILLED, message, retryable=True) from error
        finally:
            # Also when the caller has gone: what is half answered would be read as the next one's answer.
            if not is_answered:
                await self.shutdown()
        if "error" in reply:
            error_ = reply["error"]
            raise RunnerError(ErrorCode(error_["code"]), error_["message"], error_["retryable"])
        result: dict[str, Any] = reply["result"]
        return result

    async def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.process is None or self.process.returncode is not None:
            self.process = await self._start()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        await self.process.stdin.drain()
        line = await self.process.stdout.readline()
        if not line:
            raise ConnectionError
        reply: dict[str, Any] = json.loads(line)
        return reply

    async def _start(self) -> asyncio.subprocess.Process:
        env = {name: value for name, value in os.environ.items() if name != "RUNNER_TOKEN"}
        env |= {
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(PACKAGE_ROOT),
            "RUNNER_DATA": str(self.settings.data_dir),
        }
        with (self.settings.data_dir / "embed.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "runner.embed",
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                limit=LINE_BYTES,
            )

    def _rest_later(self) -> None:
        """Give the memory back when nothing has been asked for a while."""
        if self.rest is not None:
            self.rest.cancel()
        self.rest = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._rest_now)

    def _rest_now(self) -> None:
        if not self.waiting and self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process = None

    async def shutdown(self) -> None:
        """Stop the process; the next request starts a new one."""
        if self.rest is not None:
            self.rest.cancel()
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                if process.returncode is None:
                    process.kill()
            await process.wait()
