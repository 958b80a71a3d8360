"""How well a cosine tells "asks the same" from "same topic, asks something else": `python -m bench.near_meaning [--json]`.

The pairs were written by hand before any likeness was looked at: each first text has one partner that asks the same in
other words and one of the same topic that does not. Half of the first texts (tuning.jsonl) choose the threshold, the
lowest at which at least nine of ten flagged pairs are right; the other half (held-out.jsonl) judges it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from runner.minilm import Embedder

FOLDER = Path(__file__).parent
WANTED_PRECISION = 0.9


def scored(embedder: Embedder, name: str) -> list[tuple[float, bool]]:
    """(cosine, whether the two ask the same) of each pair of a file."""
    pairs = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()]
    a, b = (embedder.embed([pair[side] for pair in pairs]) for side in "ab")
    return [(float(cosine), pair["is_same"]) for cosine, pair in zip((a * b).sum(1), pairs, strict=True)]


def judge(pairs: list[tuple[float, bool]], threshold: float) -> dict[str, float]:
    """Precision and recall of "at or above the threshold"."""
    flagged = [is_same for cosine, is_same in pairs if cosine >= threshold]
    right = sum(flagged)
    same = sum(is_same for _, is_same in pairs)
    precision = right / len(flagged) if flagged else 1.0
    return {"threshold": threshold, "pairs": len(pairs), "flagged": len(flagged), "precision": precision, "recall": right / same}


def main() -> None:
    """Print the tuning curve, the threshold it chooses and what the held-out pairs say of it."""
    embedder = Embedder()
    tuning, held_out = scored(embedder, "tuning"), scored(embedder, "held-out")
    steps = [judge(tuning, step / 100) for step in range(60, 100)]
    chosen = next(step["threshold"] for step in steps if step["precision"] >= WANTED_PRECISION)
    result = {"tuning": steps, "threshold": chosen, "held_out": judge(held_out, chosen)}
    if "--json" in sys.argv[1:]:
        print(json.dumps(result))
        return
    for step in [*steps[::5], judge(tuning, chosen), {**judge(held_out, chosen), "name": "held-out"}]:
        name = step.pop("name", "tuning")
        print(
            f"{name:9} {step['threshold']:.2f}: precision {step['precision']:.2f}, recall {step['recall']:.2f}, "
            f"{step['flagged']} of {step['pairs']} pairs flagged"
        )


if __name__ == "__main__":
    main()
