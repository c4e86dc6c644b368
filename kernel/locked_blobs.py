"""Files that are locked with a key of their own before they are stored, so that two of the same content are two.

AES-256 in counter mode, with a new key for each file, so that any part can be read by itself. It keeps others from reading; that
nobody changed the bytes is what their digest says, under which they are stored.
"""

import hashlib
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kernel.blobs import BlobStore

KEY_BYTES = 32
_BLOCK = 16


def new_file_key() -> bytes:
    """Mint the key of one file; never use it for another."""
    return secrets.token_bytes(KEY_BYTES)


def _cipher(key: bytes, block: int) -> Cipher[modes.CTR]:
    return Cipher(algorithms.AES256(key), modes.CTR(block.to_bytes(_BLOCK, "big")))


class LockingFile:
    """A file to write to: what arrives in `target` is locked. It cannot be wound back, so `zipfile` writes it as a stream."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target = target
        self._lock = _cipher(key, 0).encryptor()
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write bytes."""
        locked = self._lock.update(data)
        self._digest.update(locked)
        self._target.write(locked)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Hand on what the target still holds."""
        self._target.flush()

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written so far as it is stored, in hexadecimal."""
        return self._digest.hexdigest()


class LockedBlobs:
    """Reads files of a store that were locked with one key."""

    def __init__(self, blobs: BlobStore, key: bytes) -> None:
        self._blobs = blobs
        self._key = key

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` up to but without `stop`, as they were before they were locked.

        Raises KeyError, StoreAway.
        """
        block, within = divmod(start, _BLOCK)
        pieces = self._blobs.read(digest, start, stop)
        unlock = _cipher(self._key, block).decryptor()
        unlock.update(bytes(within))  # the part of the key stream that belongs to the bytes before
        return (unlock.update(piece) for piece in pieces)
