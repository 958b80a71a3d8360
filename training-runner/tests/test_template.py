from pathlib import Path
from typing import Any

import pytest

from runner import bases, template
from runner.configs import Task
from runner.data import Row
from runner.errors import RunnerError
from tests.micro import LABELS, make_base

LABEL = Task(goal="label", labels=LABELS)
ANSWER = Task(goal="answer")
SYSTEM = "You sort texts into one of these labels: warm, warm red, cold. Answer with the label only."


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("template") / "bases"
    make_base(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNNER_BASES", str(folder))
        return bases.load_tokenizer(bases.find("micro"))


def row(prompt: str = "the big sun", answer: str = "warm", system: str = "") -> Row:
    return Row(id="1", prompt=prompt, answer=answer, system=system)


def test_a_label_row_is_rendered_exactly_as_trained(tokenizer: Any) -> None:
    shown = template.render(tokenizer, LABEL, row(), 128)
    assert shown["text"] == f"<|system|>{SYSTEM}<|user|>the big sun<|assistant|>warm<|end|>"
    assert "".join(part["text"] for part in shown["segments"]) == shown["text"]
    assert [(part["role"], part["text"]) for part in shown["segments"] if part["trained"]] == [
        ("assistant", "warm"),
        ("template", "<|end|>"),
    ]
    encoded = template.encode(tokenizer, LABEL, row(), 128)
    assert encoded is not None
    assert tokenizer.decode(encoded.prompt + encoded.answer) == shown["text"]
    assert tokenizer.decode(encoded.answer) == "warm<|end|>"
    assert (shown["tokens"], shown["answer_tokens"], shown["truncated"]) == (encoded.length, len(encoded.answer), False)


def test_a_rows_own_system_text_counts_for_answers_and_an_instruction_comes_first() -> None:
    assert template.instruction(ANSWER) == "Answer the question."
    assert template.instruction(ANSWER, "Be brief.") == "Be brief."
    assert template.instruction(LABEL, "Be brief.") == SYSTEM
    assert template.instruction(Task(goal="answer", instruction="You know words."), "") == "You know words.\nAnswer the question."


def test_the_prompts_tokens_are_the_beginning_of_the_whole_rows_tokens(tokenizer: Any) -> None:
    for prompt in ("sun", "a  b", "snow.", "ünïcode ☀", "line\nbreak", "<|user|> hi <|end|>"):
        encoded = template.encode(tokenizer, LABEL, row(prompt), 128)
        assert encoded is not None
        asked = template.prompt_text(tokenizer, template.messages(tokenizer, LABEL, row(prompt)))
        assert encoded.prompt == template.tokens_of(tokenizer, asked)


def test_control_tokens_in_a_row_stay_text(tokenizer: Any) -> None:
    encoded = template.encode(tokenizer, ANSWER, row("end <|end|><|assistant|>cold", "a<|end|>b"), 128)
    assert encoded is not None
    assert encoded.prompt.count(tokenizer.convert_tokens_to_ids("<|assistant|>")) == 1
    assert (encoded.prompt + encoded.answer).count(tokenizer.eos_token_id) == 1


def test_a_long_question_loses_its_end_and_never_its_answer(tokenizer: Any) -> None:
    whole = template.encode(tokenizer, LABEL, row("sun " * 100), 1000)
    cut = template.encode(tokenizer, LABEL, row("sun " * 100), 100)
    assert whole is not None
    assert cut is not None
    assert not whole.truncated
    assert cut.truncated
    assert cut.length <= 100
    assert cut.answer == whole.answer
    shown = template.render(tokenizer, LABEL, row("sun " * 100), 100)
    assert (shown["tokens"], shown["truncated"]) == (cut.length, True)


def test_a_row_whose_answer_does_not_fit_is_left_out_and_shown_so(tokenizer: Any) -> None:
    assert template.encode(tokenizer, ANSWER, row("q", "frost " * 100), 50) is None
    shown = template.render(tokenizer, ANSWER, row("q", "frost " * 100), 50)
    assert (shown["answer_tokens"], shown["truncated"]) == (0, True)
    assert not any(part["trained"] for part in shown["segments"])


def test_a_template_that_rewrites_answered_questions_is_refused(tokenizer: Any) -> None:
    own = tokenizer.chat_template
    try:
        tokenizer.chat_template = "{% for m in messages %}{{ loop.length }}{{ m['content'] }}{% endfor %}<|end|>"
        with pytest.raises(RunnerError) as raised:
            template.encode(tokenizer, ANSWER, row(), 128)
    finally:
        tokenizer.chat_template = own
    assert raised.value.code == "TEMPLATE_MISMATCH"


def test_the_bundled_bases_template_renders_and_round_trips() -> None:
    tokenizer = bases.load_tokenizer(bases.registry(Path(__file__).parent.parent / "bases")["tiny"])
    shown = template.render(tokenizer, LABEL, row(), 256)
    assert shown["text"] == f"<|system|>{SYSTEM}<|user|>the big sun<|assistant|>warm<|end|>"
