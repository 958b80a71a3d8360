"""Answers of the goal `fields`: one JSON object that holds every named field, each value a text.

Rows carry them in one canonical form, written by the app: keys in the order of the task, no spaces, no escapes but JSON's own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from runner import stats
from runner.data import Row

Normalise = Callable[[str], str]


def read_fields(text: str) -> dict[str, str] | None:
    """The object's values as texts by name, or None for anything but one flat JSON object whose names differ."""
    try:
        pairs = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        return None
    # Objects are read as tuples of their pairs, so that a name that stands twice is seen.
    if not isinstance(pairs, tuple) or len({name for name, _ in pairs}) != len(pairs):
        return None
    if any(isinstance(value, list | tuple) for _, value in pairs):
        return None
    return {name: written(value) for name, value in pairs}


def written(value: Any) -> str:
    """A JSON scalar as text: null is nothing, true is "true", 12.5 is "12.5"."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def canonical_fields(values: dict[str, str], names: Sequence[str]) -> str:
    """The object as rows carry it."""
    return json.dumps({name: values.get(name, "") for name in names}, ensure_ascii=False, separators=(",", ":"))


def mark_fields(names: Sequence[str], text: str, accepted: Sequence[str], normalise: Normalise) -> dict[str, Any]:
    """{correct, in_form, fields: {name: right}}: all right when every field equals the same accepted answer's, normalised.

    In the form is an object with exactly the named fields. What is not is wrong as a whole; of a readable object the fields
    that it does hold still count one by one. With several accepted answers the one with the most fields right is compared.
    """
    said = read_fields(text)
    in_form = said is not None and said.keys() == set(names)
    best = dict.fromkeys(names, False)
    for answer in accepted:
        wanted = read_fields(answer) or {}
        marks = {
            name: said is not None and name in said and normalise(said[name]) == normalise(wanted.get(name, "")) for name in names
        }
        if sum(marks.values()) > sum(best.values()):
            best = marks
    return {"correct": in_form and all(best.values()), "in_form": in_form, "fields": best}


def most_frequent_fields(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Each field's commonest value in one object: form alone can win no more. Among equals the first in the alphabet."""
    read = [read_fields(row.answer) or {} for row in rows]
    usual = {}
    for name in names:
        counts = Counter(values.get(name, "") for values in read)
        usual[name] = min(counts, key=lambda value: (-counts[value], value)) if counts else ""
    return canonical_fields(usual, names)


def compare_fields(names: Sequence[str], answers: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Base against tuned field by field, in their order; p values adjusted by Holm over the fields."""
    if "base" not in answers or "tuned" not in answers:
        return []
    found = []
    for name in names:
        pairs = [(a["fields"][name], b["fields"][name]) for a, b in zip(answers["base"], answers["tuned"], strict=True)]
        fixed, broken = sum(b and not a for a, b in pairs), sum(a and not b for a, b in pairs)
        interval = list(stats.agresti_min(fixed, broken, len(pairs)))
        found.append(
            {
                "field": name,
                "n": len(pairs),
                "fixed": fixed,
                "broken": broken,
                "difference": (fixed - broken) / max(1, len(pairs)),
                "interval": interval,
                "p_value": stats.mcnemar(fixed, broken),
            }
        )
    adjusted = stats.holm([entry["p_value"] for entry in found])
    return [{**entry, "p_holm": p} for entry, p in zip(found, adjusted, strict=True)]
