"""The runner's HTTP contract. openapi.json is generated from this file; the app's types follow from it.

What a run may be told is in configs.py; requests forbid unknown keys here as there.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, model_validator

from runner.configs import (
    AbilityConfig,
    BaseId,
    EvaluateConfig,
    ExportConfig,
    GenerateConfig,
    Goal,
    InfluenceConfig,
    Label,
    LoraSftConfig,
    ReplayConfig,
    Sha256,
    Strict,
    Task,
    TestLossConfig,
)
from runner.errors import ErrorCode


class LoraSftInputs(Strict):
    """Rows to train on and rows to stop by, JSONL."""

    train: Sha256
    validation: Sha256


class EvaluateInputs(Strict):
    """Test rows; training rows for the prompted arm and the majority; the adapter for the tuned arm."""

    test: Sha256
    train: Sha256
    adapter: Sha256 | None = None
    adapter_config: Sha256 | None = None
    previous: Sha256 | None = Field(default=None, description="an earlier evaluation.json whose arms are kept")


class AbilityInputs(Strict):
    """The adapter that may have forgotten something."""

    adapter: Sha256
    adapter_config: Sha256


class InfluenceInputs(Strict):
    """The rows trained on, the test rows, and the checkpoint index the training run wrote."""

    train: Sha256
    test: Sha256
    checkpoints: Sha256
    adapter_config: Sha256


class ReplayInputs(Strict):
    """The rows of a finished training, the test, and what the training left: its manifest and its adapter."""

    train: Sha256
    validation: Sha256
    test: Sha256
    manifest: Sha256
    adapter: Sha256


class TestLossInputs(Strict):
    """The test, the adapter trained with some rows, and the one trained without them."""

    test: Sha256
    before: Sha256
    after: Sha256
    adapter_config: Sha256


class GenerateInputs(Strict):
    """Nothing for the plain base, or an adapter with its configuration."""

    adapter: Sha256 | None = None
    adapter_config: Sha256 | None = None


class ExportInputs(Strict):
    """The adapter that is merged into its base."""

    adapter: Sha256
    adapter_config: Sha256


class LoraSftSpec(Strict):
    """Train an adapter."""

    recipe: Literal["lora_sft"]
    config: LoraSftConfig
    inputs: LoraSftInputs


class DryRunSpec(Strict):
    """Try what a training would do, before it: the same configuration and inputs, two real steps, a list of checks."""

    recipe: Literal["dry_run"]
    config: LoraSftConfig
    inputs: LoraSftInputs


class EvaluateSpec(Strict):
    """Compare before and after."""

    recipe: Literal["evaluate"]
    config: EvaluateConfig
    inputs: EvaluateInputs


class AbilitySpec(Strict):
    """Ask the suite of general ability before and after."""

    recipe: Literal["ability"]
    config: AbilityConfig
    inputs: AbilityInputs


class InfluenceSpec(Strict):
    """Estimate whose rows helped."""

    recipe: Literal["influence"]
    config: InfluenceConfig
    inputs: InfluenceInputs


class ReplaySpec(Strict):
    """Trace a whole training back to its rows."""

    recipe: Literal["replay"]
    config: ReplayConfig
    inputs: ReplayInputs


class TestLossSpec(Strict):
    """Measure what leaving rows out did to the loss."""

    recipe: Literal["test_loss"]
    config: TestLossConfig
    inputs: TestLossInputs


class GenerateSpec(Strict):
    """Answer prompts."""

    recipe: Literal["generate"]
    config: GenerateConfig
    inputs: GenerateInputs


class ExportSpec(Strict):
    """Make a file for other tools."""

    recipe: Literal["export"]
    config: ExportConfig
    inputs: ExportInputs


Spec = (
    LoraSftSpec | DryRunSpec | EvaluateSpec | AbilitySpec | InfluenceSpec | ReplaySpec | TestLossSpec | GenerateSpec | ExportSpec
)
RunSpec = Annotated[Spec, Field(discriminator="recipe")]
RUN_SPEC: TypeAdapter[Spec] = TypeAdapter(RunSpec)


class ErrorBody(BaseModel):
    """The body of every answer that is not a success, and the `error` of a failed run."""

    code: ErrorCode
    message: str
    retryable: bool


class Health(BaseModel):
    """Answered without a token."""

    status: Literal["ok"]
    version: str


class Machine(BaseModel):
    """Where runs execute."""

    device: str
    name: str = Field(description="the processor or the GPU")
    cores: int
    memory_bytes: int
    run_memory_bytes: int | None = Field(description="the most memory a run may take, where the operator set a limit")
    threads: int
    gpu_memory_bytes: int | None
    disk_free_bytes: int
    has_bf16: bool = Field(description="whether bfloat16 is computed in hardware; else bases of 100 M parameters are slow")
    four_bit_missing: Literal["cuda", "bitsandbytes"] | None = Field(
        description="what a base in four bits needs and this machine lacks; null where it can be trained"
    )


class Preset(BaseModel):
    """Ready-made training settings for one base."""

    learning_rate: float
    epochs: int
    batch_size: int
    rank: int
    alpha: int
    max_length: int
    warmup_ratio: float
    gradient_clip: float
    adam_eps: float
    patience: int | None
    learning_rates: list[float] | None


class Presets(BaseModel):
    """The presets every base offers."""

    quick: Preset
    balanced: Preset
    thorough: Preset


class Memory(BaseModel):
    """Peak memory of a run's process with the quick preset's batch."""

    training_bytes: int
    influence_bytes: int


class Fit(BaseModel):
    """Whether a training run fits into this machine's memory (the GPU's where there is one)."""

    verdict: Literal["fits", "tight", "does_not_fit"]
    needed_bytes: int
    available_bytes: int


class Base(BaseModel):
    """One base model of the list."""

    id: str
    name: str
    revision: str
    licence: str
    notice: str
    parameters: int
    context_length: int
    base_hash: str
    files: dict[str, str]
    template_sha256: str
    presets: Presets
    is_default: bool
    available: bool
    unavailable_reason: str | None
    memory: Memory
    fit: Fit


class RenderRow(Strict):
    """One row as it will be trained."""

    prompt: str = Field(max_length=100_000)
    answer: str = Field(max_length=100_000)
    system: str = Field(default="", max_length=100_000)


class RenderRequest(Strict):
    """Up to 50 rows to be shown exactly as the template trains them."""

    base: BaseId
    goal: Goal
    labels: list[Label] = Field(default_factory=list, max_length=64)
    fields: list[Label] = Field(default_factory=list, max_length=32)
    instruction: str = Field(default="", max_length=2000)
    rows: list[RenderRow] = Field(max_length=50)

    @model_validator(mode="after")
    def check_task(self) -> Self:
        """The same rules as for training."""
        self.task()
        return self

    def task(self) -> Task:
        """The task the rows belong to."""
        return Task(goal=self.goal, labels=self.labels, fields=self.fields, instruction=self.instruction)


class Segment(BaseModel):
    """A piece of the rendered text; `trained` pieces carry the loss."""

    role: str
    text: str
    trained: bool


class RenderedRow(BaseModel):
    """One row after the template; lengths in tokens."""

    text: str
    tokens: int
    answer_tokens: int
    truncated: bool
    segments: list[Segment]


RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Progress(BaseModel):
    """How far a run is."""

    done: int
    total: int
    unit: str
    eta_seconds: float | None


class RunState(BaseModel):
    """A run as its folder tells it. Times are RFC 3339 in UTC."""

    id: str
    recipe: str
    status: RunStatus
    attempt: int
    seq: int
    position: int | None = Field(description="1 for the next to start among the runs that wait; null for one that does not wait")
    progress: Progress | None
    error: ErrorBody | None
    artifacts: dict[str, str]
    manifest_sha256: str | None
    created_at: str
    finished_at: str | None


class Event(BaseModel):
    """One line of a run's log. `seq` counts from 1 without gaps within a run."""

    seq: int
    attempt: int
    created_at: str
    level: Literal["info", "warn", "error"]
    type: Literal["message", "metrics", "progress", "checkpoint"]
    message: str
    data: dict[str, object]


class EventPage(BaseModel):
    """Events after the asked number, oldest first; `last_seq` is the newest the run has."""

    events: list[Event]
    last_seq: int


class BlobReceipt(BaseModel):
    """What was stored."""

    sha256: str
    bytes: int
