"""Add a base model of Hugging Face to this installation's list: `python -m runner.add_base HF_ID --revision SHA`.

An administrator's command. The pinned revision is downloaded once, or taken from a folder (--from); its files are copied below
the cache, hashed, and named in the cache's registry.json. Refused with a sentence: no licence, no chat template, a template that
rewrites questions, an architecture the recipes do not know, files that can run code. Prints the entry's main facts as JSON.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from runner import bases
from runner.blobs import sha256_file
from runner.command import Parser, refused
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write
from runner.registry import ADDED, make, registry
from runner.settings import Settings

# What the training loop's attention and LoRA layers were tried with.
ARCHITECTURES = ("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM")
TAKEN = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "chat_template.jinja",
    "model.safetensors.index.json",
)
NO_LICENCE = {"", "other", "unknown"}
# From this size on a rate that suits SmolLM2 breaks the training.
SMALL_UP_TO, LARGE_FROM = 300_000_000, 13_000_000_000


def add_base(hf_id: str, revision: str, given: Path | None = None, licence: str | None = None) -> dict[str, Any]:
    """Copy, check and list the base; the entry. Raises CONFIG_FORBIDDEN, CONFIG_RANGE, TEMPLATE_MISMATCH, PICKLE_REFUSED."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", hf_id):
        raise RunnerError(ErrorCode.CONFIG_RANGE, f"{hf_id} is not a Hugging Face id. It looks like owner/name.")
    if not re.fullmatch(r"[0-9a-f]{40}", revision):
        raise RunnerError(
            ErrorCode.CONFIG_RANGE, "The revision must be a commit of 40 hex digits: a branch may change under the adapters."
        )
    settings = Settings.from_env()
    cache = settings.bases_cache
    cache.mkdir(parents=True, exist_ok=True)
    name = hf_id.partition("/")[2].lower()
    with (cache / f"{ADDED}.lock").open("w") as lock, tempfile.TemporaryDirectory(dir=cache, prefix=".add-") as work:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if name in registry(settings.bases_dir, cache):
            raise RunnerError(ErrorCode.CONFIG_RANGE, f"The list has a base model {name} already. Nothing was changed.")
        source = given or download(hf_id, revision, Path(work) / "download")
        folder = Path(work) / name
        entry = describe(copied(source, folder), hf_id, revision, licence or licence_of(source))
        atomic = cache / name
        shutil.rmtree(atomic, ignore_errors=True)
        folder.rename(atomic)
        listed = json.loads((cache / ADDED).read_bytes())["bases"] if (cache / ADDED).is_file() else []
        atomic_write(cache / ADDED, json.dumps({"bases": [*listed, entry]}, indent=2).encode() + b"\n")
    return entry


def download(hf_id: str, revision: str, to: Path) -> Path:
    """The revision's files. Raises BASE_UNKNOWN with the other way in when the network or the repository is not there."""
    from huggingface_hub import snapshot_download

    try:
        wanted = [*TAKEN, "*.safetensors", "README.md"]
        return Path(snapshot_download(hf_id, revision=revision, allow_patterns=wanted, local_dir=to))
    except Exception as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise RunnerError(
            ErrorCode.BASE_UNKNOWN,
            f"{hf_id} could not be downloaded: {reason}. "
            "Where there is no network, download it elsewhere and name the folder with --from DIR.",
        ) from error


def copied(source: Path, folder: Path) -> Path:
    """The files that are needed, and none that can run code."""
    if not (source / "config.json").is_file():
        raise RunnerError(ErrorCode.CONFIG_RANGE, f"{source} holds no config.json. Name the folder of a downloaded model.")
    names = [name for name in TAKEN if (source / name).is_file()]
    weights = sorted(path.name for path in source.glob("*.safetensors"))
    if not weights:
        raise RunnerError(
            ErrorCode.PICKLE_REFUSED, "The model has no .safetensors file, and other formats can run code when they are read."
        )
    folder.mkdir()
    for name in [*names, *weights]:
        shutil.copyfile(source / name, folder / name)
        if name.endswith(".json"):
            bases.refuse_remote_code(json.loads((folder / name).read_text()), name)
    return folder


def licence_of(source: Path) -> str:
    """The licence its card names, "" without one."""
    card = source / "README.md"
    head = re.match(r"---\n(.*?)\n---", card.read_text(encoding="utf-8"), re.DOTALL) if card.is_file() else None
    found = re.search(r"^license:\s*[\"']?([\w.-]+)", head[1], re.MULTILINE) if head else None
    return found[1] if found else ""


def describe(folder: Path, hf_id: str, revision: str, licence: str) -> dict[str, Any]:
    """The list's entry, after everything a training needs was tried on the files."""
    config = json.loads((folder / "config.json").read_text())
    architecture = (config.get("architectures") or ["none"])[0]
    if architecture not in ARCHITECTURES:
        raise RunnerError(
            ErrorCode.CONFIG_RANGE,
            f"Its architecture is {architecture}, and the recipes know {', '.join(ARCHITECTURES)}. Choose another base model.",
        )
    if licence.lower() in NO_LICENCE:
        raise RunnerError(
            ErrorCode.CONFIG_RANGE,
            "Its card names no licence, so nobody could say what an adapter may be used for. Read the model's terms and name "
            "the licence with --licence NAME.",
        )
    name, parameters = hf_id.partition("/")[2].lower(), parameters_of(folder)
    entry: dict[str, Any] = {
        "id": name,
        "name": hf_id.partition("/")[2],
        "path": name,
        "hf_id": hf_id,
        "revision": revision,
        "licence": licence,
        "notice": f"{hf_id}, revision {revision}, licence {licence}.\n",
        "parameters": parameters,
        "context_length": int(config.get("max_position_embeddings", 0)),
        "files": {path.name: sha256_file(path) for path in sorted(folder.iterdir())},
        "template_sha256": check_template(folder),
    }
    entry["presets"] = presets_for(parameters)
    make(entry, True)
    return entry


def parameters_of(folder: Path) -> int:
    """Numbers in all weights, from the files' headers."""
    count = 0
    for path in folder.glob("*.safetensors"):
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        count += sum(math.prod(tensor["shape"]) for name, tensor in header.items() if name != "__metadata__")
    return count


def check_template(folder: Path) -> str:
    """Hash of the chat template, after a row went through it both ways. Raises CONFIG_RANGE, TEMPLATE_MISMATCH."""
    from transformers import AutoTokenizer

    from runner.configs import Task
    from runner.data import Row
    from runner.template import encode

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if not isinstance(tokenizer.chat_template, str) or tokenizer.eos_token is None:
        raise RunnerError(
            ErrorCode.CONFIG_RANGE,
            "It has no chat template or no end token, so questions and answers cannot be told apart. Choose an instruct model.",
        )
    row = Row(id="trial", prompt="What is the noun for decide?", answer="decision")
    encode(tokenizer, Task(goal="answer"), row, sys.maxsize)
    return hashlib.sha256(tokenizer.chat_template.encode()).hexdigest()


def presets_for(parameters: int) -> dict[str, Any]:
    """Starting settings by size: they are rules of thumb, not measured on this base (PRESETS.md)."""
    rate = 1e-3 if parameters < SMALL_UP_TO else 2e-4 if parameters < LARGE_FROM else 1e-4
    common = {"batch_size": 8, "max_length": 512, "warmup_ratio": 0.06, "gradient_clip": 1.0}
    rates = [rate / 2, rate, rate * 2]
    return {
        "quick": {**common, "learning_rate": rate, "epochs": 1, "rank": 8, "alpha": 16},
        "balanced": {**common, "learning_rate": rate, "epochs": 3, "rank": 16, "alpha": 32, "patience": 4},
        "thorough": {
            **common,
            "learning_rate": rate,
            "epochs": 6,
            "rank": 32,
            "alpha": 64,
            "patience": 4,
            "learning_rates": rates,
        },
    }


def main() -> int:
    """Parse, add, print."""
    parser = Parser(prog="base add", description="Adds a base model of Hugging Face to the list.")
    parser.add_argument("hf_id", metavar="HF_ID", help="owner/name")
    parser.add_argument("--revision", required=True, help="the commit, 40 hex digits")
    parser.add_argument("--from", dest="given", type=Path, help="a folder that holds the model's files")
    parser.add_argument("--licence", help="where the model's card names none")
    args = parser.parse_args()
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        entry = add_base(args.hf_id, args.revision, args.given, args.licence)
    except RunnerError as error:
        return refused(error)
    shown = ("id", "hf_id", "revision", "licence", "parameters", "context_length", "template_sha256", "files")
    print(json.dumps({key: entry[key] for key in shown}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
