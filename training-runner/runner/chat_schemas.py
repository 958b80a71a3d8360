"""OpenAI's chat shapes, as far as they are served: the request, and the adapters to answer with."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from runner.configs import BaseRef, Sha256, Strict, Task

MAX_NEW_TOKENS = 2048
Stop = Annotated[str, Field(min_length=1, max_length=200)]


class TextPart(Strict):
    """A piece of a message; only text is understood."""

    type: Literal["text"]
    text: str = Field(max_length=100_000)


class ChatMessage(Strict):
    """One turn."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, Field(max_length=100_000)] | list[TextPart]

    @property
    def text(self) -> str:
        """The turn as one text."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class StreamOptions(Strict):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class ChatRequest(Strict):
    """`POST /v1/chat/completions`. Unknown parameters are refused, so that nobody believes they took effect."""

    model: str = Field(min_length=1, max_length=300)
    messages: list[ChatMessage] = Field(min_length=1, max_length=100)
    max_tokens: int | None = Field(default=None, ge=1, le=MAX_NEW_TOKENS)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=MAX_NEW_TOKENS)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    n: int = Field(default=1, ge=1, le=1)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def check_turns(self) -> Self:
        """Something must be left to answer."""
        if self.messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        if any(message.role in ("system", "developer") for message in self.messages[1:]):
            raise ValueError("a system message may only come first")
        return self

    @property
    def stops(self) -> list[str]:
        """Texts that end the answer."""
        return [self.stop] if isinstance(self.stop, str) else list(self.stop or [])


class AdapterRef(BaseRef):
    """What `PUT /adapters/{sha256}` says about stored weights: their base, their configuration, what they were trained for."""

    adapter_config: Sha256
    task: Task | None = None


class AdapterModel(Strict):
    """An adapter that can be asked as `model`. `instruction` is the system message it was trained with."""

    model: str
    base_model: str
    instruction: str
