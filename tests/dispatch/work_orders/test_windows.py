"""Windows: usable ones, and when two are in each other's way."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dispatch.work_orders.rules import OrderRules
from dispatch.work_orders.windows import (
    AgreedChannel,
    Agreement,
    RequestedBy,
    Window,
    read_agreement,
    read_window,
)
from kernel.errors import DomainError
from tests.conftest import NOW

HOUR, NONE = timedelta(hours=1), timedelta()


def window(start: float, end: float) -> Window:
    return Window(NOW + start * HOUR, NOW + end * HOUR)


def data(start: float, end: float) -> dict[str, str]:
    zone = timezone(8 * HOUR)
    return {
        "window_start_at": (NOW + start * HOUR).astimezone(zone).isoformat(),
        "window_end_at": (NOW + end * HOUR).astimezone(zone).isoformat(),
    }


def test_a_window_is_read_in_any_zone():
    assert read_window(data(1, 3), OrderRules(), NOW) == window(1, 3)
    assert read_window(data(-1, 1), OrderRules(), NOW) == window(-1, 1), "one that has begun may still be agreed"


@pytest.mark.parametrize(
    ("given_", "code", "path"),
    [
        (data(3, 1), "work_order.window_backwards", "/data/window_end_at"),
        (data(1, 1), "work_order.window_backwards", "/data/window_end_at"),
        (data(-3, 0), "work_order.window_past", "/data/window_end_at"),
        (data(1, 13.1), "work_order.window_too_long", "/data/window_end_at"),
        (data(1, 2) | {"window_start_at": "tomorrow"}, "work_order.data_missing", "/data/window_start_at"),
    ],
)
def test_an_unusable_window_is_refused_with_its_path(given_, code, path):
    with pytest.raises(DomainError) as caught:
        read_window(given_, OrderRules(), NOW)
    assert (caught.value.code, caught.value.fields[0].path) == (code, path)


@pytest.mark.parametrize(
    ("one", "other", "travel", "meet"),
    [
        (window(1, 3), window(2, 4), NONE, True),
        (window(1, 3), window(3, 4), NONE, False),
        (window(1, 3), window(3, 4), timedelta(minutes=20), True),
        (window(1, 9), window(2, 3), NONE, True),
        (window(1, 2), window(5, 6), HOUR, False),
    ],
)
def test_windows_meet_when_nobody_could_keep_both(one, other, travel, meet):
    assert one.meets(other, travel) is other.meets(one, travel) is meet


@given(st.tuples(*[st.integers(0, 30)] * 4), st.integers(0, 5))
def test_windows_meet_exactly_when_some_moment_is_wanted_twice(hours, travel):
    (a, b), (c, d) = sorted(hours[:2]), sorted(hours[2:])
    assume(a < b and c < d)
    wanted = not set(range(a, b)).isdisjoint(range(c - travel, d + travel))
    assert window(a, b).meets(window(c, d), travel * HOUR) is wanted


def test_who_agreed_is_read_and_of_what_a_phone_says_the_unusable_is_passed_over():
    full = {"agreed_with": "赵秀英", "agreed_channel": "phone", "requested_by": "customer"}
    assert read_agreement(full, lenient=False) == Agreement("赵秀英", AgreedChannel.PHONE, RequestedBy.CUSTOMER)
    assert read_agreement({}, lenient=False) == Agreement()
    odd = {"agreed_with": "赵" * 130, "agreed_channel": "pigeon", "requested_by": 7}
    assert read_agreement(odd, lenient=True) == Agreement("赵" * 120)
    for name in odd:
        with pytest.raises(DomainError) as caught:
            read_agreement({name: odd[name]}, lenient=False)
        assert caught.value.fields[0].path == f"/data/{name}"


def test_a_moment_without_its_zone_is_none():
    with pytest.raises(DomainError):
        read_window({"window_start_at": datetime(2026, 1, 1).isoformat(), "window_end_at": "x"}, OrderRules(), NOW)  # noqa: DTZ001
