"""Blobs: named by their content, kept once, whole or not at all."""

import hashlib
import io
from pathlib import Path

import pytest

from kernel.blobs import CHUNK, BlobStore, FolderBlobs, StoreAway
from kernel.s3_blobs import S3Blobs


@pytest.fixture
def blobs(tmp_path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "data" / "blobs")


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path) -> BlobStore:
    """Both places for blobs: what is true of one is true of the other."""
    if request.param == "folder":
        return FolderBlobs(tmp_path / "data" / "blobs")
    server = request.getfixturevalue("object_store")
    return S3Blobs(server.settings(tmp_path))


def files(blobs: FolderBlobs) -> list[Path]:
    return sorted(path for path in blobs.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_what_went_in_comes_out_under_the_digest_of_its_content(store, size):
    content = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    content = content[:size]
    digest, length = store.put(io.BytesIO(content))
    assert digest == hashlib.sha256(content).hexdigest()
    assert length == size
    assert store.has(digest)
    assert b"".join(store.read(digest)) == content


@pytest.mark.parametrize(
    ("start", "stop"), [(0, None), (0, 0), (5, 9), (CHUNK - 1, CHUNK + 2), (3, 10**9), (10**9, None)]
)
def test_a_part_is_read_from_where_it_begins(store, start, stop):
    content = bytes(n % 251 for n in range(1000)) * (CHUNK // 500)
    digest, _ = store.put(io.BytesIO(content))
    assert b"".join(store.read(digest, start, stop)) == content[start:stop]


def test_what_is_not_there_is_said_before_anything_is_yielded(store):
    with pytest.raises(KeyError):
        store.read("0" * 64)


def test_the_same_content_is_kept_once(blobs):
    assert blobs.put(io.BytesIO(b"photo")) == blobs.put(io.BytesIO(b"photo"))
    other, _ = blobs.put(io.BytesIO(b"another"))
    assert len(files(blobs)) == 2
    assert b"".join(blobs.read(other)) == b"another"


def test_a_blob_that_is_not_there_is_not_found(store):
    digest = hashlib.sha256(b"never stored").hexdigest()
    assert not store.has(digest)
    with pytest.raises(KeyError, match=digest):
        list(store.read(digest))


@pytest.mark.parametrize(
    "digest",
    ["", "ab", "g" * 64, "A" * 64, "../" + "a" * 61, "a" * 65, "a" * 30 + "/" + "a" * 33, "a" * 63 + "\n", "é" * 64],
)
def test_what_is_no_digest_never_becomes_a_path(store, digest):
    with pytest.raises(KeyError):
        store.has(digest)
    with pytest.raises(KeyError):
        list(store.read(digest))


class BreakingOff(io.BytesIO):
    """A stream that ends in the middle, as an upload does."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= CHUNK:
            raise ConnectionResetError("gone")
        return super().read(size)


def test_a_source_that_breaks_off_leaves_nothing(blobs):
    with pytest.raises(ConnectionResetError):
        blobs.put(BreakingOff(b"x" * 3 * CHUNK))
    assert files(blobs) == []
    digest, _ = blobs.put(io.BytesIO(b"x" * 3 * CHUNK))
    assert blobs.has(digest)


def test_a_long_stream_is_read_in_pieces(blobs):
    asked = []

    class Noted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    digest, _ = blobs.put(Noted(b"x" * 2 * CHUNK))
    assert set(asked) == {CHUNK}
    assert [len(piece) for piece in blobs.read(digest)] == [CHUNK, CHUNK]


def test_a_folder_keeps_blobs_by_their_digest_and_tells_which_it_has(blobs):
    kept = sorted(blobs.put(io.BytesIO(bytes([n])))[0] for n in range(5))
    assert [path.relative_to(blobs.folder).as_posix() for path in files(blobs)] == [f"{d[:2]}/{d[2:]}" for d in kept]
    (blobs.folder / "README").write_text("not ours")
    (blobs.folder / kept[0][:2] / "draft").write_text("not ours")
    assert list(blobs.digests()) == kept


def test_a_store_that_works_says_nothing(store):
    store.try_out()
    assert not store.has(hashlib.sha256(b"Fieldbeat was here.").hexdigest()), "a trial is no blob"


def test_a_folder_that_cannot_be_used_is_away(tmp_path):
    (tmp_path / "blobs").write_text("no folder")
    blobs = FolderBlobs(tmp_path / "blobs")
    for act in (lambda: blobs.put(io.BytesIO(b"x")), blobs.try_out, lambda: blobs.read("0" * 64)):
        with pytest.raises(StoreAway):
            act()


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store):
    digest, _ = store.put(io.BytesIO(b"to be deleted"))
    other, _ = store.put(io.BytesIO(b"to be kept"))
    for _ in range(2):
        store.delete(digest)
        assert not store.has(digest)
    assert store.has(other)
    with pytest.raises(KeyError):
        store.delete("../secrets")
