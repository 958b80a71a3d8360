"""Files by the sha256 of their content."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from runner.errors import ErrorCode, RunnerError

CHUNK_BYTES = 1 << 20


def sha256_bytes(data: bytes) -> str:
    """Lowercase hex."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Lowercase hex of a file's content, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class BlobStore:
    """A folder of files named by their hash. A file that is present is complete: it is renamed into place."""

    def __init__(self, root: Path, max_bytes: int | None = None) -> None:
        self.root = root
        self.max_bytes = max_bytes

    def path(self, sha256: str) -> Path:
        """Where a blob lies, present or not."""
        return self.root / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the blob is stored."""
        return self.path(sha256).is_file()

    def get(self, sha256: str) -> Path:
        """The path of a stored blob. Raises BLOB_MISSING."""
        path = self.path(sha256)
        if not path.is_file():
            raise RunnerError(
                ErrorCode.BLOB_MISSING,
                f"The file {sha256} is not on the runner. Upload it, then try again.",
                retryable=True,
            )
        return path

    def put_bytes(self, data: bytes) -> str:
        """Store bytes and return their hash."""
        sha256 = sha256_bytes(data)
        if not self.has(sha256):
            with self._partial() as partial:
                partial.write(data)
                self._keep(partial, sha256)
        return sha256

    def put_file(self, source: Path) -> str:
        """Store a copy of a file and return its hash."""
        digest = hashlib.sha256()
        with self._partial() as partial, source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                partial.write(chunk)
            self._keep(partial, digest.hexdigest())
        return digest.hexdigest()

    async def put_stream(self, sha256: str, chunks: AsyncIterator[bytes]) -> int:
        """Store a body that must have the given hash, in constant memory. Returns its length in bytes.

        Raises BLOB_HASH when the content differs, BLOB_TOO_LARGE past the cap, DISK_FULL; nothing is kept then.
        """
        digest = hashlib.sha256()
        size = 0
        with self._partial() as partial:
            async for chunk in chunks:
                size += len(chunk)
                if self.max_bytes is not None and size > self.max_bytes:
                    raise RunnerError(
                        ErrorCode.BLOB_TOO_LARGE,
                        f"The file is larger than the {self.max_bytes} bytes this runner takes.",
                    )
                digest.update(chunk)
                try:
                    partial.write(chunk)
                except OSError as error:
                    raise _disk_error(error) from error
            if digest.hexdigest() != sha256:
                raise RunnerError(
                    ErrorCode.BLOB_HASH,
                    f"The file's content hashes to {digest.hexdigest()}, not to {sha256}. "
                    "It was changed or cut on the way: send it again.",
                    retryable=True,
                )
            self._keep(partial, sha256)
        return size

    def _partial(self) -> _Partial:
        folder = self.root / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        return _Partial(folder)

    def _keep(self, partial: _Partial, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.keep(target)
        except OSError as error:
            raise _disk_error(error) from error


class _Partial:
    """A file under a temporary name that vanishes unless kept."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=folder)
        self._path = Path(name)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def __enter__(self) -> _Partial:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def keep(self, target: Path) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._path.chmod(0o444)
        self._path.replace(target)


def _disk_error(error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunnerError(
            ErrorCode.DISK_FULL,
            "The runner's disk is full. Free some space, then send the file again.",
            retryable=True,
        )
    return error
