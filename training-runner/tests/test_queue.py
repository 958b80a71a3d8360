"""Who is next: by due time, influence last, short runs beside a training."""

from pathlib import Path
from typing import Any

import pytest

from runner import jobs
from runner.events import atomic_write_json
from runner.jobs import Manager, next_to_start
from runner.settings import Settings

NOW = 1_800_000_000.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"RUNNER_DATA": str(tmp_path / "data"), "RUNNER_DEVICE": "cpu"})


def folder(settings: Settings, name: str, recipe: str, due: float) -> Path:
    """A run's folder as the manager leaves it while the run waits."""
    path = settings.runs_dir / name
    path.mkdir(parents=True)
    atomic_write_json(path / "run.json", {"recipe": recipe, "config": {"base": "tiny"}})
    patience = jobs.PATIENCE_SECONDS if recipe in jobs.PATIENT_RECIPES else 0
    atomic_write_json(path / "meta.json", {"created_at": "2026-11-21T12:00:00Z", "due": due + patience, "order": 1})
    return path


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_runs_wait_in_the_order_of_their_due_time_and_influence_behind_the_hour(settings: Settings) -> None:
    folder(settings, "influence", "influence", NOW)
    folder(settings, "thorough", "lora_sft", NOW + 3_000)
    folder(settings, "quick", "lora_sft", NOW + 100 + 60)
    folder(settings, "much-later", "lora_sft", NOW + 3_601)
    manager = Manager(settings)
    order = ["quick", "thorough", "influence", "much-later"]
    assert [manager._position(settings.runs_dir / name) for name in order] == [1, 2, 3, 4]


def test_one_short_run_starts_beside_a_training_where_there_is_memory(settings: Settings, monkeypatch: Any) -> None:
    training = folder(settings, "training", "lora_sft", NOW)
    waiting = [folder(settings, "next", "lora_sft", NOW + 1), folder(settings, "dry", "dry_run", NOW + 2)]
    waiting.append(folder(settings, "dry2", "dry_run", NOW + 3))
    assert names(next_to_start(waiting, [training], settings)) == ["dry"]
    assert names(next_to_start(waiting, [], settings)) == ["next", "dry"]
    assert names(next_to_start(waiting[2:], [waiting[1]], settings)) == []
    monkeypatch.setattr(jobs, "memory_of", lambda _: type("Memory", (), {"training_bytes": 10**15})())
    assert names(next_to_start(waiting, [training], settings)) == []
    assert names(next_to_start(waiting[1:], [], settings)) == ["dry"]
