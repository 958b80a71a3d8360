"""A run's test asked once more by lm-evaluation-harness, through the runner's OpenAI-compatible endpoint.

    python -m bench.harness RUN_DIR --work DIR [--items 50] [--json]

RUN_DIR holds evaluation.json, adapter_model.safetensors and adapter_config.json: a sample's `run`, or what `factory run --out`
wrote. The tool is installed once, into an environment of its own below --work. The runner is started on a free port, the
adapter registered, and base and adapter are asked by that tool, which renders nothing and marks with its own exact match
(upper and lower case alike). Beside each of its rates stands the run's own, on the same items.

A written answer is decoded greedily here and there, so both must agree but for how strictly an answer is compared. A label is
chosen by likelihood among the labels in the run, and written out freely for the harness: there a base that does not know the
form loses by form alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from runner.blobs import sha256_file
from runner.configs import Task
from runner.template import instruction

HARNESS = "lm-eval[api]==0.4.13"
CONSTRAINTS = ("constraints.txt", "bench/harness-constraints.txt")
NAME = "modelfactory"
TOKEN = "of-this-process-alone"
PACKAGE = Path(__file__).resolve().parent.parent
MOST_NEW_TOKENS = 32


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="harness", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where the harness is installed")
    parser.add_argument("--items", type=int, default=50, help="how many of the test, from the first (default 50)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    result = compare(options.run, install(options.work), options.items)
    print(json.dumps(result) if options.json else told(result))
    return 0


def install(folder: Path) -> Path:
    """The Python of an environment with `lm-eval[api]`, made once. Raises CalledProcessError, its stderr the reason."""
    python, stamp = folder / "bin" / "python", folder / "installed"
    if stamp.exists() and stamp.read_text() == HARNESS:
        return python
    print("Installing lm-evaluation-harness (a minute) …", file=sys.stderr)
    constraints = [option for name in CONSTRAINTS for option in ("-c", str(PACKAGE / name))]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *constraints, HARNESS]
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], pip):
        subprocess.run(command, capture_output=True, text=True, check=True)
    stamp.write_text(HARNESS)
    return python


def compare(run: Path, harness: Path, items: int) -> dict[str, Any]:
    """{n, goal, arms: {base, tuned: {harness, ours, same, seconds}}}: right answers of n, and how many items agree."""
    report = json.loads(found(run, "evaluation.json").read_bytes())
    asked = [item for item in report["items"] if item.get("prompt")][:items]
    if not asked:
        raise SystemExit(f"{run}: no question of its test is shown, so there is nothing to ask.")
    with tempfile.TemporaryDirectory(prefix="harness-") as folder, served(Path(folder) / "runner") as http:
        models = {"base": f"base:{base_of(report)}", "tuned": registered(http, run, report)}
        write_task(Path(folder) / "task", report["task"], asked)
        arms = {}
        for arm, model in models.items():
            began = time.monotonic()
            right = ask(harness, Path(folder) / "task", Path(folder) / arm, model, str(http.base_url))
            own = [bool(item["answers"][arm]["correct"]) for item in asked]
            arms[arm] = {
                "harness": sum(right),
                "ours": sum(own),
                "same": sum(a == b for a, b in zip(right, own, strict=True)),
                "seconds": round(time.monotonic() - began, 1),
            }
    return {"n": len(asked), "goal": report["task"]["goal"], "arms": arms}


def found(run: Path, name: str) -> Path:
    """The file of this name nearest to the top of a run's folder."""
    paths = sorted(run.rglob(name), key=lambda path: (len(path.parts), path))
    if not paths:
        raise SystemExit(f"{run} holds no {name}. Name a folder that `factory run --out` wrote, or a sample's run.")
    return paths[0]


def base_of(report: dict[str, Any]) -> str:
    """The id of the base with the report's hash."""
    from runner import bases
    from runner.settings import Settings

    known = bases.registry(Settings.from_env(os.environ).bases_dir).values()
    for base in known:
        if base.base_hash == report["base_hash"]:
            return base.id
    raise SystemExit(
        f"The base {report['base_hash'][:16]}… of this run is not here. Run `npm start` once, or `factory base add`."
    )


@contextmanager
def served(data: Path) -> Iterator[httpx.Client]:
    """The runner as a process of its own, on a free port."""
    env = {**os.environ, "RUNNER_TOKEN": TOKEN, "RUNNER_DATA": str(data), "RUNNER_PORT": "0", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, "-m", "runner.api"], cwd=PACKAGE, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = json.loads(process.stdout.readline())["url"]
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=300) as http:
            while not is_up(http):
                time.sleep(0.1)
            yield http
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def is_up(http: httpx.Client) -> bool:
    """Whether it answers."""
    try:
        return http.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def registered(http: httpx.Client, run: Path, report: dict[str, Any]) -> str:
    """The adapter's model name, once the runner has its two files."""
    hashes = {}
    for name in ("adapter_model.safetensors", "adapter_config.json"):
        path = found(run, name)
        hashes[name] = sha256_file(path)
        http.put(f"/blobs/{hashes[name]}", content=path.read_bytes()).raise_for_status()
    base = {"base": base_of(report), "base_hash": report["base_hash"]}
    body = {**base, "adapter_config": hashes["adapter_config.json"], "task": report["task"]}
    reply = http.put(f"/adapters/{hashes['adapter_model.safetensors']}", json=body)
    reply.raise_for_status()
    return str(reply.json()["model"])


def write_task(folder: Path, task: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """The harness's own description of a task (YAML, of which JSON is a part) beside its questions."""
    folder.mkdir()
    docs = folder / "test.jsonl"
    docs.write_text("".join(json.dumps({"prompt": item["prompt"], "accepted": item["expected"]}) + "\n" for item in items))
    described = {
        "task": NAME,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(docs)}},
        "test_split": "test",
        "output_type": "generate_until",
        "description": "{% raw %}" + instruction(Task.model_validate(task)) + "{% endraw %}",
        "doc_to_text": "{{prompt}}",
        "doc_to_target": "accepted",
        "generation_kwargs": {"until": [], "max_gen_toks": MOST_NEW_TOKENS, "temperature": 0.0, "do_sample": False},
        "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True, "ignore_case": True}],
    }
    (folder / f"{NAME}.yaml").write_text(json.dumps(described, indent=2))


def ask(harness: Path, task: Path, out: Path, model: str, url: str) -> list[bool]:
    """Right or wrong by the harness's own metric, item by item in the file's order."""
    env = {**os.environ, "OPENAI_API_KEY": TOKEN, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(task / "cache")}
    command = [
        *(str(harness), "-m", "lm_eval", "run", "--model", "local-chat-completions"),
        *("--model_args", f"model={model},base_url={url.rstrip('/')}/v1/chat/completions,num_concurrent=1,max_retries=1"),
        *("--tasks", NAME, "--include_path", str(task), "--apply_chat_template"),
        *("--output_path", str(out), "--log_samples"),
    ]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    samples = sorted(out.rglob("samples_*.jsonl"))
    if ended.returncode != 0 or not samples:
        raise SystemExit(f"lm-evaluation-harness failed:\n{ended.stderr[-3000:]}")
    lines = [json.loads(line) for line in samples[0].read_text().splitlines()]
    return [line["exact_match"] >= 1 for line in sorted(lines, key=lambda line: line["doc_id"])]


def told(result: dict[str, Any]) -> str:
    """The comparison as lines of text."""
    n = result["n"]
    lines = [
        f"{n} questions, goal {result['goal']}",
        f"{'arm':8}{'harness':>10}{'ours':>10}{'same item by item':>20}{'seconds':>10}",
    ]
    for arm, found in result["arms"].items():
        rates = "".join(f"{found[of] / n:>10.3f}" for of in ("harness", "ours"))
        lines.append(f"{arm:8}{rates}{found['same']:>14} of {n}{found['seconds']:>10}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
