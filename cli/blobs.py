"""The command `blobs`: brings stored files from the folder into the bucket."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import islice

import click

from cli.console import Complaint, say
from cli.options import data_dir_option, read_settings
from kernel import runtime as runtimes
from kernel.blobs import BlobStore, FolderBlobs, StoreAway

TOLD_EVERY_SECONDS = 10
AT_ONCE = 8
"""Files that are under way at once: what takes time is waiting for the store."""
SET = 256


class Fate(StrEnum):
    """What became of a file."""

    COPIED = "copied"
    THERE = "there"
    DAMAGED = "damaged"


@dataclass(slots=True)
class Tally:
    """How many files came to what, the bytes that were sent, and which files are not what their name says."""

    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    sent_bytes: int = 0
    damaged: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Say it to a person."""
        copied, there, damaged = (self.counts[fate] for fate in Fate)
        return f"copied {copied:,} ({self.sent_bytes / 2**20:,.1f} MiB), there already {there:,}, not what they were {damaged:,}"


@click.group()
def blobs() -> None:
    """Look after stored files: photos, signatures, reports."""


@blobs.command()
@click.option(
    "--verify", is_flag=True, help="Read back what the store has already, too, and send it anew if it differs."
)
@data_dir_option
def copy(verify: bool) -> int:
    """Copy every file of the folder `blobs` into the bucket of FIELDBEAT_S3_BUCKET.

    It may run while the product does, be stopped at any time and run again: what the store has is passed over. Nothing is removed
    from the folder. The exit status is 1 when a file was not what its name says; such files are named and not copied.
    """
    settings = read_settings()
    if not settings.s3_bucket:
        raise Complaint("There is no store to copy into: set FIELDBEAT_S3_BUCKET and what belongs to it.")
    folder, store = runtimes.folder_of(settings), runtimes.store_of(settings)
    try:
        store.try_out()
        tally = copy_all(folder, store, verify=verify, tell=say)
    except StoreAway as error:
        raise Complaint(
            f"The store is away ({error.strerror}): run this again, it goes on where it stopped."
        ) from error
    for digest in tally.damaged:
        say(f"DAMAGED {digest}")
    say(f"Done: {tally}.")
    return 1 if tally.damaged else 0


def copy_all(folder: FolderBlobs, store: BlobStore, *, verify: bool, tell: Callable[[str], None]) -> Tally:
    """Copy what is in the folder, some files at once, and tell how far it is now and then. Raises StoreAway."""
    tally, told = Tally(), time.monotonic()
    for digest, (fate, size) in _fates(folder.digests(), partial(_copy, folder, store, verify)):
        tally.counts[fate] += 1
        if fate is Fate.COPIED:
            tally.sent_bytes += size
        elif fate is Fate.DAMAGED:
            tally.damaged.append(digest)
        if time.monotonic() - told >= TOLD_EVERY_SECONDS:
            told = time.monotonic()
            tell(f"So far: {tally}.")
    return tally


def _fates(digests: Iterable[str], act: Callable[[str], tuple[Fate, int]]) -> Iterator[tuple[str, tuple[Fate, int]]]:
    """Yield what became of each; a set at a time, so that an error ends it soon."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rest = iter(digests)
        while some := list(islice(rest, SET)):
            yield from zip(some, pool.map(act, some), strict=True)


def _copy(folder: FolderBlobs, store: BlobStore, verify: bool, digest: str) -> tuple[Fate, int]:
    if store.has(digest) and not (verify and _digest_of(store.read(digest)) != digest):
        return Fate.THERE, 0
    with folder.open(digest) as source:
        if hashlib.file_digest(source, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
            return Fate.DAMAGED, 0
        source.seek(0)
        return Fate.COPIED, store.put(source)[1]


def _digest_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
