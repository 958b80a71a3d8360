"""What each kind of run may be told: names, ranges, and what they mean.

Every model forbids unknown keys and refuses numbers outside the stated range, so that a wrong configuration is refused
before it waits in the queue (`CONFIG_RANGE`) and never inside a training process.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 lowercase hex characters")]
RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
BaseId = Annotated[str, Field(min_length=1, max_length=200)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Label = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    """Unknown keys are refused, "3" is not 3, and NaN or infinity is not a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


Goal = Literal["label", "answer", "fields", "style"]


class Task(Strict):
    """What the adapter learns.

    `label`: choose one of `labels`. `answer`: free text. `fields`: one JSON object that holds the named `fields`.
    `style`: free text that people judge.
    """

    goal: Goal
    labels: list[Label] = Field(default_factory=list, max_length=64)
    fields: list[Label] = Field(default_factory=list, max_length=32)
    instruction: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def check_names(self) -> Self:
        """Labels are what a `label` goal chooses among, fields what a `fields` goal fills; other goals take neither."""
        if self.goal == "label" and (len(self.labels) < 2 or len(set(self.labels)) != len(self.labels)):
            raise ValueError("a task that sorts into labels needs at least two labels, each named once")
        if self.goal == "fields" and (not self.fields or len(set(self.fields)) != len(self.fields)):
            raise ValueError("a task that extracts fields needs at least one field, each named once")
        if self.goal != "label" and self.labels:
            raise ValueError("only a task that sorts into labels takes labels")
        if self.goal != "fields" and self.fields:
            raise ValueError("only a task that extracts fields takes fields")
        return self

    @model_serializer(mode="wrap")
    def without_empty_fields(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """A task without fields is written, and so compared and hashed, as before there were any."""
        written: dict[str, object] = write(self)
        if not self.fields:
            written.pop("fields", None)
        return written


class BaseRef(Strict):
    """The base model by id, and the hash the caller expects: a different file on disk is refused."""

    base: BaseId
    base_hash: Sha256


class LoraSftConfig(BaseRef):
    """LoRA fine-tuning with the loss on answers only. Lengths are tokens, steps are optimizer steps."""

    task: Task
    preset: Literal["quick", "balanced", "thorough", "custom"] = "custom"
    seed: Seed = 0
    rank: int = Field(default=8, ge=1, le=64)
    alpha: int = Field(default=16, ge=1, le=256)
    learning_rate: float = Field(ge=1e-6, le=0.05)
    epochs: int = Field(ge=1, le=50)
    batch_size: int = Field(ge=1, le=64)
    max_length: int = Field(default=256, ge=16, le=8192)
    warmup_ratio: float = Field(default=0.06, ge=0.0, le=0.5)
    gradient_clip: float = Field(default=1.0, ge=0.01, le=100.0)
    adam_eps: float = Field(
        default=1e-8,
        ge=1e-12,
        le=1e-2,
        description="beside the root of AdamW's second moment; replay wants 1e-6 or more",
    )
    eval_every: int | None = Field(
        default=None, ge=1, le=100_000, description="steps between validation points; null chooses about ten"
    )
    patience: int | None = Field(
        default=None, ge=1, le=100, description="validation points without a better loss before it stops; null never stops early"
    )
    learning_rates: list[Annotated[float, Field(ge=1e-6, le=0.05)]] | None = Field(
        default=None, min_length=2, max_length=5, description="tried briefly; the best on validation replaces learning_rate"
    )
    gradient_checkpointing: bool = Field(default=False, description="less memory, about a third slower")
    quantisation: Literal["none", "4bit"] = Field(default="none", description="4bit keeps the base in four bits; CUDA only")


Arm = Literal["base", "prompted", "tuned", "majority"]


class EvaluateConfig(BaseRef):
    """Answers every test item with each arm and compares them on the same items."""

    task: Task
    arms: list[Arm] = Field(min_length=1, max_length=4)
    seed: Seed = 0
    shots: int = Field(default=5, ge=0, le=16, description="examples shown to the prompted arm")
    golden: int = Field(default=8, ge=0, le=64, description="items whose exact answer is kept for later re-checks")
    max_new_tokens: int = Field(default=32, ge=1, le=512)
    clusters: int | None = Field(
        default=None, ge=0, description="independent groups of rows in the whole data set; under 120 no verdict is given"
    )

    @model_validator(mode="after")
    def check_arms(self) -> Self:
        """An arm named twice would be counted twice."""
        if len(set(self.arms)) != len(self.arms):
            raise ValueError("each arm may be named once")
        return self


class AbilityConfig(BaseRef):
    """Asks base and adapter the fixed suite; nothing else can be set, so that results compare."""


class InfluenceConfig(BaseRef):
    """Estimates what each training row did to the test loss, from the training checkpoints."""

    task: Task
    damping: Literal["auto"] | Annotated[float, Field(gt=0.0, le=1e6)] = "auto"
    memory_mb: float = Field(
        default=2048, gt=0, le=1_000_000, description="beyond what fits into it, rows are scored from sketches kept on disk"
    )


class ReplayConfig(BaseRef):
    """Takes a training again and differentiates it: what each row did to the sealed test loss, and to each category's."""

    task: Task
    folds: int = Field(default=5, ge=2, le=10, description="groups of sealed questions whose spread gives the interval")
    categories: bool = Field(default=True, description="also each category's loss, at nine tenths of a training each")


class TestLossConfig(BaseRef):
    """Compares two adapters by their loss on the sealed test."""

    task: Task


class Message(Strict):
    """One chat turn."""

    role: Literal["system", "user", "assistant"]
    content: str = Field(max_length=100_000)


class Prompt(Strict):
    """Either text already rendered with the base's template, or messages still to be rendered."""

    rendered: str | None = Field(default=None, max_length=200_000)
    messages: list[Message] | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def check_one(self) -> Self:
        """Two prompts in one item would leave unsaid which was answered."""
        if (self.rendered is None) == (self.messages is None):
            raise ValueError("a prompt is either rendered text or messages, exactly one of the two")
        return self


class GenerateConfig(BaseRef):
    """Greedy answers of the base, or of the base with an adapter when one is among the inputs."""

    task: Task | None = None
    prompts: list[Prompt] = Field(min_length=1, max_length=1000)
    max_new_tokens: int = Field(default=32, ge=1, le=2048)


class GoldenAnswer(Strict):
    """A question as the model was asked it, and the exact greedy answer that was recorded."""

    rendered: str = Field(min_length=1, max_length=200_000)
    text: str = Field(max_length=200_000)


class ExportConfig(BaseRef):
    """Base and adapter as one model for other tools, re-tested on golden answers before it counts as made."""

    format: Literal["merged", "gguf"] = Field(description="merged: a safetensors folder; gguf: one file for llama.cpp")
    name: str = Field(default="", max_length=200, description="what the file calls itself")
    licence: str = Field(default="", max_length=100)
    golden: list[GoldenAnswer] = Field(min_length=1, max_length=64)
    max_new_tokens: int = Field(default=32, ge=1, le=512)
