"""The runner's HTTP contract. openapi.json is generated from this file; the app's types follow from it.

Every request model forbids unknown keys and refuses numbers outside the stated range, so that a wrong
configuration is refused before it waits in the queue (`CONFIG_RANGE`) and never inside a training process.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from runner.errors import ErrorCode

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 lowercase hex characters")]
RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
BaseId = Annotated[str, Field(min_length=1, max_length=200)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Label = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    """Unknown keys are refused, "3" is not 3, and NaN or infinity is not a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class Task(Strict):
    """What the adapter learns. `label`: choose one of `labels`. `answer`: free text."""

    goal: Literal["label", "answer"]
    labels: list[Label] = Field(default_factory=list, max_length=64)
    instruction: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def check_labels(self) -> Self:
        """Labels are what a `label` goal chooses among, and mean nothing for `answer`."""
        if self.goal == "label" and (len(self.labels) < 2 or len(set(self.labels)) != len(self.labels)):
            raise ValueError("a task that sorts into labels needs at least two labels, each named once")
        if self.goal == "answer" and self.labels:
            raise ValueError("a task that answers questions takes no labels")
        return self


class BaseRef(Strict):
    """The base model by id, and the hash the caller expects: a different file on disk is refused."""

    base: BaseId
    base_hash: Sha256


class LoraSftConfig(BaseRef):
    """LoRA fine-tuning with the loss on answers only. Lengths are tokens, steps are optimizer steps."""

    task: Task
    preset: Literal["quick", "balanced", "custom"] = "custom"
    seed: Seed = 0
    rank: int = Field(default=8, ge=1, le=64)
    alpha: int = Field(default=16, ge=1, le=256)
    learning_rate: float = Field(ge=1e-6, le=0.05)
    epochs: int = Field(ge=1, le=50)
    batch_size: int = Field(ge=1, le=64)
    max_length: int = Field(default=256, ge=16, le=8192)
    warmup_ratio: float = Field(default=0.06, ge=0.0, le=0.5)
    gradient_clip: float = Field(default=1.0, ge=0.01, le=100.0)
    eval_every: int | None = Field(
        default=None, ge=1, le=100_000, description="steps between validation points; null chooses about ten"
    )


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


class InfluenceConfig(BaseRef):
    """Estimates what each training row did to the test loss, from the training checkpoints."""

    task: Task
    damping: Literal["auto"] | Annotated[float, Field(gt=0.0, le=1e6)] = "auto"


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


class InfluenceInputs(Strict):
    """The rows trained on, the test rows, and the checkpoint index the training run wrote."""

    train: Sha256
    test: Sha256
    checkpoints: Sha256
    adapter_config: Sha256


class GenerateInputs(Strict):
    """Nothing for the plain base, or an adapter with its configuration."""

    adapter: Sha256 | None = None
    adapter_config: Sha256 | None = None


class LoraSftSpec(Strict):
    """Train an adapter."""

    recipe: Literal["lora_sft"]
    config: LoraSftConfig
    inputs: LoraSftInputs


class EvaluateSpec(Strict):
    """Compare before and after."""

    recipe: Literal["evaluate"]
    config: EvaluateConfig
    inputs: EvaluateInputs


class InfluenceSpec(Strict):
    """Estimate whose rows helped."""

    recipe: Literal["influence"]
    config: InfluenceConfig
    inputs: InfluenceInputs


class GenerateSpec(Strict):
    """Answer prompts."""

    recipe: Literal["generate"]
    config: GenerateConfig
    inputs: GenerateInputs


RunSpec = Annotated[
    LoraSftSpec | EvaluateSpec | InfluenceSpec | GenerateSpec,
    Field(discriminator="recipe"),
]
RUN_SPEC: TypeAdapter[LoraSftSpec | EvaluateSpec | InfluenceSpec | GenerateSpec] = TypeAdapter(RunSpec)


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
    cores: int
    memory_bytes: int
    threads: int


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


class Presets(BaseModel):
    """The two presets every base offers."""

    quick: Preset
    balanced: Preset


class Base(BaseModel):
    """One base model of the allow-list."""

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


class RenderRow(Strict):
    """One row as it will be trained."""

    prompt: str = Field(max_length=100_000)
    answer: str = Field(max_length=100_000)
    system: str = Field(default="", max_length=100_000)


class RenderRequest(Strict):
    """Up to 50 rows to be shown exactly as the template trains them."""

    base: BaseId
    goal: Literal["label", "answer"]
    labels: list[Label] = Field(default_factory=list, max_length=64)
    instruction: str = Field(default="", max_length=2000)
    rows: list[RenderRow] = Field(max_length=50)

    @model_validator(mode="after")
    def check_task(self) -> Self:
        """The same rules as for training."""
        self.task()
        return self

    def task(self) -> Task:
        """The task the rows belong to."""
        return Task(goal=self.goal, labels=self.labels, instruction=self.instruction)


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
