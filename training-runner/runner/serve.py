"""The process that answers chats: `python -m runner.serve`, started by runner/engine.py and spoken to in JSON lines.

In:  {"op": "chat", "id", "base", "base_hash", "adapter": {sha256, config} | null, "messages", "max_tokens", ...}
     {"op": "cancel", "id"}
Out: {"id", "event": "start", "prompt_tokens"}, {"id", "event": "text", "text"},
     {"id", "event": "end", "finish_reason", "completion_tokens"} or {"id", "event": "error", "code", "message"}

One thread computes. Every chat under way gets one token (or one piece of its prompt) in turn, so that none waits for
another's end and a cancelled one costs nothing after its current step. When the input ends, so does the process.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import sys
import threading
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch
from transformers import DynamicCache

from runner import bases
from runner.blobs import BlobStore, sha256_file
from runner.decode import forward, head
from runner.errors import ErrorCode, RunnerError
from runner.lora import Factors, Switch, read_factors
from runner.model import prepare
from runner.settings import Settings
from runner.template import plain, prompt_text, tokens_of

AT_ONCE = 4
BASES_KEPT = 2
ADAPTERS_KEPT = 32
PREFILL_TOKENS = 128
DEFAULT_NEW_TOKENS = 256


class Loaded:
    """A base in memory, with the adapters last used on it."""

    def __init__(self, base: bases.Base, device: torch.device) -> None:
        self.base = base
        self.device = device
        self.tokenizer = bases.load_tokenizer(base)
        self.model = bases.load_model(base).to(device)
        self.switch = Switch(self.model)
        self.adapters: OrderedDict[str, Factors] = OrderedDict()

    def adapter(self, wanted: dict[str, str] | None, blobs: BlobStore) -> Factors | None:
        """The factors of an adapter by the hash of its file, read and checked on first use."""
        if wanted is None:
            return None
        key = f"{wanted['sha256']} {wanted['config']}"
        if key not in self.adapters:
            files = [checked(blobs, wanted[part]) for part in ("sha256", "config")]
            self.adapters[key] = read_factors(files[0], files[1], self.switch.shapes, self.device)
        self.adapters.move_to_end(key)
        while len(self.adapters) > ADAPTERS_KEPT:
            self.adapters.popitem(last=False)
        return self.adapters[key]


def checked(blobs: BlobStore, sha256: str) -> Path:
    """A stored file, re-hashed. Raises BLOB_MISSING or BLOB_HASH."""
    path = blobs.get(sha256)
    if sha256_file(path) != sha256:
        raise RunnerError(ErrorCode.BLOB_HASH, "The adapter's file was changed on the runner. Upload it again.")
    return path


class Chat:
    """One answer under way."""

    def __init__(self, request: dict[str, Any], loaded: Loaded, factors: Factors | None) -> None:
        self.request, self.loaded, self.factors = request, loaded, factors
        tokenizer = loaded.tokenizer
        turns = [{**turn, "content": plain(tokenizer, turn["content"])} for turn in request["messages"]]
        self.pending = tokens_of(tokenizer, prompt_text(tokenizer, turns))
        self.prompt_tokens = len(self.pending)
        room = loaded.base.context_length - self.prompt_tokens
        wanted = request["max_tokens"]
        if room < (wanted or 1):
            raise RunnerError(
                ErrorCode.CONFIG_RANGE,
                f"The messages have {self.prompt_tokens} tokens; with {wanted or 1} new ones they exceed this model's context "
                f"of {loaded.base.context_length}.",
            )
        self.max_tokens = wanted or min(DEFAULT_NEW_TOKENS, room)
        self.cache = DynamicCache(config=loaded.model.config)
        self.answer: list[int] = []
        self.told = ""
        seed = request["seed"]
        self.generator = torch.Generator(device=loaded.device)
        self.generator.manual_seed(seed) if seed is not None else self.generator.seed()

    def step(self) -> str | None:
        """Run a piece of the prompt or add one token; returns why the answer ended, or None while it goes on."""
        self.loaded.switch.active = self.factors
        ids = torch.tensor([self.pending[:PREFILL_TOKENS]], device=self.loaded.device)
        hidden = forward(self.loaded.model, ids, self.cache)
        self.pending = self.pending[PREFILL_TOKENS:]
        if self.pending:
            return None
        token = self.choose(head(self.loaded.model, hidden[:, -1])[0])
        if token == self.loaded.tokenizer.eos_token_id:
            return "stop"
        self.answer.append(token)
        self.pending = [token]
        if any(stop in self.text() for stop in self.request["stop"]):
            return "stop"
        return "length" if len(self.answer) >= self.max_tokens else None

    def choose(self, logits: torch.Tensor) -> int:
        """The likeliest token at temperature 0, else a draw from the likeliest that make up top_p."""
        temperature, top_p = self.request["temperature"], self.request["top_p"]
        if temperature == 0:
            return int(logits.argmax())
        chances, order = torch.softmax(logits / temperature, -1).sort(descending=True)
        chances[chances.cumsum(0) - chances > top_p] = 0
        return int(order[torch.multinomial(chances, 1, generator=self.generator)])

    def text(self) -> str:
        """The answer so far."""
        return str(self.loaded.tokenizer.decode(self.answer, skip_special_tokens=True))

    def news(self, is_over: bool) -> str:
        """What can be told since the last time: never half a character, never the start of a stop text."""
        text = self.text()
        for stop in self.request["stop"]:
            text = text.split(stop)[0]
        if not is_over:
            text = text.rstrip("\ufffd")
            held = max((k for stop in self.request["stop"] for k in range(1, len(stop)) if text.endswith(stop[:k])), default=0)
            text = text[: len(text) - held]
        fresh = text[len(self.told) :]
        self.told += fresh
        return fresh


class Server:
    """Reads requests, keeps bases, and gives every chat its turn."""

    def __init__(self) -> None:
        self.device = prepare()
        settings = Settings.from_env()
        self.blobs = BlobStore(settings.blobs_dir)
        self.bases: OrderedDict[str, Loaded] = OrderedDict()
        self.waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        self.cancelled: set[int] = set()
        self.active: list[tuple[int, Chat]] = []

    def read(self) -> None:
        """In a thread of its own: requests to the queue, cancellations at once."""
        for line in sys.stdin:
            message = json.loads(line)
            if message["op"] == "cancel":
                self.cancelled.add(message["id"])
            else:
                self.waiting.put(message)
        os._exit(0)

    def serve(self) -> None:
        """Until the input ends."""
        threading.Thread(target=self.read, daemon=True).start()
        tell({"id": 0, "event": "ready"})
        while True:
            while len(self.active) < AT_ONCE and (not self.active or not self.waiting.empty()):
                self.admit(self.waiting.get())
            for number, chat in list(self.active):
                if not self.guard(number, functools.partial(self.advance, number, chat)):
                    self.active.remove((number, chat))

    def admit(self, request: dict[str, Any]) -> None:
        """Begin a chat, or say why not."""

        def begin() -> bool:
            loaded = self.load(request["base"], request["base_hash"])
            chat = Chat(request, loaded, loaded.adapter(request["adapter"], self.blobs))
            tell({"id": request["id"], "event": "start", "prompt_tokens": chat.prompt_tokens})
            self.active.append((request["id"], chat))
            return True

        if request["id"] not in self.cancelled:
            self.guard(request["id"], begin)

    def load(self, base_id: str, base_hash: str) -> Loaded:
        """The base in memory; the one unused longest makes room."""
        if base_hash not in self.bases:
            while len(self.bases) >= BASES_KEPT:
                self.bases.popitem(last=False)
            self.bases[base_hash] = Loaded(bases.find(base_id, base_hash), self.device)
        self.bases.move_to_end(base_hash)
        return self.bases[base_hash]

    def advance(self, id: int, chat: Chat) -> bool:
        """One step of one chat; False when it is over."""
        if id in self.cancelled:
            self.cancelled.discard(id)
            print(f"chat {id} cancelled after {len(chat.answer)} of {chat.max_tokens} tokens", file=sys.stderr, flush=True)
            tell({"id": id, "event": "end", "finish_reason": "cancelled", "completion_tokens": len(chat.answer)})
            return False
        reason = chat.step()
        if fresh := chat.news(reason is not None):
            tell({"id": id, "event": "text", "text": fresh})
        if reason:
            tell({"id": id, "event": "end", "finish_reason": reason, "completion_tokens": len(chat.answer)})
        return reason is None

    @staticmethod
    def guard(id: int, work: Any) -> bool:
        """Run one step; a failure ends this chat with its sentence and no other."""
        try:
            with torch.inference_mode():
                return bool(work())
        except RunnerError as error:
            tell({"id": id, "event": "error", "code": str(error.code), "message": error.message})
        except (MemoryError, torch.OutOfMemoryError):
            message = "The model does not fit into this machine's memory. Wait until the runs under way are over."
            tell({"id": id, "event": "error", "code": str(ErrorCode.OUT_OF_MEMORY), "message": message})
        except Exception:
            traceback.print_exc()
            message = "The answer could not be computed. The runner's log has the details."
            tell({"id": id, "event": "error", "code": str(ErrorCode.INTERNAL), "message": message})
        return False


def tell(message: dict[str, Any]) -> None:
    """One line to the service."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # If memory runs out on this machine, this process goes first, not a training run.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900")
    Server().serve()
