"""One method on one run, in a process of its own: `python -m bench.attribution.method NAME PROBLEM RUN OUT`.

Its own process gives it its own peak memory, and a method that cannot run takes nobody with it. A failure is written to
OUT as `{"failed": sentence}`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from bench.attribution.candidates import write_candidates
from bench.attribution.run import read_run

# name -> (module, function). "ours" are runner's own; the others are peers.
METHODS = {
    "ours-fast": ("ours", "fast"),
    "ours-sketched": ("ours", "sketched"),
    "ours-replay": ("ours", "replayed"),
    "dattri-tracin": ("peer_dattri", "tracin"),
    "dattri-trak": ("peer_dattri", "trak"),
    "dattri-datainf": ("peer_dattri", "datainf"),
    "dattri-if-arnoldi": ("peer_dattri", "arnoldi"),
    "dattri-if-cg": ("peer_dattri", "conjugate"),
    "dattri-if-explicit": ("peer_dattri", "explicit"),
    "kronfluence-ekfac": ("peer_kronfluence", "ekfac"),
    "grad-cosine": ("peer_cosine", "cosine"),
    "bm25": ("peer_text", "bm25"),
    "tf-idf": ("peer_text", "tfidf"),
    "embedding": ("peer_text", "embedding"),
}


def main() -> None:
    """Compute and write."""
    name, problem, folder, out = sys.argv[1], *map(Path, sys.argv[2:5])
    module, function = METHODS[name]
    try:
        run = read_run(problem, folder)
        write_candidates(out, getattr(importlib.import_module(f"bench.attribution.{module}"), function)(run))
    except Exception as error:
        sentence = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}"
        out.with_suffix(".json").write_text(json.dumps({"failed": sentence}))
        raise


if __name__ == "__main__":
    main()
