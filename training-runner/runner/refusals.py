"""From Pydantic's list of what is wrong with a request to one error a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from runner.configs import (
    AbilityConfig,
    EvaluateConfig,
    GenerateConfig,
    InfluenceConfig,
    LoraSftConfig,
    ReplayConfig,
    TestLossConfig,
)
from runner.errors import ErrorCode, RunnerError

CONFIGS: dict[str, type[BaseModel]] = {
    "lora_sft": LoraSftConfig,
    "dry_run": LoraSftConfig,
    "evaluate": EvaluateConfig,
    "ability": AbilityConfig,
    "influence": InfluenceConfig,
    "replay": ReplayConfig,
    "test_loss": TestLossConfig,
    "generate": GenerateConfig,
}
OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}


def explain(problems: Sequence[Any]) -> RunnerError:
    """The first problem in words: CONFIG_RANGE with the range, INPUT_NAMES for a run's files, else INVALID_REQUEST."""
    problem = problems[0]
    place = [str(part) for part in problem["loc"] if part not in ("body", "query", "path")]
    name = ".".join(place) or "the request"
    if problem["type"] in OUT_OF_RANGE:
        return RunnerError(ErrorCode.CONFIG_RANGE, f"{place[-1]} must be {range_of(place, problem)}, but is {problem['input']}.")
    if problem["type"] == "missing":
        message = f"{name} is missing."
    elif problem["type"] == "extra_forbidden":
        message = f"{name} is not known."
    else:
        message = f"{name}: {problem['msg']}."
    is_input = "inputs" in place and problem["type"] in ("missing", "extra_forbidden")
    return RunnerError(ErrorCode.INPUT_NAMES if is_input else ErrorCode.INVALID_REQUEST, message)


def range_of(place: list[str], problem: Any) -> str:
    """The whole range of a run's setting; for any other number the one bound that was broken."""
    config = CONFIGS.get(place[0])
    if config is not None and len(place) == 3 and place[2] in config.model_fields:
        schema = config.model_json_schema()["properties"][place[2]]
        numeric = next((s for s in schema.get("anyOf", [schema]) if "minimum" in s and "maximum" in s), None)
        if numeric:
            return f"from {numeric['minimum']} to {numeric['maximum']}"
    context = problem.get("ctx", {})
    for key, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")):
        if key in context:
            return f"{words} {context[key]}"
    return "a finite number"
