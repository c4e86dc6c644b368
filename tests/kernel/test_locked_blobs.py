"""Locked files: read back whole and in any part, and worth nothing without their key."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.blobs import CHUNK, FolderBlobs
from kernel.locked_blobs import LockedBlobs, LockingFile, new_file_key


def lock(key, *pieces):
    aside = io.BytesIO()
    locking = LockingFile(aside, key)
    for piece in pieces:
        locking.write(piece)
    locking.flush()
    return aside.getvalue(), locking


class InMemory:
    """A store of one file, as far as it is read."""

    def __init__(self, content):
        self.content = content

    def read(self, _digest, start=0, stop=None):
        part = self.content[start:stop]
        return iter([part[:7], part[7:]])


@given(st.lists(st.binary(max_size=50), max_size=8), st.integers(0, 400), st.none() | st.integers(0, 400))
def test_any_part_is_what_was_written_however_it_was_written(pieces, start, stop):
    key, content = bytes(range(32)), b"".join(pieces)
    locked, locking = lock(key, *pieces)
    assert (locking.size, locking.digest) == (len(content), hashlib.sha256(locked).hexdigest())
    read = b"".join(LockedBlobs(InMemory(locked), key).read("x", start, stop))
    assert read == content[start:stop]


def test_a_store_keeps_nothing_readable_and_two_of_one_content_are_two(tmp_path):
    content = b"138 0000 7714" * (CHUNK // 8)
    keys = [new_file_key(), new_file_key()]
    blobs = FolderBlobs(tmp_path)
    digests = [blobs.put(io.BytesIO(lock(key, content)[0]))[0] for key in keys]
    assert len(set(digests)) == 2
    for key, digest in zip(keys, digests, strict=True):
        assert b"7714" not in b"".join(blobs.read(digest))
        assert b"".join(LockedBlobs(blobs, key).read(digest)) == content
        assert b"".join(LockedBlobs(blobs, key).read(digest, CHUNK + 3, CHUNK + 21)) == content[CHUNK + 3 : CHUNK + 21]
    blobs.delete(digests[0])
    with pytest.raises(KeyError):
        LockedBlobs(blobs, keys[0]).read(digests[0])
    assert b"".join(LockedBlobs(blobs, keys[1]).read(digests[1])) == content


def test_an_archive_is_written_through_as_a_stream():
    key, aside = new_file_key(), io.BytesIO()
    with zipfile.ZipFile(LockingFile(aside, key), "w") as archive:
        archive.writestr("a.txt", "涟水")
    unlocked = b"".join(LockedBlobs(InMemory(aside.getvalue()), key).read("x"))
    assert zipfile.ZipFile(io.BytesIO(unlocked)).read("a.txt").decode() == "涟水"
