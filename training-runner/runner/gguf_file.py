"""A Llama model with its tokenizer as one GGUF file, as llama.cpp's own converter (convert_hf_to_gguf.py) would write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

from runner.errors import ErrorCode, RunnerError
from runner.model import State

FILE_TYPES = {"float16": gguf.LlamaFileType.MOSTLY_F16, "float32": gguf.LlamaFileType.ALL_F32}


def write_gguf(path: Path, state: State, base: Path, tokenizer: Any, about: dict[str, str], dtype: str) -> None:
    """Write tensors (Hugging Face names, any float type) with the base's configuration and tokenizer.

    Matrices in `dtype` ("float16" or "float32"), vectors in float32. Equal input gives equal bytes.
    Raises EXPORT_UNSUPPORTED for anything but a plain Llama with a byte-level BPE tokenizer.
    """
    config = json.loads((base / "config.json").read_text())
    check_plain_llama(config)
    pre = pre_tokenizer(json.loads((base / "tokenizer.json").read_text()))
    writer = gguf.GGUFWriter(path, "llama")
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    head_dim = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_type("model")
    writer.add_name(about["name"])
    writer.add_license(about["licence"])
    writer.add_description(about["description"])
    writer.add_file_type(FILE_TYPES[dtype])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    writer.add_rope_dimension_count(head_dim)
    writer.add_rope_freq_base(rope_theta(config))
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    add_tokenizer(writer, tokenizer, json.loads((base / "tokenizer.json").read_text()), config, pre)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    for name, tensor in sorted(state.items()):
        if name == "lm_head.weight" and config.get("tie_word_embeddings"):
            continue
        stem = name.removesuffix(".weight")
        known = names.get_name(stem)
        if known is None:
            raise RunnerError(ErrorCode.EXPORT_UNSUPPORTED, f"llama.cpp has no name for the base's tensor {name}.")
        values = tensor.to(torch.float32).numpy()
        if stem.endswith(("q_proj", "k_proj")):
            values = permute(values, heads if stem.endswith("q_proj") else kv_heads)
        writer.add_tensor(f"{known}.weight", values.astype(np.float16 if dtype == "float16" and values.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permute(weights: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """Rows [heads × head_dim, width] from Hugging Face's order (halves) to llama.cpp's (pairs), in which it rotates them."""
    pairs = weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(weights.shape))


def rope_theta(config: dict[str, Any]) -> float:
    """The rotation's base, from either place transformers has written it."""
    return float((config.get("rope_parameters") or {}).get("rope_theta") or config.get("rope_theta") or 10000.0)


def check_plain_llama(config: dict[str, Any]) -> None:
    """Raise EXPORT_UNSUPPORTED unless the base is a Llama without bias and without scaled rotations."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    odd = config.get("model_type") != "llama" or config.get("attention_bias") or config.get("mlp_bias")
    if odd or rope.get("rope_type", "default") != "default":
        raise RunnerError(
            ErrorCode.EXPORT_UNSUPPORTED,
            f"A GGUF file is made of plain Llama bases only, and this one is of the kind {config.get('model_type')}. "
            "Take the merged weights; llama.cpp's own converter reads them.",
        )


def pre_tokenizer(tokenizer: dict[str, Any]) -> str:
    """llama.cpp's name for how text is cut before merging. Raises EXPORT_UNSUPPORTED: a wrong one gives other tokens."""
    cut = tokenizer.get("pre_tokenizer") or {}
    parts = cut.get("pretokenizers", [cut])
    kinds = [part.get("type") for part in parts]
    last = parts[-1]
    is_plain = last.get("use_regex", True) and not last.get("add_prefix_space") and tokenizer.get("normalizer") is None
    if is_plain and tokenizer["model"]["type"] == "BPE":
        if kinds == ["ByteLevel"]:
            return "gpt-2"
        if kinds == ["Digits", "ByteLevel"] and parts[0].get("individual_digits"):
            return "smollm"
    raise RunnerError(
        ErrorCode.EXPORT_UNSUPPORTED,
        "llama.cpp has no name for how this base cuts text into tokens, so a GGUF file would read it differently. "
        "Take the merged weights.",
    )


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Any, file: dict[str, Any], config: dict[str, Any], pre: str) -> None:
    """Tokens by id, their kinds, the merges in order, the special ids and the chat template."""
    added = {token["id"]: token for token in file["added_tokens"]}
    by_id = {index: token for token, index in file["model"]["vocab"].items()}
    tokens, kinds = [], []
    for index in range(config["vocab_size"]):
        token = added[index]["content"] if index in added else by_id.get(index)
        if token is None:
            kinds.append(gguf.TokenType.UNUSED)
        elif index in added:
            kinds.append(gguf.TokenType.CONTROL if added[index]["special"] else gguf.TokenType.USER_DEFINED)
        else:
            kinds.append(gguf.TokenType.NORMAL)
        tokens.append(token if token is not None else f"[PAD{index}]")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in file["model"]["merges"]])
    for index, add in (
        (tokenizer.bos_token_id, writer.add_bos_token_id),
        (tokenizer.eos_token_id, writer.add_eos_token_id),
        (tokenizer.unk_token_id, writer.add_unk_token_id),
        (tokenizer.pad_token_id, writer.add_pad_token_id),
    ):
        if index is not None:
            add(index)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(tokenizer.chat_template)
