"""From retrains and scores to the figures: every method tuned on half of the retrains and reported on the other half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench.attribution import draw
from bench.attribution.candidates import Candidate
from bench.attribution.measure import (
    Floats,
    Truth,
    aggregate,
    aggregate_draws,
    agreement_draws,
    ceiling,
    choose,
    effects,
    enough,
    halves_of,
    interval,
    lds,
    lds_draws,
    perfect,
    rank_agreement,
    totals,
)

OURS = "ours-fast"
SHIPPED = "ours-fast, as shipped"
NO_PEERS = (OURS, SHIPPED, "ours-sketched", "ours-replay")


def compare(truths: Mapping[str, Truth], people: Sequence[str], methods: Mapping[str, Sequence[Candidate]]) -> dict[str, Any]:
    """Ceilings, one entry for each method, and our difference to the best peer. None stands for what cannot be said yet.

    `people` names the contributor of each training row; `methods` the candidates of each method that ran.
    """
    halves = truths.get(draw.HALVES)
    report: dict[str, Any] = {
        "retrains": {kind: {"subsets": len(truth), "seeds": len(truth.losses)} for kind, truth in truths.items()},
        "ceiling": ceilings(truths, people),
        "methods": [],
        "versus_best_peer": None,
    }
    if halves is None:
        return report
    tuning, reported = halves_of(halves)
    if not (enough(tuning) and enough(reported)):
        return report
    draws: dict[str, Floats] = {}
    for name, candidates in with_shipped(methods).items():
        setting = choose({one.setting: one.scores for one in candidates}, tuning)
        chosen = next(one for one in candidates if one.setting == setting)
        draws[name] = lds_draws(chosen.scores, reported)
        report["methods"].append(
            {
                "method": name,
                "setting": setting,
                "settings_tried": len(candidates),
                "lds_tuning": lds(chosen.scores, tuning),
                "lds": {"value": lds(chosen.scores, reported), "interval": interval(draws[name])},
                "aggregate_lds": {
                    "value": aggregate(chosen.scores, reported),
                    "interval": interval(aggregate_draws(chosen.scores, reported)),
                },
                "contributors": contributors(chosen.scores, truths.get(draw.PEOPLE), people),
                "own_run": {kind: own_run(chosen.scores, truths.get(kind)) for kind in draw.OWN_SHARE},
                "seconds": chosen.seconds,
            }
        )
    report["methods"].sort(key=lambda entry: -entry["lds"]["value"])
    report["versus_best_peer"] = versus_best_peer(report["methods"], draws)
    return report


def with_shipped(methods: Mapping[str, Sequence[Candidate]]) -> dict[str, Sequence[Candidate]]:
    """Our fast score also with the product's own setting, untuned: its first candidate."""
    found = dict(methods)
    if OURS in methods:
        found[SHIPPED] = methods[OURS][:1]
    return found


def ceilings(truths: Mapping[str, Truth], people: Sequence[str]) -> dict[str, Any]:
    """What two seeds' truths agree in, and what a perfect expectation would reach against the mean of the seeds."""
    found: dict[str, Any] = {"lds": None, "perfect_lds": None, "contributors": None}
    halves, groups = truths.get(draw.HALVES), truths.get(draw.PEOPLE)
    if halves is not None and enough(halves) and (agreement := ceiling(halves)) is not None:
        found["lds"] = agreement
        found["perfect_lds"] = perfect(agreement, len(halves.losses))
    if groups is not None and enough(groups, len(set(people))) and len(groups.losses) > 1:
        found["contributors"] = rank_agreement(effects(groups, people, 0), effects(groups, people, 1))
    return found


def contributors(scores: Floats, truth: Truth | None, people: Sequence[str]) -> dict[str, Any] | None:
    """Rank agreement of contributors' totals with what their removal did, and the LDS over removed groups."""
    if truth is None or not enough(truth, len(set(people))):
        return None
    return {
        "value": rank_agreement(totals(scores, people), effects(truth, people)),
        "interval": interval(agreement_draws(scores, truth, people)),
        "lds": lds(scores, truth),
        "aggregate_lds": aggregate(scores, truth),
        "totals": totals(scores, people).tolist(),
        "effects": effects(truth, people).tolist(),
    }


def own_run(scores: Floats, truth: Truth | None) -> dict[str, Any] | None:
    """Against the scored run itself with some rows' weights at zero."""
    if truth is None or not enough(truth):
        return None
    return {
        "lds": {"value": lds(scores, truth), "interval": interval(lds_draws(scores, truth))},
        "aggregate_lds": {"value": aggregate(scores, truth), "interval": interval(aggregate_draws(scores, truth))},
    }


def versus_best_peer(methods: Sequence[dict[str, Any]], draws: Mapping[str, Floats]) -> dict[str, Any] | None:
    """Our tuned fast score minus the peer with the highest reported LDS, paired over bootstrap draws."""
    peers = [entry for entry in methods if entry["method"] not in NO_PEERS]
    if OURS not in draws or not peers:
        return None
    own = next(entry for entry in methods if entry["method"] == OURS)
    best = max(peers, key=lambda entry: entry["lds"]["value"])
    differences: Floats = np.subtract(draws[OURS], draws[best["method"]])
    return {
        "peer": best["method"],
        "difference": own["lds"]["value"] - best["lds"]["value"],
        "interval": interval(differences),
    }
