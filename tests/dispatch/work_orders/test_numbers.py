"""Numbers of orders: readable, sayable, and apart."""

import re
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from dispatch.work_orders.numbers import ALPHABET, order_number
from kernel.identifiers import new_id

DAY = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)


def test_a_number_is_the_day_and_eight_letters_that_survive_a_telephone_line():
    assert order_number(UUID(int=0), DAY) == "261122-0000-0000"
    assert order_number(UUID(int=2**128 - 1), DAY) == "261122-ZZZZ-ZZZZ"
    assert order_number(UUID(int=1), DAY) == "261122-0000-0001"
    assert order_number(UUID(int=32), DAY) == "261122-0000-0010"
    assert len(set(ALPHABET)) == 32
    assert set("ILOU").isdisjoint(ALPHABET)


@given(st.uuids(), st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - given a zone
def test_every_number_has_the_same_form(key, received_at):
    assert re.fullmatch(rf"\d{{6}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", order_number(key, received_at))


def test_numbers_of_one_day_differ():
    assert len({order_number(new_id(), DAY) for _ in range(5000)}) == 5000
