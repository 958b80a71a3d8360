"""Rows to chat text to tokens, by the base's own pinned chat template: the same for training, scoring and the preview.

A row becomes system, user and assistant messages. Only the answer and its end token are trained; the rest is prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runner.configs import Task
from runner.errors import ErrorCode, RunnerError

Message = dict[str, str]


class HasText(Protocol):
    """Anything with a prompt, an answer and an optional system text: a Row, or a row sent for preview."""

    @property
    def prompt(self) -> str: ...  # noqa: D102
    @property
    def answer(self) -> str: ...  # noqa: D102
    @property
    def system(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Encoded:
    """One row as tokens. The loss is taken on `answer` only, which ends with the end token."""

    prompt: list[int]
    answer: list[int]
    truncated: bool

    @property
    def length(self) -> int:
        """Tokens of prompt and answer."""
        return len(self.prompt) + len(self.answer)


def instruction(task: Task, system: str = "") -> str:
    """The system message. Labels and fields are always named, so a row's own system text only counts for written answers."""
    if task.goal == "label":
        own = f"You sort texts into one of these labels: {', '.join(task.labels)}. Answer with the label only."
    elif task.goal == "fields":
        own = f"You extract these fields from texts: {', '.join(task.fields)}. Answer with one JSON object that holds them all."
    else:
        own = system.strip() or ("Write in our style." if task.goal == "style" else "Answer the question.")
    return f"{task.instruction.strip()}\n{own}".strip()


def messages(tokenizer: Any, task: Task, row: HasText, shots: Sequence[HasText] = (), system: str | None = None) -> list[Message]:
    """The row's messages up to its question, after solved examples if given. `system` replaces the instruction."""
    turns = [{"role": "system", "content": system if system is not None else instruction(task, row.system)}]
    for shot in shots:
        turns += [{"role": "user", "content": shot.prompt}, {"role": "assistant", "content": shot.answer}]
    turns.append({"role": "user", "content": row.prompt})
    return [{**turn, "content": plain(tokenizer, turn["content"])} for turn in turns]


def plain(tokenizer: Any, text: str) -> str:
    """Trimmed text in which no control token is left: "<|end|>" in a row must not end its message."""
    for token in tokenizer.all_special_tokens:
        text = text.replace(token, f"{token[0]} {token[1:]}")
    return text.strip()


def prompt_text(tokenizer: Any, turns: Sequence[Message]) -> str:
    """The turns as text, up to where the assistant starts to answer."""
    return tokenizer.apply_chat_template(list(turns), add_generation_prompt=True, tokenize=False)


def tokens_of(tokenizer: Any, text: str) -> list[int]:
    """Token ids of rendered text; the template has put every control token in already."""
    return tokenizer(text, add_special_tokens=False).input_ids


def full_text(tokenizer: Any, turns: Sequence[Message], answer: str) -> str:
    """Prompt, answer and end token, cut after the end token. Raises TEMPLATE_MISMATCH when the answer moves the prompt."""
    prompt = prompt_text(tokenizer, turns)
    text = tokenizer.apply_chat_template([*turns, {"role": "assistant", "content": answer}], tokenize=False)
    end = text.find(tokenizer.eos_token, len(prompt) + len(answer))
    if not text.startswith(prompt + answer) or end < 0:
        raise RunnerError(
            ErrorCode.TEMPLATE_MISMATCH,
            "The base model's chat template writes a question differently once it is answered, so training on answers "
            "only is not possible with it. Choose another base model.",
        )
    return text[: end + len(tokenizer.eos_token)]


def encode(tokenizer: Any, task: Task, row: HasText, max_length: int) -> Encoded | None:
    """The row as trained, at most max_length tokens, or None when its answer alone does not fit.

    A long question loses its end, never its answer. Raises TEMPLATE_MISMATCH when the rendering's first tokens are not
    the prompt's: then the model would be asked something else than it was taught.
    """
    fitted = fit(tokenizer, task, row, max_length)
    if fitted is None:
        return None
    turns, truncated = fitted
    answer = plain(tokenizer, row.answer)
    prompt = tokens_of(tokenizer, prompt_text(tokenizer, turns))
    whole = tokens_of(tokenizer, full_text(tokenizer, turns, answer))
    if whole[: len(prompt)] != prompt or whole[-1] != tokenizer.eos_token_id:
        raise RunnerError(
            ErrorCode.TEMPLATE_MISMATCH,
            "The base model's tokens for a question change once it is answered. Choose another base model.",
        )
    return Encoded(prompt, whole[len(prompt) :], truncated)


def fit(tokenizer: Any, task: Task, row: HasText, max_length: int) -> tuple[list[Message], bool] | None:
    """The row's messages with its question shortened until everything fits, and whether that was needed."""
    turns = messages(tokenizer, task, row)
    answer = plain(tokenizer, row.answer)
    question = tokens_of(tokenizer, turns[-1]["content"])
    keep = len(question)
    while (over := len(tokens_of(tokenizer, full_text(tokenizer, turns, answer))) - max_length) > 0:
        keep -= over
        if keep < 1:
            return None
        shorter = tokenizer.decode(question[:keep]).rstrip("\ufffd").strip()
        turns = [*turns[:-1], {"role": "user", "content": shorter}]
    return turns, keep < len(question)


def render(tokenizer: Any, task: Task, row: HasText, max_length: int) -> dict[str, Any]:
    """The row exactly as it is trained: {text, tokens, answer_tokens, truncated, segments: [{role, text, trained}]}.

    Segments joined give the text; role "template" marks what the template adds around the messages. A row whose answer
    does not fit is shown whole with zero answer tokens: it is left out of training.
    """
    encoded = encode(tokenizer, task, row, max_length)
    fitted = fit(tokenizer, task, row, max_length)
    turns = fitted[0] if fitted else messages(tokenizer, task, row)
    answer = plain(tokenizer, row.answer)
    text = full_text(tokenizer, turns, answer)
    start = len(prompt_text(tokenizer, turns))
    segments: list[dict[str, Any]] = []
    position = 0
    for turn in turns:
        found = text.find(turn["content"], position, start)
        if found < 0:
            raise RunnerError(ErrorCode.TEMPLATE_MISMATCH, "The base model's chat template changes the text of a row.")
        segments.append({"role": "template", "text": text[position:found], "trained": False})
        segments.append({"role": turn["role"], "text": turn["content"], "trained": False})
        position = found + len(turn["content"])
    segments.append({"role": "template", "text": text[position:start], "trained": False})
    segments.append({"role": "assistant", "text": answer, "trained": encoded is not None})
    segments.append({"role": "template", "text": text[start + len(answer) :], "trained": encoded is not None})
    return {
        "text": text,
        "tokens": len(tokens_of(tokenizer, text)),
        "answer_tokens": len(encoded.answer) if encoded else 0,
        "truncated": encoded is None or encoded.truncated,
        "segments": [segment for segment in segments if segment["text"]],
    }
