"""Reads the headers of tus 1.0; see https://tus.io/protocols/resumable-upload."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.identifiers import parse_id
from sync.uploads import errors

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECE = "application/offset+octet-stream"
ALGORITHMS: Mapping[str, Callable[[], Any]] = {
    "sha256": hashlib.sha256,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an upload is to be: its length in bytes, which file of which order, and what its op told of it."""

    length: int
    media_id: str
    work_order_id: UUID
    op_id: UUID | None = None
    sha256: str | None = None
    filename: str | None = None
    filetype: str | None = None


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece should digest to."""

    algorithm: str
    digest: bytes


def whole(text: str | None, header: str) -> int:
    """Read a number of bytes. Raises Malformed (upload.header_wrong) with the header's name."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15:
        raise errors.HEADER(f"{header} is a number of bytes", path=f"/{header}")
    return int(text)


def read_metadata(text: str | None) -> dict[str, str]:
    """Read `key base64,key base64`. Raises Malformed (upload.header_wrong)."""
    found: dict[str, str] = {}
    for pair in (text or "").split(","):
        key, _, value = pair.strip().partition(" ")
        if not key:
            continue
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise errors.HEADER(f"the value of {key[:64]} is not base64 of UTF-8", path="/Upload-Metadata") from error
    return found


def read_wanted(length: str | None, metadata: str | None) -> Wanted:
    """Read what is to be uploaded. Raises Malformed (upload.header_wrong) for what is missing or unfit."""
    given = read_metadata(metadata)
    order_id, op_id = parse_id(given.get("work_order_id")), parse_id(given.get("op_id"))
    media_id, sha256 = given.get("media_id", ""), given.get("sha256")
    if not _NAME.fullmatch(media_id):
        raise errors.HEADER(
            "media_id is 1 to 64 letters, digits, dots, hyphens, underscores", path="/Upload-Metadata/media_id"
        )
    if order_id is None:
        raise errors.HEADER("work_order_id is missing or no UUID", path="/Upload-Metadata/work_order_id")
    if "op_id" in given and op_id is None:
        raise errors.HEADER("op_id is no UUID", path="/Upload-Metadata/op_id")
    if sha256 is not None and not _DIGEST.fullmatch(sha256):
        raise errors.HEADER("sha256 is 64 hexadecimal digits", path="/Upload-Metadata/sha256")
    return Wanted(
        whole(length, "Upload-Length"),
        media_id,
        order_id,
        op_id,
        None if sha256 is None else sha256.lower(),
        _text(given.get("filename", ""), 200),
        _text(given.get("filetype", ""), 80),
    )


def _text(given: str, longest: int) -> str | None:
    """Keep what is only told, never asked for: without the NUL that PostgreSQL does not take."""
    return given.replace("\0", "")[:longest] or None


def read_checksum(text: str | None) -> Checksum | None:
    """Read `algorithm base64`. Raises Malformed (upload.header_wrong): an algorithm that is not offered, or no base64."""
    if text is None:
        return None
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise errors.HEADER("one of " + ", ".join(ALGORITHMS), path="/Upload-Checksum")
    try:
        return Checksum(algorithm, base64.b64decode(value, validate=True))
    except binascii.Error as error:
        raise errors.HEADER("the checksum is not base64", path="/Upload-Checksum") from error
