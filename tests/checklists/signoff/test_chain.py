"""Chains of sign-offs: whatever is removed, put elsewhere or doubled shows, in whatever order they arrive."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from checklists.signoff.chain import Fault, Link, inspect, link_of
from tests.checklists.samples import ORDER, START, signature


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    previous = None
    for number in range(1, length + 1):
        signed = replace(signature(number, b"x" * 32), previous=previous)
        key = link_of(signed, ORDER)
        at = START + timedelta(minutes=number)
        links.append(Link(signed.op_id, ORDER, UUID(int=77), key, previous, at, at))
        previous = key
    return links


def faults(links: list[Link]) -> list[tuple[int, Fault]]:
    return [(one.at.sign_off_id.int, one.fault) for one in inspect(links)]


@given(st.integers(1, 8), st.randoms(use_true_random=False))
def test_a_whole_chain_holds_however_it_arrives(length, rng):
    links = chain(length)
    assert faults(rng.sample(links, length)) == []


@given(st.integers(3, 8), st.data())
def test_one_that_is_missing_leaves_a_gap_that_closes_when_it_comes(length, data):
    links = chain(length)
    missing = data.draw(st.integers(0, length - 2))
    left = [one for nth, one in enumerate(links) if nth != missing]
    assert faults(left) == [(missing + 2, Fault.GAP)]
    assert faults([*left, links[missing]]) == []


def test_two_that_follow_the_same_one_and_a_second_beginning_show():
    links = chain(3)
    twin = replace(links[2], sign_off_id=UUID(int=9), link=b"other")
    assert faults([*links, twin]) == [(3, Fault.FORK), (9, Fault.FORK)]
    again = replace(links[0], sign_off_id=UUID(int=8), link=b"again", at=START + timedelta(hours=1))
    assert faults([*links, again]) == [(8, Fault.RESTART)]


def test_every_member_of_a_sign_off_is_in_its_link():
    one = signature(1, b"x" * 32)
    others = [
        replace(one, **changed)
        for changed in (
            {"op_id": UUID(int=2)},
            {"signed_digest": b"y" * 32},
            {"signer_name": "别人"},
            {"refused_reason": "外出"},
            {"witness": "物业"},
            {"signature_media": "s"},
            {"previous": b"z" * 32},
        )
    ]
    links = {link_of(each, ORDER) for each in (one, *others)} | {link_of(one, UUID(int=9))}
    assert len(links) == len(others) + 2
