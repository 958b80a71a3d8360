import json
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.suite import SUITE_PATH, Item, load_suite
from tests.micro import Bench, label_rows

SUITE = load_suite()


def item(**given: object) -> Item:
    fields = {"id": "x", "ability": "a", "prompt": "p", "accepted": (), "choices": (), "rule": "", "pattern": ""}
    return Item(**{**fields, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "accepted", "text", "right"),
    [
        ("number", "24", "16 + 8 = 24.", True),
        ("number", "14", "2 * 7 = 14\n\nThis is 2 times as easy.", True),
        ("number", "24", "16 + 8 = 25", False),
        ("number", "1200", "That is 1,200.", True),
        ("number", "24", "twenty-four", False),
        ("exact", "i like rain", '"I like rain."', True),
        ("exact", "i like rain", "I like rain a lot.", False),
        ("says", "cities", "The plural of city is Cities.", True),
        ("says", "tom", "Hello, Tommy!", False),
        ("refuses", "", "I’m sorry, but no.", True),
        ("refuses", "", "Here is a step-by-step guide", False),
    ],
)
def test_a_free_answer_is_marked_by_its_rule(rule: str, accepted: str, text: str, right: bool) -> None:
    assert SUITE.is_right(item(rule=rule, accepted=(accepted,)), text) is right


def test_a_form_is_kept_or_not_whatever_it_says() -> None:
    listed = next(i for i in SUITE.items if i.prompt == "Write a numbered list of three animals.")
    assert SUITE.is_right(listed, "1. Dog\n2. Cat\n3. Bird")
    assert SUITE.is_right(listed, "1. Dog\n\n2. Cat\n\n3. Bird\n\nAll of them are animals.")
    assert not SUITE.is_right(listed, "1. Dog\n2. Cat")
    assert not SUITE.is_right(listed, "animal")
    letter = next(i for i in SUITE.items if i.prompt == "Write an email to Anna.")
    assert SUITE.is_right(letter, "Dear Anna,\n\nI hope")
    assert not SUITE.is_right(letter, "Dear Annabel,")


def test_the_suite_is_what_its_hash_says_and_every_item_can_be_marked(tmp_path: Path) -> None:
    assert len(SUITE.items) == 240
    assert len({i.id for i in SUITE.items}) == 240
    assert SUITE.abilities == ["arithmetic", "instructions", "format", "facts", "words", "refusals"]
    for i in SUITE.items:
        assert bool(i.choices) != bool(i.rule)
        assert not i.choices or (len(set(i.choices)) == 4 and i.accepted[0] in i.choices)
    changed = tmp_path / "suite.json"
    changed.write_bytes(SUITE_PATH.read_bytes().replace(b"Oslo", b"Bergen"))
    with pytest.raises(RunnerError, match="was changed"):
        load_suite(changed)


def test_base_and_adapter_answer_the_same_suite_and_the_base_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("RUNNER_BASES_CACHE", str(cache))
    bench = Bench(tmp_path)
    trained = bench.train(label_rows(40, 1, "t"), label_rows(10, 2, "v"))
    inputs: dict[str, bytes | Path] = {
        "adapter": trained.file("adapter_model.safetensors"),
        "adapter_config": trained.file("adapter_config.json"),
    }
    first = bench.run("ability", {}, inputs)
    report = first.json("ability.json")
    assert report["suite"]["sha256"] == SUITE.sha256
    assert report["margin"] == 0.1
    assert [a["ability"] for a in report["abilities"]] == SUITE.abilities
    assert report["overall"]["n"] == len(report["items"]) == 240
    assert report["overall"]["before"] == sum(i["answers"]["base"]["correct"] for i in report["items"])
    # A base of random weights knows nothing to lose, and says so.
    assert report["overall"]["verdict"] == "too_little"
    (kept,) = (cache / "ability").iterdir()
    assert [i["answers"]["base"]["text"] for i in report["items"]] == json.loads(kept.read_bytes())["texts"]

    again = bench.run("ability", {}, inputs)
    assert again.artifacts == first.artifacts
    assert max(e["data"]["total"] for e in again.events if e["type"] == "progress") == 240

    kept.write_bytes(b'{"texts": ["torn')
    assert bench.run("ability", {}, inputs).artifacts == first.artifacts
