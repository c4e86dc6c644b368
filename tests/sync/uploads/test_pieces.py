"""Bytes of uploads: appended once, kept when a connection breaks, and only by whoever took the last turn."""

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import DomainError
from kernel.identifiers import new_id
from sync.uploads.pieces import READ, Pieces


@pytest.fixture
def pieces(tmp_path):
    return Pieces(tmp_path / "uploads")


@pytest.fixture
def key(pieces):
    made = new_id()
    pieces.begin(made)
    return made


def content(pieces, key):
    with pieces.read(key) as file:
        return file.read()


class Breaking(io.BytesIO):
    """A connection that breaks after some bytes."""

    def read(self, size=-1):
        found = super().read(size)
        if not found:
            raise ConnectionError
        return found


@given(st.lists(st.binary(min_size=1, max_size=3 * READ), max_size=5))
def test_pieces_make_the_whole(tmp_path_factory, parts):
    pieces, key = Pieces(tmp_path_factory.mktemp("uploads")), new_id()
    pieces.begin(key)
    offset, whole = 0, b"".join(parts)
    for part in parts:
        turn = pieces.take_turn(key)
        assert pieces.append(key, turn, offset, io.BytesIO(part), len(whole) - offset) == offset + len(part)
        offset += len(part)
    assert (content(pieces, key), pieces.size(key)) == (whole, len(whole))


def test_what_came_before_a_connection_broke_stays(pieces, key):
    turn = pieces.take_turn(key)
    with pytest.raises(ConnectionError):
        pieces.append(key, turn, 0, Breaking(b"x" * (READ + 5)), 10 * READ)
    assert pieces.size(key) == READ + 5


def test_more_than_was_told_is_refused(pieces, key):
    turn = pieces.take_turn(key)
    with pytest.raises(DomainError) as refused:
        pieces.append(key, turn, 0, io.BytesIO(b"12345"), 4)
    assert refused.value.code == "upload.too_large"
    assert pieces.size(key) == 0


def test_who_hangs_is_overtaken_and_writes_nothing_more(pieces, key):
    reads, overtaken = threading.Event(), threading.Event()

    class Hanging(io.BytesIO):
        def read(self, size=-1):
            reads.set()
            overtaken.wait(10)
            return super().read(size)

    refusals = []

    def hang():
        try:
            pieces.append(key, old, 0, Hanging(b"old old old"), 100)
        except DomainError as error:
            refusals.append(error.code)

    old = pieces.take_turn(key)
    thread = threading.Thread(target=hang)
    thread.start()
    assert reads.wait(10)
    turn = pieces.take_turn(key)
    assert pieces.append(key, turn, 0, io.BytesIO(b"new"), 100) == 3
    overtaken.set()
    thread.join()
    assert (refusals, content(pieces, key)) == (["upload.overtaken"], b"new")


def test_of_many_who_send_the_same_piece_at_once_one_is_kept(pieces, key):
    outcomes = []

    def send():
        turn = pieces.take_turn(key)
        try:
            outcomes.append(pieces.append(key, turn, 0, io.BytesIO(b"abc" * READ), 3 * READ))
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(3 * READ) <= 1
    assert content(pieces, key) == (b"abc" * READ)[: pieces.size(key)], "never two of them mixed"


def test_what_is_gone_has_no_bytes(pieces, key):
    pieces.remove(key)
    pieces.remove(key)
    assert pieces.size(key) == 0
