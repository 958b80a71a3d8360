"""The golden hash cases of contracts/vectors, by an implementation that shares no code with TypeScript or Solidity."""

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from Crypto.Hash import keccak as keccak_module

VECTORS = Path(__file__).resolve().parents[2] / "contracts" / "vectors"
ROW_FIELDS = ("answer", "category", "prompt", "source", "system")

PUBLICATION = (
    "address creator,bytes32 artifactHash,bytes32 baseModelHash,bytes32 provenanceRoot,bytes32 evaluationHash,"
    "bytes32 cardHash,bytes32 runCommit,uint16 royaltyBps,string uri,uint256 nonce,uint256 deadline"
)
TYPES = {
    "batch-approval": (
        "ModelFactory DatanetRegistry",
        "BatchApproval(uint256 datanetId,uint64 batchNo,bytes32 root,uint64 leaves,bytes32 manifestHash,uint256 deadline)",
    ),
    "review-vote": (
        "ModelFactory DatanetRegistry",
        "ReviewVote(uint256 datanetId,address validator,bytes32 votesHash,uint64 accepted,uint64 rejected,uint64 sampled,"
        "uint256 nonce,uint256 deadline)",
    ),
    "review-batch": (
        "ModelFactory DatanetRegistry",
        "ReviewBatch(uint256 datanetId,bytes32 root,uint64 decisions,uint64 madeAt)",
    ),
    "adapter-voucher": ("ModelFactory AdapterRegistry", f"AdapterVoucher({PUBLICATION})"),
    "publish": ("ModelFactory AdapterRegistry", f"Publish({PUBLICATION})"),
}


def keccak(data: bytes) -> bytes:
    return keccak_module.new(digest_bits=256, data=data).digest()


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def canonical(value: Any) -> str:
    return rfc8785.dumps(value).decode()


def json_hash(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def normalized_row(row: dict[str, str]) -> dict[str, str]:
    return {field: unicodedata.normalize("NFC", row.get(field, "")) for field in ROW_FIELDS}


def leaf_hash(row_hash: str, contributor: str, salt: str) -> bytes:
    return keccak(keccak(unhex(row_hash) + unhex(contributor).rjust(32, b"\0") + unhex(salt)))


def merkle_tree(leaves: list[bytes]) -> list[bytes]:
    """The complete binary tree of OpenZeppelin's merkle-tree: root first, sorted leaves last in reverse, pairs sorted."""
    tree = [b""] * (len(leaves) - 1) + sorted(leaves, reverse=True)
    for i in reversed(range(len(leaves) - 1)):
        tree[i] = keccak(b"".join(sorted(tree[2 * i + 1 : 2 * i + 3])))
    return tree


def merkle_proof(tree: list[bytes], leaf: bytes) -> list[bytes]:
    position, proof = tree.index(leaf, len(tree) // 2), []
    while position > 0:
        proof.append(tree[position + 1 if position % 2 else position - 1])
        position = (position - 1) // 2
    return proof


def word(kind: str, value: Any) -> bytes:
    """One EIP-712 word. Whole numbers come as decimal strings, bytes32 and addresses as 0x hex."""
    if kind == "string":
        return keccak(str(value).encode())
    if kind.startswith("uint"):
        return int(value).to_bytes(32, "big")
    return unhex(value).rjust(32, b"\0")


def digest(name: str, case: dict[str, Any]) -> bytes:
    contract_name, type_string = TYPES[name]
    domain_type = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    parts = ("string", contract_name), ("string", "1"), ("uint256", case["chainId"]), ("address", case["contract"])
    separator = keccak(keccak(domain_type) + b"".join(word(kind, value) for kind, value in parts))
    fields = type_string[type_string.index("(") + 1 : -1].split(",")
    words = [word(kind, case["message"][field]) for kind, field in (item.split(" ") for item in fields)]
    return keccak(b"\x19\x01" + separator + keccak(keccak(type_string.encode()) + b"".join(words)))


def cases(name: str) -> list[Any]:
    found = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    assert found
    return [pytest.param(case, id=f"{name}: {case['name']}") for case in found]


@pytest.mark.parametrize("case", cases("row-hash"))
def test_row_hash(case: dict[str, Any]) -> None:
    row = normalized_row(case["row"])
    assert canonical(row) == case["canonical"]
    assert json_hash(row) == case["hash"]


@pytest.mark.parametrize(
    "case", [case for name in ("policy-hash", "snapshot-manifest", "run-commit", "provenance-root") for case in cases(name)]
)
def test_json_hash(case: dict[str, Any]) -> None:
    assert canonical(case["value"]) == case["canonical"]
    assert json_hash(case["value"]) == case["hash"]


def test_half_of_a_surrogate_pair_has_no_hash() -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        json_hash(normalized_row({"prompt": "\ud83d"}))


@pytest.mark.parametrize("case", cases("leaf"))
def test_leaf(case: dict[str, Any]) -> None:
    assert leaf_hash(case["rowHash"], case["contributor"], case["salt"]).hex() == case["leaf"].removeprefix("0x")


@pytest.mark.parametrize("case", cases("root"))
def test_root(case: dict[str, Any]) -> None:
    leaves = [leaf_hash(row["rowHash"], row["contributor"], row["salt"]) for row in case["rows"]]
    tree = merkle_tree(leaves)
    assert f"0x{tree[0].hex()}" == case["root"]
    for leaf, proof in zip(leaves, case["proofs"], strict=True):
        assert f"0x{leaf.hex()}" == proof["leaf"]
        assert [f"0x{node.hex()}" for node in merkle_proof(tree, leaf)] == proof["proof"]


@pytest.mark.parametrize("case", cases("review-decision"))
def test_review_decision(case: dict[str, Any]) -> None:
    leaves = []
    for decision in case["decisions"]:
        detail = keccak(canonical({k: v for k, v in decision.items() if k != "rowHash"}).encode())
        leaves.append(keccak(keccak(unhex(decision["rowHash"]) + detail)))
    assert [leaf.hex() for leaf in leaves] == case["leaves"]
    assert merkle_tree(leaves)[0].hex() == case["root"]


@pytest.mark.parametrize(("name", "case"), [(name, case.values[0]) for name in TYPES for case in cases(name)])
def test_typed_data(name: str, case: dict[str, Any]) -> None:
    assert f"0x{digest(name, case).hex()}" == case["digest"]
