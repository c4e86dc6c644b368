"""Answers with stored files: whole, in parts, or not at all where the caller has them already."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import structlog
from flask import Request, Response

from checklists.media import errors
from kernel.blobs import StoreAway
from kernel.errors import STORE_AWAY

log = structlog.get_logger(__name__)


class Store(Protocol):
    """Where files are read: a store of blobs, or what unlocks them on the way."""

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` up to but without `stop`. Raises KeyError, StoreAway."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file: its SHA-256 as hex, media type, size in bytes, and the name to save it under, if it is to be saved."""

    digest: str
    content_type: str
    size_bytes: int
    filename: str | None = None


@contextmanager
def at_the_store() -> Iterator[None]:
    """Say so when the store is away while a file is kept or read. Raises Unavailable (store-away)."""
    try:
        yield
    except StoreAway as error:
        log.warning("store of files away", error=repr(error))
        raise STORE_AWAY() from error


def answer(request: Request, blobs: Store, kept: Kept) -> Response:
    """Answer with a stored file, or a part of it; its tag is its digest, so whoever has it is told so.

    Raises Unavailable (media.missing) when the store has no such file, (store-away) when it does not answer.
    """
    response = Response(content_type=kept.content_type)
    response.content_length = kept.size_bytes
    response.set_etag(kept.digest)
    response.headers["Cache-Control"] = "private, no-cache"
    shown = "inline" if kept.filename is None else f"attachment; filename*=UTF-8''{quote(kept.filename)}"
    response.headers["Content-Disposition"] = shown
    # The range is worked out on an answer without a body, so that only what was asked for is read.
    response.make_conditional(request, accept_ranges=True, complete_length=kept.size_bytes)
    if response.status_code != 304 and request.method != "HEAD":
        wanted = response.content_range
        try:
            with at_the_store():
                response.response = blobs.read(kept.digest, wanted.start or 0, wanted.stop)
        except KeyError as error:
            log.error("a file is missing in the store", digest=kept.digest)
            raise errors.MISSING() from error
    response.direct_passthrough = True
    return response
