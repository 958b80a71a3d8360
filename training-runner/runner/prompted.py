"""What the prompted arm may be told, by goal, and by what the best of it is chosen."""

from __future__ import annotations

import json
from typing import Any

from runner.configs import Task
from runner.template import instruction

LABEL_INSTRUCTIONS = (
    "Read the text and choose the one label that fits it best. The labels are: {labels}. Reply with one label and nothing else.",
    "Which of these fits the text: {labels}?",
)
ANSWER_INSTRUCTIONS = (
    "Reply with the answer alone, as short as possible and without a sentence around it.",
    "Solve the task in the same way as in the examples.",
)
FIELDS_INSTRUCTIONS = (
    "Read the text and fill in this form: {form}. Reply with the JSON object alone, nothing before or after it. "
    'Leave "" where the text does not say.',
    "Turn the text into JSON in the same way as in the examples, with these names: {fields}.",
)
STYLE_INSTRUCTIONS = (
    "Write the answer in the same tone, length and form as in the examples.",
    "Imitate the voice of the examples closely: their wording, their length, their punctuation.",
)


def candidate_instructions(task: Task) -> list[str]:
    """What the prompted arm may be told; the first is what the tuned arm was trained with."""
    own = {
        "label": LABEL_INSTRUCTIONS,
        "answer": ANSWER_INSTRUCTIONS,
        "fields": FIELDS_INSTRUCTIONS,
        "style": STYLE_INSTRUCTIONS,
    }[task.goal]
    form = json.dumps(dict.fromkeys(task.fields, ""), ensure_ascii=False, separators=(",", ":"))
    words = {"labels": ", ".join(task.labels), "fields": ", ".join(task.fields), "form": form}
    return [instruction(task), *(text.format(**words) for text in own)]


def merit(task: Task, answer: dict[str, Any]) -> float:
    """What the prompted arm's instruction is chosen by: the metric, or where it is too coarse or people's, the nearest to it."""
    if task.goal == "fields":
        return sum(answer["fields"].values()) / len(answer["fields"])
    return float(answer["f1"]) if task.goal == "style" else int(answer["correct"])
