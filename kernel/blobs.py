"""Files kept by their content: the name is the SHA-256, so nothing is ever overwritten or kept twice."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024
TRIFLE = b"Fieldbeat was here."


class StoreAway(OSError):
    """The store cannot be read or written now: full, read-only, unreachable, or it refuses us. Later it may work."""


class BlobStore(Protocol):
    """Where the bytes of photos, signatures and reports live. Everything here raises StoreAway when the store is away."""

    def put(self, source: BinaryIO) -> tuple[str, int]:
        """Store a stream durably, from where it stands; return its SHA-256 as hex, and its size in bytes."""

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a blob from `start` up to but without `stop` (to its end).

        Raises KeyError at once when there is none, before anything is yielded.
        """

    def has(self, digest: str) -> bool:
        """Tell whether a blob is there, without listing any."""

    def delete(self, digest: str) -> None:
        """Delete a blob, if it is there. Only for what nobody else can have stored: one content is kept once for all."""

    def try_out(self) -> None:
        """Write a trifle and read it back, so that what is wrong shows."""


class FolderBlobs:
    """Blobs in a local folder: `ab/cdef…`, written aside, fsynced, then renamed into place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: BinaryIO) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with _telling():
            self.folder.mkdir(parents=True, exist_ok=True)
            aside = tempfile.NamedTemporaryFile(dir=self.folder, delete=False)  # noqa: SIM115 - closed before it is renamed
        try:
            with aside:
                while chunk := source.read(CHUNK):  # what breaks here is the source, not the store
                    digest.update(chunk)
                    size += len(chunk)
                    with _telling():
                        aside.write(chunk)
                with _telling():
                    aside.flush()
                    os.fsync(aside.fileno())
            with _telling():
                self._name(Path(aside.name), digest.hexdigest())
        finally:
            Path(aside.name).unlink(missing_ok=True)
        return digest.hexdigest(), size

    def _name(self, file: Path, digest: str) -> None:
        """Put a file that is on disk into its place, durably."""
        place = self._place(digest)
        place.parent.mkdir(exist_ok=True)
        file.replace(place)
        for folder in (place.parent, self.folder):
            make_names_durable(folder)

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        blob = self.open(digest)
        blob.seek(start)
        return _pieces(blob, None if stop is None else max(0, stop - start))

    def has(self, digest: str) -> bool:
        return self._place(digest).exists()

    def delete(self, digest: str) -> None:
        with _telling():
            self._place(digest).unlink(missing_ok=True)

    def try_out(self) -> None:
        with _telling():
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder) as trifle:
                trifle.write(TRIFLE)

    def digests(self) -> Iterator[str]:
        """Yield the digests of all blobs, in order."""
        for place in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(digest for one in place.iterdir() if is_digest(digest := place.name + one.name))

    def open(self, digest: str) -> BinaryIO:
        """Open a blob for reading. Raises KeyError."""
        with _telling():
            try:
                return self._place(digest).open("rb")
            except FileNotFoundError as error:
                raise KeyError(digest) from error

    def _place(self, digest: str) -> Path:
        return self.folder / place_of(digest)


def is_digest(text: str) -> bool:
    """Tell whether this is a SHA-256 as blobs are named by: 64 hexadecimal digits, small letters."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def place_of(digest: str) -> str:
    """Return where a blob is within a store: `ab/cdef…`. Raises KeyError for what is no digest."""
    if not is_digest(digest):
        raise KeyError(digest)
    return f"{digest[:2]}/{digest[2:]}"


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreAway(error.errno, error.strerror or str(error)) from error


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
