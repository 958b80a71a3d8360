"""Writes openapi.json, which the app's types are generated from: `python -m runner.gen_openapi [--check]`."""

from __future__ import annotations

import json
import sys

from runner.api import make_app
from runner.events import atomic_write
from runner.settings import PACKAGE_ROOT, Settings

TARGET = PACKAGE_ROOT / "openapi.json"


def main() -> None:
    """Write the file; with --check only say whether it is up to date (exit 1 when it is not)."""
    text = json.dumps(make_app(Settings.from_env({})).openapi(), indent=2, sort_keys=True) + "\n"
    if "--check" not in sys.argv[1:]:
        atomic_write(TARGET, text.encode())
    elif not TARGET.exists() or TARGET.read_text() != text:
        sys.exit("training-runner/openapi.json is out of date. Run: python -m runner.gen_openapi")


if __name__ == "__main__":
    main()
