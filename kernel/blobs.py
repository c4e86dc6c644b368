"""Files kept by their content: the name is the SHA-256, so nothing is ever overwritten or kept twice."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024


class BlobStore(Protocol):
    """Where the bytes of photos, signatures and reports live."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store a stream durably; return its SHA-256 as hex, and its size in bytes."""

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a blob from `start` up to but without `stop` (to its end).

        Raises KeyError at once when there is none, before anything is yielded.
        """

    def has(self, digest: str) -> bool:
        """Tell whether a blob is there."""


class FolderBlobs:
    """Blobs in a local folder: `ab/cdef…`, written aside, fsynced, then renamed into place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO) -> tuple[str, int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as aside:
            try:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    aside.write(chunk)
                aside.flush()
                os.fsync(aside.fileno())
                place = self._place(digest.hexdigest())
                place.parent.mkdir(exist_ok=True)
                Path(aside.name).replace(place)
            finally:
                Path(aside.name).unlink(missing_ok=True)
        for folder in (place.parent, self.folder):
            make_names_durable(folder)
        return digest.hexdigest(), size

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        try:
            blob = self._place(digest).open("rb")
        except FileNotFoundError as error:
            raise KeyError(digest) from error
        blob.seek(start)
        return _pieces(blob, None if stop is None else max(0, stop - start))

    def has(self, digest: str) -> bool:
        return self._place(digest).exists()

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise KeyError(digest)
        return self.folder / digest[:2] / digest[2:]


def _pieces(blob: BinaryIO, left: int | None) -> Iterator[bytes]:
    with blob:
        while chunk := blob.read(CHUNK if left is None else min(CHUNK, left)):
            yield chunk
            left = None if left is None else left - len(chunk)


def make_names_durable(folder: Path) -> None:
    """Make a folder's names durable, too: a file's own fsync does not."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
