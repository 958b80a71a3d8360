"""A base of 0.1 M parameters made on the spot, a label task it can learn in seconds, and recipes run as they are run for real.

The base is random but for its seed: what an adapter learns on it, it learned from the rows.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from runner import bases
from runner.bases import Base
from runner.blobs import sha256_bytes, sha256_file
from runner.data import Row
from runner.errors import RunnerError
from runner.manifest import RunFolder, prepare_run
from runner.recipes.ability import ability
from runner.recipes.dry_run import dry_run
from runner.recipes.evaluate import evaluate
from runner.recipes.export import export
from runner.recipes.generate import generate
from runner.recipes.influence import influence
from runner.recipes.lora_sft import lora_sft
from runner.recipes.replay import replay_recipe
from runner.recipes.test_loss import test_loss
from runner.schemas import RUN_SPEC

RECIPES = {
    "lora_sft": lora_sft,
    "dry_run": dry_run,
    "evaluate": evaluate,
    "ability": ability,
    "influence": influence,
    "replay": replay_recipe,
    "test_loss": test_loss,
    "generate": generate,
    "export": export,
}
PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] }}"
    "{% if m['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
LABELS = ["warm", "warm red", "cold"]
WORDS = {
    "warm": ["sun", "fire", "soup", "wool"],
    "warm red": ["rose", "brick", "cherry", "ruby"],
    "cold": ["ice", "snow", "frost", "hail"],
}
FILLER = ["a", "the", "big", "old", "near", "house", "of", "small", "with", "day"]
TASK = {"goal": "label", "labels": LABELS, "instruction": ""}


def make_base(folder: Path, scale: float = 1.0, template: str = TEMPLATE) -> str:
    """Write registry.json and the base "micro" below folder; returns its base hash. A huge scale makes its loss infinite."""
    (folder / "micro").mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    texts = [
        " ".join(["You sort texts into one of these labels Answer with the label only", *FILLER, *sum(WORDS.values(), LABELS)])
    ]
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=special, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
    )
    tokenizer.train_from_iterator(texts * 4, trainer)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<|pad|>", eos_token="<|end|>", additional_special_tokens=special[2:]
    )
    wrapped.chat_template = template
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(wrapped),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        initializer_range=0.08,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.get_input_embeddings().weight.mul_(scale)
    model.save_pretrained(folder / "micro")
    (folder / "micro" / "generation_config.json").unlink(missing_ok=True)
    wrapped.save_pretrained(folder / "micro")
    # transformers 5 writes the template beside the configuration; ours keep it inside.
    (folder / "micro" / "chat_template.jinja").unlink(missing_ok=True)
    settings = json.loads((folder / "micro" / "tokenizer_config.json").read_text())
    (folder / "micro" / "tokenizer_config.json").write_text(json.dumps({**settings, "chat_template": template}))
    preset = {"learning_rate": 0.01, "epochs": 3, "batch_size": 8, "rank": 4, "alpha": 8}
    preset |= {"max_length": 128, "warmup_ratio": 0.06, "gradient_clip": 1.0}
    entry = {
        "id": "micro",
        "name": "Micro",
        "path": "micro",
        "revision": "1",
        "licence": "Apache-2.0",
        "notice": "",
        "parameters": sum(p.numel() for p in model.parameters()),
        "context_length": 256,
        "files": {path.name: sha256_file(path) for path in sorted((folder / "micro").iterdir())},
        "template_sha256": sha256_bytes(template.encode()),
        "presets": {"quick": preset, "balanced": preset},
    }
    (folder / "registry.json").write_text(json.dumps({"bases": [entry]}))
    return Base(**entry).base_hash


def label_rows(count: int, seed: int, prefix: str, contributor: str = "ann", wrong: bool = False) -> list[Row]:
    """Sentences whose one telling word gives the label; `wrong` turns every label to the next one."""
    draw = random.Random(seed)
    rows = []
    for k in range(count):
        label = LABELS[k % len(LABELS)]
        words = draw.sample(FILLER, 4)
        words.insert(draw.randrange(5), draw.choice(WORDS[label]))
        answer = LABELS[(k + 1) % len(LABELS)] if wrong else label
        rows.append(
            Row(
                id=f"{prefix}{k}",
                prompt=" ".join(words),
                answer=answer,
                category=label,
                contributor=contributor,
                contribution=f"{contributor}.csv",
                cluster=f"{prefix}{k}",
                sealed=k % 3 != 0,
            )
        )
    return rows


def jsonl(rows: Sequence[Row]) -> bytes:
    return b"".join(json.dumps(asdict(row)).encode() + b"\n" for row in rows)


@dataclass
class Finished:
    """A run that ended: its folder, and what it left."""

    path: Path
    code: int

    def json(self, name: str) -> Any:
        return json.loads((self.path / "artifacts" / name).read_text())

    @property
    def artifacts(self) -> dict[str, str]:
        return dict(json.loads((self.path / "result.json").read_text())["artifacts"])

    @property
    def error(self) -> dict[str, Any]:
        return dict(json.loads((self.path / "error.json").read_text()))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.path / "events.jsonl").read_text().splitlines()]

    def file(self, name: str) -> Path:
        return self.path / "artifacts" / name


class Bench:
    """Runs recipes on the micro base, all in one folder with one blob store."""

    def __init__(self, root: Path, scale: float = 1.0, template: str = TEMPLATE) -> None:
        self.root = root
        self.base_hash = make_base(root / "bases", scale, template)
        self.env = {**os.environ, "RUNNER_BASES": str(root / "bases"), "RUNNER_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
        self.count = 0

    def prepare(self, recipe: str, config: dict[str, Any], inputs: dict[str, bytes | Path]) -> Path:
        """A run folder, ready to start."""
        self.count += 1
        run = self.root / f"run{self.count}"
        contents = {name: c if isinstance(c, bytes) else c.read_bytes() for name, c in inputs.items()}
        sources = {}
        for name, content in contents.items():
            sources[name] = self.root / f"input-{self.count}-{name}"
            sources[name].write_bytes(content)
        spec = {
            "recipe": recipe,
            "config": {"base": "micro", "base_hash": self.base_hash, **config},
            "inputs": {name: sha256_bytes(content) for name, content in contents.items()},
        }
        store = self.root / "blobs"
        store.mkdir(exist_ok=True)
        run.mkdir()
        (run / "blobs").symlink_to(store)
        prepare_run(run, RUN_SPEC.validate_python(spec), sources)
        return run

    def start(self, run: Path, recipe: str) -> subprocess.Popen[bytes]:
        """The real process, as the manager starts it."""
        return subprocess.Popen([sys.executable, "-m", f"runner.recipes.{recipe}", str(run)], cwd=PACKAGE, env=self.env)

    def run(self, recipe: str, config: dict[str, Any], inputs: dict[str, bytes | Path]) -> Finished:
        """Run a recipe inside this process, to spare the imports; everything else is as for real."""
        return self.go_on(self.prepare(recipe, config, inputs), recipe)

    def go_on(self, path: Path, recipe: str) -> Finished:
        """Start, or start again, a prepared run inside this process."""
        with pytest.MonkeyPatch.context() as patch, RunFolder(path) as folder:
            patch.setenv("RUNNER_BASES", str(self.root / "bases"))
            patch.setenv("RUNNER_DEVICE", self.env["RUNNER_DEVICE"])
            try:
                RECIPES[recipe](folder)
            except RunnerError as error:
                folder.fail(error.code, error.message, error.retryable)
                return Finished(path, 1)
        return Finished(path, 0)

    def load(self) -> tuple[Base, Any]:
        """The base's entry and tokenizer."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RUNNER_BASES", str(self.root / "bases"))
            base = bases.find("micro")
            return base, bases.load_tokenizer(base)

    def train(self, rows: Sequence[Row], validation: Sequence[Row], **config: Any) -> Finished:
        return self.run("lora_sft", {**TRAINING, **config}, {"train": jsonl(rows), "validation": jsonl(validation)})


TRAINING: dict[str, Any] = {
    "task": TASK,
    "seed": 3,
    "rank": 4,
    "alpha": 8,
    "learning_rate": 0.01,
    "epochs": 3,
    "batch_size": 8,
    "max_length": 128,
}


def wait_for_step(run: Path, step: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until the run's log shows this step."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        log = run / "events.jsonl"
        if log.exists() and any(f'"step": {step},' in line for line in log.read_text().splitlines()):
            return
        if process.poll() is not None:
            raise AssertionError(f"the run ended with {process.returncode} before step {step}")
        time.sleep(0.005)
    raise AssertionError(f"the run did not reach step {step}")
