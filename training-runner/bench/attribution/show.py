"""The report of one data set as text."""

from __future__ import annotations

from typing import Any

from bench.attribution.draw import OWN_5, OWN_50

WIDTHS = (24, 22, 22, 22, 15, 15, 9, 8)


def show(report: dict[str, Any]) -> None:
    """Print it."""
    loss = report["test_loss"]
    print(
        f"\n{report['set']}: {report['rows']} rows by {len(report['contributors'])} contributors, {report['items']} test items, "
        f"{report['base']} {report['preset']}, {report['steps']} steps in {report['training_seconds']:.1f} CPU s, "
        f"test loss {loss['before']:.2f} to {loss['after']:.2f} nats per answer token"
    )
    made = report["retrains"]
    print(
        "Truths: "
        + ("; ".join(f"{kind}: {one['subsets']} subsets x {one['seeds']} seeds" for kind, one in made.items()) or "none yet")
        + f". {report['retrains_made']} retrains now, {report['retrain_seconds']:.0f} s; {report['retrains_missing']} left"
    )
    top = report["ceiling"]
    print(
        f"Noise ceiling: two seeds' LDS {number(top['lds'])} (a perfect score reaches {number(top['perfect_lds'])} against "
        f"the mean of the seeds), contributors {number(top['contributors'])}"
    )
    if not report["methods"]:
        print("Too few retrains for any figure yet. Run it again, or with a larger --budget-minutes: it goes on from here.")
        return
    head = ("method", "LDS", "LDS of mean loss", "contributors", "own run 5 %", "own run 50 %", "CPU s", "GB")
    print("".join(title.ljust(width) for title, width in zip(head, WIDTHS, strict=True)))
    for entry in report["methods"]:
        cells = (
            entry["method"],
            ranged(entry["lds"]),
            ranged(entry["aggregate_lds"]),
            ranged(entry["contributors"]),
            own(entry["own_run"][OWN_5]),
            own(entry["own_run"][OWN_50]),
            f"{entry['seconds']:.1f}",
            f"{entry['peak_bytes'] / 1e9:.2f}",
        )
        print("".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)) + f"  {entry['setting']}")
    for name, reason in report["did_not_run"].items():
        print(f"{name.ljust(WIDTHS[0])}did not run: {reason}")
    if (versus := report["versus_best_peer"]) is not None:
        low, high = versus["interval"]
        print(f"ours-fast minus {versus['peer']}, the best peer: {versus['difference']:+.3f} ({low:+.3f} to {high:+.3f})")
    print(
        "LDS, LDS of the mean test loss: rows truly removed, on the half of the subsets by which no setting was chosen. "
        "contributors: rank agreement of their totals with true removals of groups. own run: weights set to zero in the scored "
        "run, LDS by item / of the mean loss. In brackets 95 % by bootstrap over retrains and items."
    )


def show_scale(costs: list[dict[str, Any]]) -> None:
    """The fast score's cost by rows."""
    for one in costs:
        if "failed" in one:
            print(f"fast score at {one['rows']:,} rows failed: {one['failed']}")
            continue
        share = one["seconds"] / one["training_seconds"]
        print(
            f"fast score at {one['rows']:,} rows x {one['items']} items, one checkpoint, "
            f"{'sketched' if one['sketched'] else 'exact'}: {one['seconds']:.1f} CPU s "
            f"({share:.2f} of a training), peak memory {one['peak_bytes'] / 1e9:.2f} GB "
            f"({one['peak_bytes_before'] / 1e9:.2f} GB before it began)"
        )


def number(value: float | None) -> str:
    """Two digits, or a dash."""
    return "–" if value is None else f"{value:.2f}"


def ranged(entry: dict[str, Any] | None) -> str:
    """A value with its interval."""
    if entry is None:
        return "–"
    low, high = entry["interval"]
    return f"{entry['value']:.2f} ({low:.2f} to {high:.2f})"


def own(entry: dict[str, Any] | None) -> str:
    """By item / of the mean loss."""
    return "–" if entry is None else f"{entry['lds']['value']:.2f} / {entry['aggregate_lds']['value']:.2f}"
