"""What a shell command says when it is used wrongly: one line with a code and a fix, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import add_base, divide, recompute
from runner.command import refused
from runner.errors import ErrorCode, RunnerError


def test_bad_usage_has_a_code_and_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    """Where argparse would print its own two lines."""
    with pytest.raises(SystemExit) as ended:
        divide.main(["somewhere", "--by", "colour"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("USAGE: divide: argument --by: invalid choice: 'colour'")
    assert " Fix: usage: divide " in said
    assert said.count("\n") == 1


def test_a_folder_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commands that read one."""
    assert divide.main([str(tmp_path)]) == 2
    monkeypatch.setattr("sys.argv", ["recompute", str(tmp_path)])
    assert recompute.main() == 2
    line = (
        f"EVIDENCE: {tmp_path} holds no evidence/evidence.json. "
        "Fix: Name a folder that `factory run --out` wrote and nobody changed.\n"
    )
    assert capsys.readouterr().err == 2 * line


def test_a_branch_is_no_revision(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A base model is pinned to a commit."""
    monkeypatch.setattr("sys.argv", ["base add", "owner/name", "--revision", "main"])
    assert add_base.main() == 2
    assert capsys.readouterr().err.startswith("CONFIG_RANGE: The revision must be a commit of 40 hex digits")


def test_what_the_machine_did_is_not_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """1 says that the same command may succeed another time."""
    assert refused(RunnerError(ErrorCode.DISK_FULL, "The disk is full. Free some space.")) == 1
    assert capsys.readouterr().err == "DISK_FULL: The disk is full. Fix: Free some space.\n"
