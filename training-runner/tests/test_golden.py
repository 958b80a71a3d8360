"""The exported adapter answers alike in plain transformers and PEFT, in a process that knows nothing of ours."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.micro import TASK, Bench, Finished, jsonl, label_rows

PLAIN = """
import json, sys, torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
base, adapter, prompts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
tokenizer = AutoTokenizer.from_pretrained(base)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), adapter).eval()
texts = []
for prompt in prompts:
    given = tokenizer(prompt, add_special_tokens=False, return_tensors="pt", return_token_type_ids=False)
    answer = model.generate(**given, do_sample=False, max_new_tokens=8)[0, given["input_ids"].shape[1]:]
    texts.append(tokenizer.decode(answer, skip_special_tokens=True).strip())
assert not any(name.startswith("runner") for name in sys.modules)
print(json.dumps(texts))
"""
TRAIN, VALIDATION, TEST = label_rows(120, 1, "t"), label_rows(24, 2, "v"), label_rows(30, 3, "e")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def trained(bench: Bench) -> Finished:
    return bench.train(TRAIN, VALIDATION, epochs=12)


def adapter_inputs(trained: Finished) -> dict[str, bytes | Path]:
    return {"adapter": trained.file("adapter_model.safetensors"), "adapter_config": trained.file("adapter_config.json")}


@pytest.fixture(scope="module")
def golden(bench: Bench, trained: Finished) -> list[dict[str, Any]]:
    inputs = {"test": jsonl(TEST), "train": jsonl(TRAIN), **adapter_inputs(trained)}
    run = bench.run("evaluate", {"task": TASK, "arms": ["tuned"], "golden": 12, "max_new_tokens": 8}, inputs)
    return list(run.json("evaluation.json")["golden"])


def test_golden_answers_are_the_same_in_plain_peft(
    bench: Bench, trained: Finished, golden: list[dict[str, Any]], tmp_path: Path
) -> None:
    for name in ("adapter_model.safetensors", "adapter_config.json"):
        shutil.copyfile(trained.file(name), tmp_path / name)
    prompts = json.dumps([entry["rendered"] for entry in golden])
    printed = subprocess.run(
        [sys.executable, "-c", PLAIN, str(bench.root / "bases" / "micro"), str(tmp_path), prompts],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert json.loads(printed.splitlines()[-1]) == [entry["text"] for entry in golden]
    assert len({entry["text"] for entry in golden}) > 1


def test_generate_repeats_the_golden_answers_and_the_base_does_not(
    bench: Bench, trained: Finished, golden: list[dict[str, Any]]
) -> None:
    prompts = [{"rendered": entry["rendered"]} for entry in golden]
    config = {"prompts": prompts, "max_new_tokens": 8}
    tuned = bench.run("generate", config, adapter_inputs(trained)).json("generations.json")
    assert [entry["text"] for entry in tuned] == [entry["text"] for entry in golden]
    base = bench.run("generate", config, {}).json("generations.json")
    assert [entry["text"] for entry in base] != [entry["text"] for entry in golden]


def test_messages_are_rendered_by_the_bases_template(bench: Bench, trained: Finished, golden: list[dict[str, Any]]) -> None:
    system = "You sort texts into one of these labels: warm, warm red, cold. Answer with the label only."
    turns = [{"role": "system", "content": system}, {"role": "user", "content": golden[0]["prompt"]}]
    config = {"prompts": [{"messages": turns}], "max_new_tokens": 8}
    told = bench.run("generate", config, adapter_inputs(trained)).json("generations.json")
    assert told == [{"text": golden[0]["text"]}]


def test_a_prompt_beyond_the_context_is_refused(bench: Bench) -> None:
    run = bench.run("generate", {"prompts": [{"rendered": "sun " * 300}]}, {})
    assert run.error["code"] == "CONFIG_RANGE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: {k: v for k, v in t.items() if "q_proj" not in k}, "ADAPTER_SHAPE"),
        (lambda t: {**t, "extra.weight": torch.zeros(2)}, "ADAPTER_SHAPE"),
        (lambda t: {k: v[:-1].contiguous() for k, v in t.items()}, "ADAPTER_SHAPE"),
        (lambda t: {k: v * float("nan") for k, v in t.items()}, "ADAPTER_NAN"),
    ],
    ids=["missing", "extra", "shape", "nan"],
)
def test_an_adapter_that_does_not_fit_is_refused(bench: Bench, trained: Finished, tmp_path: Path, change: Any, code: str) -> None:
    save_file(change(load_file(trained.file("adapter_model.safetensors"))), tmp_path / "changed")
    inputs = {**adapter_inputs(trained), "adapter": tmp_path / "changed"}
    assert bench.run("generate", {"prompts": [{"rendered": "sun"}]}, inputs).error["code"] == code


def test_a_file_that_is_no_safetensors_is_refused(bench: Bench, trained: Finished) -> None:
    inputs = {**adapter_inputs(trained), "adapter": b"\xff" * 64}
    assert bench.run("generate", {"prompts": [{"rendered": "sun"}]}, inputs).error["code"] == "SAFETENSORS_HEADER"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"auto_map": {"AutoModel": "x.Y"}}, "CONFIG_FORBIDDEN"),
        ({"use_dora": True}, "CONFIG_FORBIDDEN"),
        ({"peft_type": "IA3"}, "CONFIG_FORBIDDEN"),
        ({"r": 4096}, "ADAPTER_SHAPE"),
        ({"r": 8}, "ADAPTER_SHAPE"),
    ],
)
def test_an_adapter_configuration_that_is_not_plain_lora_is_refused(
    bench: Bench, trained: Finished, change: dict[str, Any], code: str
) -> None:
    config = json.dumps({**trained.json("adapter_config.json"), **change}).encode()
    inputs = {**adapter_inputs(trained), "adapter_config": config}
    assert bench.run("generate", {"prompts": [{"rendered": "sun"}]}, inputs).error["code"] == code
