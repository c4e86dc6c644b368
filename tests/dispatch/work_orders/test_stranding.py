"""Which orders a move strands."""

from uuid import UUID

import pytest

from dispatch.territory.places import Places
from dispatch.work_orders.stranding import NAMED, Case, Post, Stranding, strandings, summary

REGION, S1, S2, G1, G2, G3, ZONE = (UUID(int=n) for n in range(7))
BEFORE, SAME_STATION, OTHER_STATION = (
    Places(REGION, S1, G1, ZONE),
    Places(REGION, S1, G2, ZONE),
    Places(REGION, S2, G3, ZONE),
)


HOME = Post(S1, G1)


def case(after, post=HOME, **more):
    plain = {
        "is_assigned": True,
        "answers": False,
        "post_before": post,
        "post_after": post,
        "led_before": True,
        "led_after": True,
    }
    return Case(UUID(int=9), "WO-9", BEFORE, after, **(plain | more))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case(SAME_STATION), [Stranding.ASSIGNEE_ELSEWHERE]),
        (case(SAME_STATION, answers=True), []),
        (case(SAME_STATION, Post(S1, G2)), []),
        # Of another group all along: the station is what counts.
        (case(SAME_STATION, Post(S1, UUID(int=77))), []),
        (case(OTHER_STATION, Post(S1, UUID(int=77))), [Stranding.ASSIGNEE_ELSEWHERE]),
        (case(OTHER_STATION, Post(S2, UUID(int=77))), []),
        # The technicians of a moved group move along.
        (case(Places(REGION, S2, G1, ZONE), post_after=Post(S2, G1)), []),
        (case(SAME_STATION, None, is_assigned=False), []),
        (case(SAME_STATION, None, is_assigned=False, led_after=False), [Stranding.NO_LEADER]),
        (case(SAME_STATION, None, is_assigned=False, led_before=False, led_after=False), []),
        (case(SAME_STATION, led_after=False), [Stranding.ASSIGNEE_ELSEWHERE, Stranding.NO_LEADER]),
        # Somebody who works nowhere here was as far away before.
        (case(SAME_STATION, None), []),
    ],
)
def test_an_order_is_stranded_when_it_stands_worse_than_before(one, expected):
    assert list(strandings(one)) == expected


def test_a_refusal_counts_all_and_names_the_first():
    found = {UUID(int=n): (Stranding.ZONE_RETIRED,) for n in range(100)}
    said = summary(found, {key: str(key) for key in found})
    assert (said["stranded"], said["reasons"]) == (100, {"zone_retired": 100})
    assert len(said["orders"]) == NAMED
