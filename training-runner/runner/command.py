"""How the runner's shell commands say no: `CODE: what happened. Fix: what to do.` on standard error; 2 for bad input or usage."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from runner.errors import ErrorCode, RunnerError

EXIT_INPUT, EXIT_FAILED = 2, 1

# Codes that speak of the files or options given, not of the machine.
INPUT_CODES = frozenset(
    {
        ErrorCode.BASE_HASH,
        ErrorCode.CONFIG_FORBIDDEN,
        ErrorCode.CONFIG_RANGE,
        ErrorCode.DATASET_TOO_SMALL,
        ErrorCode.INPUT_FORMAT,
        ErrorCode.PICKLE_REFUSED,
        ErrorCode.TEMPLATE_MISMATCH,
    }
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint has a code and a fix, as every other refusal."""

    def error(self, message: str) -> NoReturn:
        """Exit with 2."""
        say("USAGE", f"{self.prog}: {message}.", " ".join(self.format_usage().split()))
        sys.exit(EXIT_INPUT)


def say(code: str, happened: str, fix: str) -> None:
    """One line on standard error."""
    print(f"{code}: {happened} Fix: {fix}", file=sys.stderr)


def refused(error: RunnerError) -> int:
    """Say it, and give the exit code. A runner's sentence ends with what to do, where there is something to do."""
    happened, _, fix = error.message.rpartition(". ")
    if happened:
        say(error.code.value, f"{happened}.", fix)
    else:
        say(error.code.value, error.message, "Correct that and run the command again.")
    return EXIT_INPUT if error.code in INPUT_CODES else EXIT_FAILED
