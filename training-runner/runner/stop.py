"""Remembers a SIGTERM so that a recipe can stop at a step it chooses."""

from __future__ import annotations

import signal
import sys
from types import FrameType

_requested = False


def _remember(_signal: int, _frame: FrameType | None) -> None:
    global _requested
    _requested = True


def install() -> None:
    """From now on SIGTERM sets a flag instead of ending the process. Main thread only."""
    signal.signal(signal.SIGTERM, _remember)


def install_in_recipe_process() -> None:
    """Install when this process was started as `python -m runner.recipes.<name>`, and only then."""
    if any(argument.startswith("runner.recipes.") for argument in sys.orig_argv):
        install()


def requested() -> bool:
    """Whether a SIGTERM came."""
    return _requested
