"""Greedy answers to given prompts, one at a time as any other tool would ask them: golden answers at publishing and re-checks.

python -m runner.recipes.generate RUN_DIR
"""

from __future__ import annotations

from typing import Any

from runner import bases
from runner.configs import Prompt
from runner.decode import greedy
from runner.errors import ErrorCode, RunnerError
from runner.manifest import RunFolder, canonical, run_recipe
from runner.model import load_adapter, load_base, prepare
from runner.progress import Progress
from runner.schemas import GenerateSpec
from runner.template import prompt_text, tokens_of


def generate(folder: RunFolder) -> None:
    """Answer every prompt with the base, or with the adapter among the inputs. Raises CONFIG_RANGE when one is too long."""
    assert isinstance(folder.spec, GenerateSpec)
    config = folder.spec.config
    device = prepare()
    base = bases.find(config.base, config.base_hash)
    tokenizer = bases.load_tokenizer(base)
    if folder.has_input("adapter"):
        model = load_adapter(base, folder.input("adapter"), folder.input("adapter_config"), device)
    else:
        model = load_base(base, device)
    generations = []
    progress = Progress(folder, len(config.prompts), "answers")
    for number, prompt in enumerate(config.prompts, 1):
        ids = tokens_of(tokenizer, rendered(tokenizer, prompt))
        if len(ids) + config.max_new_tokens > base.context_length:
            raise RunnerError(
                ErrorCode.CONFIG_RANGE,
                f"Prompt {number} has {len(ids)} tokens; with {config.max_new_tokens} new ones it exceeds the base model's "
                f"context of {base.context_length}. Shorten it.",
            )
        answer = greedy(model, [ids], config.max_new_tokens, tokenizer.eos_token_id, device)[0]
        generations.append({"text": tokenizer.decode(answer, skip_special_tokens=True).strip()})
        progress(1)
    folder.finish({"generations.json": folder.write_artifact("generations.json", canonical(generations))})


def rendered(tokenizer: Any, prompt: Prompt) -> str:
    """The text to be continued."""
    if prompt.rendered is not None:
        return prompt.rendered
    return prompt_text(tokenizer, [message.model_dump() for message in prompt.messages or []])


if __name__ == "__main__":
    run_recipe(generate)
