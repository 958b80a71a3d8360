"""WordNet's definitions and example sentences as chats, for pre-training the tiny base.

Synsets that the sample uses are left out, and so is every definition with the same wording, so that the sample
measures what fine-tuning adds. Sorting into labels is practised on verbs and abstract nouns only, with label sets the
sample does not have: the base learns to read a list of labels, not the sample's answer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}

# Lexicographer file -> label. The sample's own files (05 06 08 13 15 18 20 27) are absent on purpose.
SORTED_FILES = {
    "03": "thing", "04": "act", "07": "property", "09": "thought", "10": "message", "11": "event", "12": "feeling",
    "14": "group", "16": "motive", "17": "nature", "19": "phenomenon", "21": "possession", "22": "process",
    "23": "quantity", "24": "relation", "25": "shape", "26": "state", "28": "time",
    "29": "care", "30": "change", "31": "thinking", "32": "talking", "33": "competing", "34": "eating", "35": "touching",
    "36": "making", "37": "emotion", "38": "moving", "39": "seeing", "40": "owning", "41": "society", "42": "being",
    "43": "weather",
}  # fmt: skip

DEFINE = ("What is {word}?", "What does {word} mean?", "Define {word}.", "{word}")
NAME = ("Which word means: {gloss}?", "Name this: {gloss}", "{gloss}")
KIND = ("What kind of thing is this? {gloss}", "What kind of thing is {word}?", "Name the wider class: {gloss}")
USE = ("Use {word} in a sentence.", "Give an example of {word}.")


@dataclass(frozen=True)
class Synset:
    """One WordNet entry."""

    id: str
    file: str
    words: tuple[str, ...]
    gloss: str
    examples: tuple[str, ...]
    wider: str | None


@dataclass(frozen=True)
class Turn:
    """A question and its answer."""

    question: str
    answer: str


def read_synsets(dict_dir: Path) -> list[Synset]:
    """Every entry of data.{noun,verb,adj,adv}; `wider` is the offset id of the first hypernym."""
    synsets = []
    for part, letter in PARTS.items():
        for line in (dict_dir / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue
            head, _, tail = line.partition(" | ")
            fields = head.split(" ")
            count = int(fields[3], 16)
            words = tuple(fields[4 + 2 * i].split("(")[0].replace("_", " ") for i in range(count))
            pointers = fields[5 + 2 * count :]
            wider = next((pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] == "@"), None)
            gloss, *examples = tail.strip().split('; "')
            synsets.append(
                Synset(
                    f"wn31-{fields[0]}-{letter}",
                    fields[1],
                    words,
                    gloss.strip(),
                    tuple(example.replace('"', "").strip() for example in examples),
                    f"wn31-{wider}-{letter}" if wider else None,
                )
            )
    return synsets


def read_reserved(sample_json: Path) -> set[str]:
    """The synsets the sample uses."""
    return set(json.loads(sample_json.read_text())["synsetIds"])


def without_reserved(synsets: list[Synset], reserved: set[str]) -> list[Synset]:
    """Entries that neither are in the sample nor share a definition with one that is."""
    glosses = {synset.gloss.lower() for synset in synsets if synset.id in reserved}
    return [synset for synset in synsets if synset.id not in reserved and synset.gloss.lower() not in glosses]


def conversations(synsets: list[Synset], seed: int) -> list[list[dict[str, str]]]:
    """Chats of one to five turns in a random but repeatable order: [{role, content}, ...]."""
    rng = random.Random(seed)
    words = {synset.id: synset.words[0] for synset in synsets}
    defined: list[Turn] = []
    named: list[Turn] = []
    kinds: list[Turn] = []
    used: list[Turn] = []
    for synset in synsets:
        word = rng.choice(synset.words)
        fill = {"word": word, "gloss": synset.gloss}
        if rng.random() < 0.5:
            defined.append(Turn(rng.choice(DEFINE).format(**fill), synset.gloss))
        else:
            named.append(Turn(rng.choice(NAME).format(**fill), word))
        if synset.wider in words and rng.random() < 0.35:
            kinds.append(Turn(rng.choice(KIND).format(**fill), words[synset.wider]))
        used += [Turn(rng.choice(USE).format(**fill), example) for example in synset.examples]
    chats = [
        [*([{"role": "system", "content": "Answer the question."}] if rng.random() < 0.5 else []), *as_messages(turns)]
        for pile in (defined, named, kinds, used)
        for turns in piles(pile, rng)
    ]
    chats += sorting_chats(synsets, rng)
    rng.shuffle(chats)
    return chats


def sorting_chats(synsets: list[Synset], rng: random.Random) -> Iterator[list[dict[str, str]]]:
    """Texts sorted into 2-8 labels drawn anew for each chat, each text's own label among them."""
    for files in (range(3, 29), range(29, 44)):
        pile = [s for s in synsets if s.file in SORTED_FILES and int(s.file) in files and s.id[-1] in "nv"]
        names = [name for file, name in SORTED_FILES.items() if int(file) in files]
        for group in piles(pile, rng):
            own = [SORTED_FILES[synset.file] for synset in group]
            size = max(rng.randint(2, 8), len(set(own)))
            others = rng.sample([name for name in names if name not in own], size - len(set(own)))
            labels = [*sorted(set(own)), *others]
            rng.shuffle(labels)
            system = f"You sort texts into one of these labels: {', '.join(labels)}. Answer with the label only."
            turns = [Turn(synset.gloss, label) for synset, label in zip(group, own, strict=True)]
            yield [{"role": "system", "content": system}, *as_messages(turns)]


def piles(items: list[T], rng: random.Random) -> Iterator[list[T]]:
    """The items in random order in groups of one to five, so that the base has seen solved examples before a question."""
    order = rng.sample(items, len(items))
    start = 0
    while start < len(order):
        size = rng.randint(1, 5)
        yield order[start : start + size]
        start += size


def as_messages(turns: list[Turn]) -> list[dict[str, str]]:
    """Turns as chat messages."""
    return [
        message
        for turn in turns
        for message in (
            {"role": "user", "content": turn.question},
            {"role": "assistant", "content": turn.answer},
        )
    ]
