"""Documents in the shape that a phone asks for."""

import pytest

from kernel.errors import DomainError
from sync.feed.collections import LOADERS
from sync.feed.shapes import FIRST, NEWEST, STEPS, served, steps_down

CLOCK = {"status": "running", "colour": "clear", "due_at": None}


def test_each_schema_leads_down_to_the_one_before_for_collections_that_there_are():
    assert sorted(STEPS) == list(range(FIRST, NEWEST))
    assert {collection for steps in STEPS.values() for collection in steps} <= set(LOADERS)


def test_an_older_phone_gets_the_clocks_of_an_order_as_a_list():
    order = {"id": "o", "clocks": {"respond": CLOCK, "resolve": CLOCK}}
    (step,) = steps_down(1, oldest=1)["work_orders"]
    assert step(order) == {"id": "o", "clocks": [{"clock": "respond", **CLOCK}, {"clock": "resolve", **CLOCK}]}
    assert steps_down(NEWEST, oldest=1) == {}


def test_a_phone_that_is_ahead_of_the_server_gets_what_the_server_knows():
    assert (steps_down(NEWEST + 7, oldest=1), served(NEWEST + 7), served(1)) == ({}, NEWEST, 1)


def test_what_is_not_served_any_more_asks_for_an_upgrade_and_says_what_is():
    with pytest.raises(DomainError) as refused:
        steps_down(1, oldest=2)
    assert (refused.value.code, refused.value.extra) == ("upgrade-required", {"oldest": 2, "newest": NEWEST})
