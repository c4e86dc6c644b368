"""Blobs in a bucket of an S3-compatible object store."""

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from kernel.blobs import CHUNK, TRIFLE, StoreAway, place_of
from kernel.settings import Settings

PART = 8 * CHUNK
"""Bytes that are sent with one request, and held in memory; what is larger goes in parts of this size."""
READ = 4 * CHUNK
"""Bytes that one request asks for: a slow phone keeps no connection to the store waiting."""
REQUEST_SECONDS = 30
PATIENCE = timedelta(seconds=20)
"""For how long a request is tried again, before whoever waits for it is told that the store is away."""


class S3Blobs:
    """Blobs in a bucket: `ab/cdef…`, below the prefix of the settings.

    What is sent carries its SHA-256, by which the store refuses what came in otherwise. The connections are made with the first
    request, in the process that asks: they do not survive a fork.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def _bucket(self) -> S3Store:
        settings = self.settings
        given = {
            "endpoint": settings.s3_endpoint,
            "region": settings.s3_region,
            "access_key_id": settings.s3_access_key,
            "secret_access_key": settings.s3_secret_key,
        }
        return S3Store(
            settings.s3_bucket,
            prefix=settings.s3_prefix or None,
            config={name: value for name, value in given.items() if value},  # type: ignore[arg-type]
            checksum_algorithm="sha256",
            virtual_hosted_style_request=settings.s3_addressing == "host",
            client_options={
                "allow_http": settings.s3_endpoint.startswith("http://"),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
            },
            retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
        )

    def put(self, source: BinaryIO) -> tuple[str, int]:
        with tempfile.SpooledTemporaryFile(max_size=PART) as aside:
            digest, size = hashlib.sha256(), 0
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                aside.write(chunk)
            place = place_of(digest.hexdigest())
            aside.seek(0)
            with _telling():
                if size <= PART:
                    obstore.put(self._bucket, place, aside.read(), use_multipart=False)
                else:
                    obstore.put(self._bucket, place, aside, chunk_size=PART, max_concurrency=2)
        return digest.hexdigest(), size

    def read(self, digest: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        place = place_of(digest)
        size = self._size(place)
        if size is None:
            raise KeyError(digest)
        stop = size if stop is None else min(stop, size)

        def part(at: int) -> bytes:
            with _telling():
                return bytes(obstore.get_range(self._bucket, place, start=at, end=min(at + READ, stop)))

        if start >= stop:
            return iter(())
        return _parts(part, part(start), start, stop)

    def has(self, digest: str) -> bool:
        return self._size(place_of(digest)) is not None

    def delete(self, digest: str) -> None:
        with _telling():
            obstore.delete(self._bucket, place_of(digest))

    def try_out(self) -> None:
        with _telling():
            obstore.put(self._bucket, "doctor", TRIFLE, use_multipart=False)
            came_back = bytes(obstore.get(self._bucket, "doctor").bytes())
        if came_back != TRIFLE:
            raise StoreAway(errno.EIO, "the store gives back something else than it was given")

    def _size(self, place: str) -> int | None:
        """Return the size of a blob in bytes, or None when it is not there."""
        with _telling():
            try:
                return obstore.head(self._bucket, place)["size"]
            except FileNotFoundError:
                return None


def _parts(part: Callable[[int], bytes], piece: bytes, at: int, stop: int) -> Iterator[bytes]:
    """Yield a part that is here, and then the others, each of which is asked for when it is wanted."""
    while True:
        yield piece
        at += len(piece)
        if at >= stop:
            return
        piece = part(at)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except (BaseError, ValueError, OSError) as error:  # also FileNotFoundError: the bucket itself is not there
        # Only its first line: what follows repeats the request, with its signature.
        raise StoreAway(errno.EIO, str(error).partition("\n")[0]) from None
