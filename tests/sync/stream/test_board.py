"""Who is held, and whom a change concerns."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identifiers import derived_id
from sync.stream.board import Board, Kind, Wanted

HERE, THERE = derived_id("here"), derived_id("there")


def wanted(
    device: str, *scopes: str, since: int = 10, kind: Kind = Kind.STREAM, region: UUID = HERE, seconds: float = 60
) -> Wanted:
    return Wanted(kind, derived_id(device), b"token" + device.encode(), region, scopes or ("user:a",), since, seconds)


def test_what_is_handed_over_comes_out_as_it_was():
    one = wanted("a", "user:a", "group:b", since=2**52)
    assert Wanted.from_json(one.as_json()) == one
    assert b"\n" not in one.as_json()
    for broken in (b"", b"{}", b'{"kind": "other"}', one.as_json()[:-4]):
        with pytest.raises((ValueError, KeyError, TypeError)):
            Wanted.from_json(broken)


def test_news_concern_whose_they_are_and_only_those_who_do_not_know_them():
    board = Board()
    mine, _ = board.add(wanted("a", "user:a", "group:g"), now=0)
    other, _ = board.add(wanted("b", "user:b", "group:g"), now=0)
    abroad, _ = board.add(wanted("c", "user:a", region=THERE), now=0)
    assert board.behind({HERE: 12, THERE: 10}) == {HERE: 10}
    assert board.news(HERE, 12, {"user:a": 12}) == [mine]
    assert board.behind({HERE: 12, THERE: 10}) == {}
    assert set(board.news(HERE, 15, {"group:g": 14})) == {mine, other}
    assert board.news(HERE, 15, {"group:g": 14}) == []
    assert abroad.since == 10


def test_who_comes_late_is_not_passed_over():
    """Its question was asked before the last look, so the region is looked at again from there."""
    board = Board()
    board.add(wanted("a", since=10), now=0)
    board.news(HERE, 20, {})
    late, _ = board.add(wanted("b", "user:b", since=15), now=0)
    assert board.behind({HERE: 20}) == {HERE: 15}
    assert board.news(HERE, 20, {"user:b": 17}) == [late]


def test_a_phone_is_held_once_in_each_way():
    board = Board()
    first, none = board.add(wanted("a"), now=0)
    waiting, none_either = board.add(wanted("a", kind=Kind.WAIT), now=0)
    second, older = board.add(wanted("a"), now=0)
    assert (none, none_either, older) == (None, None, first)
    assert set(board) == {waiting, second}
    board.remove(first)
    assert len(board) == 2


def test_time_is_over_when_it_is():
    board = Board()
    held, _ = board.add(wanted("a", seconds=5), now=100)
    assert board.over(104.9) == []
    assert board.over(105) == [held]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.sets(st.sampled_from("xyz"), min_size=1)), max_size=30))
def test_nothing_is_left_of_those_who_went(acts):
    board, held = Board(), {}
    for coming, device, scopes in acts:
        if coming:
            held[device], _ = board.add(wanted(str(device), *sorted(scopes)), now=0)
        elif device in held:
            board.remove(held.pop(device))
        assert len(board) == len(held)
        assert set(board.scopes(HERE)) == {scope for one in held.values() for scope in one.wanted.scopes}
    for one in held.values():
        board.remove(one)
    assert board.regions() == []
    assert board.behind({HERE: 99}) == {}
