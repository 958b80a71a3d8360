"""The statistics of a verdict, measured: `python -m bench.evaluation --data FILE … [--base tiny] [--budget-minutes 10]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.common import read
from bench.equals import Bench, false_verdicts
from bench.intervals import SIZES, coverage, planted

DISCORDANT = (0.2, 0.3)


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", action="append", type=Path, required=True)
    parser.add_argument("--base", default="tiny")
    parser.add_argument("--budget-minutes", type=float, default=10.0)
    parser.add_argument("--work", type=Path, default=Path(".build"), help="where answers are kept between calls")
    parser.add_argument("--rows", action="store_true", help="print the rows as read, and nothing else")
    args = parser.parse_args()
    if args.rows:
        rows = [row for path in args.data for row in read(path)]
        print(json.dumps([{"prompt": row.prompt, "answer": row.answer} for row in rows]))
        return

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    say("intervals and planted effects, by simulation")
    report = {
        "coverage": {str(n): coverage(n) for n in SIZES},
        "planted": [planted(n, d) for n in SIZES for d in DISCORDANT],
    }
    bench = Bench(args.base, args.data, args.work)
    report["equal"] = false_verdicts(bench, 60 * args.budget_minutes, say)  # type: ignore[assignment]
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
