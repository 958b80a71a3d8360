"""Figures beside a style answer that need no judge, and so decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence


def token_f1(text: str, reference: str, normalise: Callable[[str], str]) -> float:
    """F1 of the words that both hold, repeats counted (Rajpurkar et al. 2016, SQuAD). 1.0 when both are empty."""
    said, wanted = normalise(text).split(), normalise(reference).split()
    if not said or not wanted:
        return float(said == wanted)
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted))


def likeness(text: str, accepted: Sequence[str], normalise: Callable[[str], str]) -> dict[str, float]:
    """{f1, length_ratio} against the accepted answer that is most alike; characters of it to characters of the reference."""
    reference = max(accepted, key=lambda answer: token_f1(text, answer, normalise))
    return {
        "f1": round(token_f1(text, reference, normalise), 4),
        "length_ratio": round(len(text.strip()) / max(1, len(reference.strip())), 4),
    }
