"""Base and adapter as one model for other tools, offered only after it was read back and gave its golden answers.

    python -m runner.recipes.export RUN_DIR

merged: safetensors, configuration and tokenizer, for transformers, vLLM and the like. gguf: one file for llama.cpp,
Ollama and the like. What is re-tested is the written file: read back by transformers, it must give, to the letter, the
answers of base and adapter side by side, with every logit of those answers within TOLERANCE. The type of the weights is
the smaller one if that passes, else float32, else nothing is offered.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from runner import bases
from runner.bases import Base
from runner.configs import ExportConfig
from runner.decode import forward, greedy, head
from runner.errors import ErrorCode, RunnerError
from runner.gguf_file import write_gguf
from runner.lora import read_factors
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import State, causal_lm, load_adapter, prepare
from runner.progress import Progress
from runner.schemas import ExportSpec
from runner.template import tokens_of

# Greatest difference of a logit on the golden answers, in nats, by the type the weights are written in.
TOLERANCE = {"float32": 0.05, "float16": 0.1, "bfloat16": 1.0}
GGUF_NAME = "model.gguf"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")


@dataclass
class Given:
    """What a model answered to the golden questions: token ids, and its logits along the expected tokens."""

    answers: list[list[int]]
    logits: list[torch.Tensor]


def export(folder: RunFolder) -> None:
    """Merge, write, read back, compare. Raises EXPORT_DIFFERS, EXPORT_UNSUPPORTED, and those of bases and model."""
    assert isinstance(folder.spec, ExportSpec)
    config = folder.spec.config
    device = prepare()
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    prompts = [tokens_of(tokenizer, golden.rendered) for golden in config.golden]
    made = folder.path / "export"
    types = [str(base.dtype).removeprefix("torch."), "float32"] if config.format == "merged" else ["float16", "float32"]
    progress = Progress(folder, (1 + len(set(types))) * len(prompts), "answers")

    # What base and adapter answer side by side, on this machine
    tuned = load_adapter(base, folder.input("adapter"), folder.input("adapter_config"), device)
    expected = ask(tuned, prompts, None, config, tokenizer.eos_token_id, device, progress)
    texts = [text_of(tokenizer, ids) for ids in expected.answers]
    recorded = sum(text == golden.text for text, golden in zip(texts, config.golden, strict=True))
    if recorded < len(texts):
        folder.emit(
            "message",
            f"{len(texts) - recorded} of {len(texts)} recorded answers come out differently on this processor, before any "
            "export. The file is compared with what base and adapter answer here.",
            level="warn",
        )
    del tuned

    state = merge(base, folder.input("adapter"), folder.input("adapter_config"))
    for dtype in dict.fromkeys(types):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        files = write(made, state, base, tokenizer, config, dtype)
        model = read_back(made, config, dtype).to(device)
        found = ask(model, prompts, expected.answers, config, tokenizer.eos_token_id, device, progress)
        del model
        said = [text_of(tokenizer, ids) for ids in found.answers]
        equal = sum(a == b for a, b in zip(said, texts, strict=True))
        difference = max(float((a - b).abs().max()) for a, b in zip(found.logits, expected.logits, strict=True))
        if equal == len(texts) and difference <= TOLERANCE[dtype]:
            break
        folder.emit(
            "message",
            f"In {dtype}, {equal} of {len(texts)} answers were the same and a score behind a word moved by {difference:.3f} "
            f"(allowed: {TOLERANCE[dtype]}).",
            level="warn",
        )
    else:
        shutil.rmtree(made)
        raise RunnerError(
            ErrorCode.EXPORT_DIFFERS,
            f"Read back, the file gave {equal} of {len(texts)} golden answers, and a score behind a word differed by "
            f"{difference:.3f} ({TOLERANCE[dtype]} allowed). It is not offered, because it is not the model that was measured.",
        )
    report = {
        "format": "modelfactory.export/1",
        "export": config.format,
        "dtype": dtype,
        "base": base.id,
        "base_hash": base.base_hash,
        "adapter_sha256": folder.spec.inputs.adapter,
        "answers": len(texts),
        "equal": equal,
        "recorded_equal": recorded,
        "max_logit_difference": round(difference, 6),
        "tolerance": TOLERANCE[dtype],
        "tokenizer": check_tokenizer(made, tokenizer, config, prompts),
    }
    artifacts = {name: folder.write_artifact(name, made / name) for name in files}
    artifacts["export.json"] = folder.write_artifact("export.json", canonical(report))
    shutil.rmtree(made)
    folder.finish(artifacts)


def merge(base: Base, adapter: Path, adapter_config: Path) -> State:
    """Every tensor of base + adapter as float32 on the CPU: W + alpha / rank · B A."""
    model = bases.load_model(base).float()
    shapes = {
        name: (module.out_features, module.in_features)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not model.get_output_embeddings()
    }
    factors = read_factors(adapter, adapter_config, shapes, torch.device("cpu"))
    state: State = {name: tensor.detach().contiguous() for name, tensor in model.state_dict().items()}
    for name, (a, b, scale) in factors.items():
        state[f"{name}.weight"] = state[f"{name}.weight"] + (b @ a) * scale
    if model.config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    return state


def write(made: Path, state: State, base: Base, tokenizer: Any, config: ExportConfig, dtype: str) -> list[str]:
    """The export's files; returns their names."""
    source = bases.folder_of(base)
    name = config.name or f"{base.name} with an adapter"
    if config.format == "gguf":
        about = {
            "name": name,
            "licence": (config.licence or base.licence).lower(),
            "description": f"{base.id} (hash {base.base_hash}) with a LoRA adapter of ModelFactory merged in.",
        }
        write_gguf(made / GGUF_NAME, state, source, tokenizer, about, dtype)
        return [GGUF_NAME]
    tensors = {n: t.to(getattr(torch, dtype)).contiguous() for n, t in state.items()}
    save_file(tensors, made / "model.safetensors", {"format": "pt"})
    settings = {**json.loads((source / "config.json").read_text()), "dtype": dtype}
    settings.pop("_name_or_path", None)
    (made / "config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
    for file in TOKENIZER_FILES:
        shutil.copyfile(source / file, made / file)
    return ["model.safetensors", "config.json", *TOKENIZER_FILES]


def read_back(made: Path, config: ExportConfig, dtype: str) -> Any:
    """The written file as transformers reads it. GGUF is computed in float32, as llama.cpp computes on a CPU."""
    common = {"local_files_only": True, "trust_remote_code": False}
    if config.format == "gguf":
        model = AutoModelForCausalLM.from_pretrained(made, gguf_file=GGUF_NAME, dtype=torch.float32, **common)
    else:
        model = AutoModelForCausalLM.from_pretrained(made, dtype=getattr(torch, dtype), use_safetensors=True, **common)
    return model.eval().requires_grad_(False)


def ask(
    model: Any,
    prompts: Sequence[list[int]],
    along: list[list[int]] | None,
    config: ExportConfig,
    end_id: int,
    device: torch.device,
    progress: Progress,
) -> Given:
    """Greedy answers one at a time, and float32 logits [answer tokens + 1, vocabulary] along them or along given ones."""
    answers, logits = [], []
    for number, prompt in enumerate(prompts):
        answers.append(greedy(model, [prompt], config.max_new_tokens, end_id, device)[0])
        logits.append(logits_along(model, prompt, answers[-1] if along is None else along[number], device))
        progress(1)
    return Given(answers, logits)


@torch.inference_mode()
def logits_along(model: Any, prompt: list[int], answer: list[int], device: torch.device) -> torch.Tensor:
    """What the model thinks before each token of the answer and after its last [answer tokens + 1, vocabulary]."""
    from transformers import DynamicCache

    causal = causal_lm(model)
    ids = torch.tensor([[*prompt, *answer]], device=device)
    hidden = forward(causal, ids, DynamicCache(config=causal.config))
    return head(causal, hidden[0, len(prompt) - 1 :]).cpu()


def text_of(tokenizer: Any, ids: list[int]) -> str:
    """An answer's tokens as text, as the golden answers were recorded."""
    return str(tokenizer.decode(ids, skip_special_tokens=True).strip())


def check_tokenizer(made: Path, tokenizer: Any, config: ExportConfig, prompts: Sequence[list[int]]) -> str:
    """Read the tokenizer back and compare tokens and chat template; returns what was found, in words.

    Raises EXPORT_DIFFERS: good in the trainer and garbage once exported is most often this.
    """
    is_gguf = config.format == "gguf"
    again = AutoTokenizer.from_pretrained(made, local_files_only=True, **({"gguf_file": GGUF_NAME} if is_gguf else {}))
    different = sum(tokens_of(again, golden.rendered) != ids for golden, ids in zip(config.golden, prompts, strict=True))
    template = again.chat_template
    if is_gguf:
        template = gguf.GGUFReader(made / GGUF_NAME).fields["tokenizer.chat_template"].contents()
    if different or template != tokenizer.chat_template or again.eos_token_id != tokenizer.eos_token_id:
        what = f"{different} of {len(prompts)} questions become other tokens" if different else "the chat template is another"
        raise RunnerError(ErrorCode.EXPORT_DIFFERS, f"Read back, the file's tokenizer differs: {what}. It is not offered.")
    return f"same tokens for all {len(prompts)} questions, same chat template, same end token"


if __name__ == "__main__":
    run_recipe(export)
