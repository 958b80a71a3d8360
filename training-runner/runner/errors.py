"""What can go wrong, as codes the app can act on and sentences a person can read."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Every code the runner answers with. The app maps them to screens, so a code is never reused."""

    # The request
    UNAUTHORIZED = "UNAUTHORIZED"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    INVALID_REQUEST = "INVALID_REQUEST"
    CONFIG_RANGE = "CONFIG_RANGE"
    INPUT_NAMES = "INPUT_NAMES"
    RUN_SPEC_DIFFERS = "RUN_SPEC_DIFFERS"
    RUN_BUSY = "RUN_BUSY"
    # Files
    BLOB_HASH = "BLOB_HASH"
    BLOB_MISSING = "BLOB_MISSING"
    BLOB_TOO_LARGE = "BLOB_TOO_LARGE"
    DISK_FULL = "DISK_FULL"
    # Base models and adapters
    BASE_UNKNOWN = "BASE_UNKNOWN"
    BASE_HASH = "BASE_HASH"
    PICKLE_REFUSED = "PICKLE_REFUSED"
    TEMPLATE_MISMATCH = "TEMPLATE_MISMATCH"
    SAFETENSORS_HEADER = "SAFETENSORS_HEADER"
    CONFIG_FORBIDDEN = "CONFIG_FORBIDDEN"
    ADAPTER_SHAPE = "ADAPTER_SHAPE"
    ADAPTER_NAN = "ADAPTER_NAN"
    # Data
    INPUT_FORMAT = "INPUT_FORMAT"
    DATASET_TOO_SMALL = "DATASET_TOO_SMALL"
    ALL_TRUNCATED = "ALL_TRUNCATED"
    # Answering
    ENGINE_BUSY = "ENGINE_BUSY"
    # Embeddings
    EMBEDDER_MISSING = "EMBEDDER_MISSING"
    # Work
    LOSS_NOT_FINITE = "LOSS_NOT_FINITE"
    RELOAD_MISMATCH = "RELOAD_MISMATCH"
    CHECKPOINT_MISSING = "CHECKPOINT_MISSING"
    EXPORT_DIFFERS = "EXPORT_DIFFERS"
    EXPORT_UNSUPPORTED = "EXPORT_UNSUPPORTED"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    OOM_OR_KILLED = "OOM_OR_KILLED"
    CRASHED = "CRASHED"
    INTERNAL = "INTERNAL"


class RunnerError(Exception):
    """An error with a code for the app, a sentence for the person, and whether trying again can help.

    `message` says what happened and what to do next; it never holds a traceback or a token.
    """

    def __init__(self, code: ErrorCode, message: str, retryable: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable

    def as_dict(self) -> dict[str, object]:
        """The error body of every endpoint and of error.json."""
        return {"code": str(self.code), "message": self.message, "retryable": self.retryable}
