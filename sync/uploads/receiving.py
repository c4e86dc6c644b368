"""Takes in one piece of an upload: as it comes, or, where it has a checksum, whole or not at all."""

import tempfile
from typing import BinaryIO

from sync.uploads import errors
from sync.uploads.headers import ALGORITHMS, Checksum
from sync.uploads.pieces import READ, Pieces
from sync.uploads.service import UploadRow

IN_MEMORY = 1024 * 1024


def append(pieces: Pieces, upload: UploadRow, offset: int, body: BinaryIO, checksum: Checksum | None) -> int:
    """Append a piece and return the new offset; what comes of it without a checksum stays even if the rest does not come.

    Raises:
        Mismatch (upload.checksum): nothing of it was kept. Locked (upload.overtaken); TooLarge (upload.too_large).
    """
    turn = pieces.take_turn(upload.id)
    most = upload.length - offset
    if checksum is None:
        return pieces.append(upload.id, turn, offset, body, most)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as aside:
        digest = ALGORITHMS[checksum.algorithm]()
        while part := body.read(READ):
            digest.update(part)
            aside.write(part)
        if digest.digest() != checksum.digest:
            raise errors.CHECKSUM()
        aside.seek(0)
        return pieces.append(upload.id, turn, offset, aside, most)  # type: ignore[arg-type]
