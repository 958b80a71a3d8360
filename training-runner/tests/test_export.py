"""Exports are the model that was measured: read back by transformers they give the golden answers, or they are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from runner.errors import RunnerError
from runner.gguf_file import permute, pre_tokenizer
from tests.micro import TASK, Bench, Finished, jsonl, label_rows

TRAIN, VALIDATION, TEST = label_rows(120, 1, "t"), label_rows(24, 2, "v"), label_rows(30, 3, "e")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def inputs(bench: Bench) -> dict[str, bytes | Path]:
    trained = bench.train(TRAIN, VALIDATION, epochs=12)
    return {"adapter": trained.file("adapter_model.safetensors"), "adapter_config": trained.file("adapter_config.json")}


@pytest.fixture(scope="module")
def golden(bench: Bench, inputs: dict[str, bytes | Path]) -> list[dict[str, str]]:
    run = bench.run(
        "evaluate", {"task": TASK, "arms": ["tuned"], "golden": 8}, {"test": jsonl(TEST), "train": jsonl(TRAIN), **inputs}
    )
    return [{"rendered": entry["rendered"], "text": entry["text"]} for entry in run.json("evaluation.json")["golden"]]


def export(bench: Bench, inputs: dict[str, bytes | Path], golden: list[dict[str, str]], **config: Any) -> Finished:
    return bench.run("export", {"name": "Warm or cold", "licence": "CC-BY-4.0", "golden": golden, **config}, inputs)


def answers(model: Any, tokenizer: Any, golden: list[dict[str, str]]) -> list[str]:
    said = []
    for entry in golden:
        given = tokenizer(entry["rendered"], add_special_tokens=False, return_tensors="pt", return_token_type_ids=False)
        out = model.generate(**given, do_sample=False, max_new_tokens=8)[0, given["input_ids"].shape[1] :]
        said.append(tokenizer.decode(out, skip_special_tokens=True).strip())
    return said


def test_merged_weights_answer_as_measured_in_plain_transformers(
    bench: Bench, inputs: dict[str, bytes | Path], golden: list[dict[str, str]], tmp_path: Path
) -> None:
    run = export(bench, inputs, golden, format="merged")
    assert set(run.artifacts) == {"model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "export.json"}
    report = run.json("export.json")
    assert report | {"answers": 8, "equal": 8, "recorded_equal": 8, "dtype": "float32", "tolerance": 0.05} == report
    assert 0 <= report["max_logit_difference"] < 1e-3
    for name in run.artifacts:
        (tmp_path / name).write_bytes(run.file(name).read_bytes())
    model = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    assert answers(model, AutoTokenizer.from_pretrained(tmp_path), golden) == [entry["text"] for entry in golden]
    base = load_file(bench.root / "bases" / "micro" / "model.safetensors")
    merged = load_file(tmp_path / "model.safetensors")
    assert set(merged) == set(base)
    changed = {name for name in base if not torch.equal(base[name].float(), merged[name])}
    assert changed == {name for name in base if "_proj" in name}


def test_a_gguf_file_answers_as_measured_and_says_what_llama_cpp_reads(
    bench: Bench, inputs: dict[str, bytes | Path], golden: list[dict[str, str]], tmp_path: Path
) -> None:
    run = export(bench, inputs, golden, format="gguf")
    report = run.json("export.json")
    assert report | {"answers": 8, "equal": 8, "dtype": "float16", "tolerance": 0.1} == report
    (tmp_path / "model.gguf").write_bytes(run.file("model.gguf").read_bytes())
    model = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file="model.gguf", dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path, gguf_file="model.gguf")
    assert answers(model, tokenizer, golden) == [entry["text"] for entry in golden]

    reader = gguf.GGUFReader(tmp_path / "model.gguf")
    said = {name: field.contents() for name, field in reader.fields.items()}
    own = json.loads((bench.root / "bases" / "micro" / "tokenizer.json").read_text())
    assert (
        said
        | {
            "general.architecture": "llama",
            "general.name": "Warm or cold",
            "general.license": "cc-by-4.0",
            "general.file_type": 1,
            "llama.attention.head_count": 2,
            "llama.attention.head_count_kv": 1,
            "llama.rope.dimension_count": 32,
            "tokenizer.ggml.model": "gpt2",
            "tokenizer.ggml.pre": "gpt-2",
            "tokenizer.ggml.eos_token_id": 1,
            "tokenizer.ggml.padding_token_id": 0,
            "tokenizer.ggml.add_bos_token": False,
        }
        == said
    )
    assert said["tokenizer.chat_template"].startswith("{% for m in messages %}")
    assert said["tokenizer.ggml.merges"] == [" ".join(pair) for pair in own["model"]["merges"]]
    assert said["tokenizer.ggml.token_type"][:6] == [3, 3, 3, 3, 3, 1]
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    assert "output.weight" not in tensors
    assert tensors["blk.0.attn_norm.weight"].tensor_type.name == "F32"
    assert tensors["blk.1.attn_q.weight"].tensor_type.name == "F16"
    again = export(bench, inputs, golden, format="gguf")
    assert again.artifacts["model.gguf"] == run.artifacts["model.gguf"]


def test_rotated_rows_go_from_halves_to_pairs() -> None:
    rows = np.arange(8)[:, None]
    assert permute(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_an_export_whose_answers_differ_is_not_offered(
    bench: Bench, inputs: dict[str, bytes | Path], golden: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rows left in Hugging Face's order: what a converter without the permutation writes.
    monkeypatch.setattr("runner.gguf_file.permute", lambda weights, heads: weights)
    run = export(bench, inputs, golden, format="gguf")
    assert run.error["code"] == "EXPORT_DIFFERS"
    assert "golden answers" in run.error["message"]
    assert not (run.path / "result.json").exists()
    assert not (run.path / "export").exists()


def test_an_unknown_way_of_cutting_text_is_refused_by_name() -> None:
    digits = [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}]
    file: dict[str, Any] = {"normalizer": None, "model": {"type": "BPE"}}
    assert pre_tokenizer({**file, "pre_tokenizer": {"type": "Sequence", "pretokenizers": digits}}) == "smollm"
    for odd in ({"type": "Metaspace"}, {"type": "Sequence", "pretokenizers": [{"type": "Split"}, digits[1]]}, None):
        with pytest.raises(RunnerError, match="no name for how this base cuts"):
            pre_tokenizer({**file, "pre_tokenizer": odd})
