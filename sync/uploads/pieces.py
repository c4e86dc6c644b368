"""The bytes of uploads that are under way: a file each, appended to under a lock, in a folder that all web hosts share."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from kernel.blobs import make_names_durable
from sync.uploads import errors

READ = 64 * 1024
_KEY = re.compile("[0-9a-f]{32}")


class Pieces:
    """What has come in of each upload.

    Whoever goes on with an upload takes a turn first. Nobody waits for a lock while reading from a phone: it is held for each
    write alone, and a write under an old turn is refused. So a request that hangs on a dead connection hinders nobody, and of
    two that send at once the newer one goes on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, key: UUID) -> None:
        """Make the empty file of an upload; harmless when it is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file(key).open("ab").close()
        # The name must survive a power cut, too: bytes that were acknowledged are in it.
        make_names_durable(self.folder)

    def size(self, key: UUID) -> int:
        """Return how many bytes are here: the offset at which the upload goes on. 0 where there is no file."""
        try:
            return self._file(key).stat().st_size
        except FileNotFoundError:
            return 0

    def take_turn(self, key: UUID) -> str:
        """Be the one who goes on with this upload; whoever did before finds out with their next write."""
        turn = secrets.token_hex(8)
        with self._locked(key):
            self._turn(key).write_text(turn)
        return turn

    def append(self, key: UUID, turn: str, offset: int, source: BinaryIO, most: int) -> int:
        """Append what `source` gives, at most `most` bytes, durably; return the new offset.

        A source that breaks off raises, and leaves what came before.

        Raises:
            Locked (upload.overtaken): a newer request took its turn. TooLarge (upload.too_large): there is more than `most`.
        """
        at = offset
        try:
            while piece := source.read(min(READ, offset + most - at + 1)):
                if at + len(piece) > offset + most:
                    raise errors.TOO_LARGE(limit_bytes=most)
                with self._locked(key) as file:
                    if self._turn(key).read_text() != turn or file.seek(0, os.SEEK_END) != at:
                        raise errors.OVERTAKEN()
                    file.write(piece)
                at += len(piece)
        finally:
            if at > offset:
                self._settle(key)
        return at

    def read(self, key: UUID) -> BinaryIO:
        """Open the bytes for reading. Raises FileNotFoundError."""
        return self._file(key).open("rb")

    def remove(self, key: UUID) -> None:
        """Forget an upload's bytes; harmless when they are gone."""
        for path in (self._file(key), self._turn(key)):
            path.unlink(missing_ok=True)

    def left_since(self, moment: datetime) -> list[UUID]:
        """Return the uploads whose bytes nobody has added to since a moment (aware), by their keys."""
        if not self.folder.is_dir():
            return []
        old = (path for path in self.folder.iterdir() if path.stat().st_mtime < moment.timestamp())
        return sorted({UUID(path.stem) for path in old if _KEY.fullmatch(path.stem)})

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _settle(self, key: UUID) -> None:
        """Make what was written durable, before anybody is told of it."""
        with self._file(key).open("ab") as file:
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self, key: UUID) -> Iterator[BinaryIO]:
        with self._file(key).open("r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _file(self, key: UUID) -> Path:
        return self.folder / key.hex

    def _turn(self, key: UUID) -> Path:
        return self.folder / f"{key.hex}.turn"
