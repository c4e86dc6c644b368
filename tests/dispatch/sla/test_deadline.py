from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.sla.deadline import (
    DEFAULTS,
    LONGEST_MINUTES,
    Deadlines,
    Priority,
    Targets,
    check_targets,
    deadlines,
)
from kernel.errors import DomainError

RECEIVED = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = Targets(None, None, None)


@pytest.mark.parametrize(
    ("priority", "respond", "arrive", "resolve"),
    [(Priority.EMERGENCY, 1, 4, None), (Priority.PRIORITY, 2, None, None), (Priority.ROUTINE, 4, None, 24)],
)
def test_a_region_begins_with_these_hours(priority, respond, arrive, resolve):
    due = deadlines(RECEIVED, DEFAULTS[priority])
    assert due == Deadlines(
        *(None if hours is None else RECEIVED + hours * HOUR for hours in (respond, arrive, resolve))
    )


def test_the_defaults_cover_every_tier_and_are_sound():
    assert set(DEFAULTS) == set(Priority)
    for targets in DEFAULTS.values():
        check_targets(targets)


def test_the_agreed_window_is_the_time_to_arrive_where_the_policy_sets_none():
    end = RECEIVED + 30 * HOUR
    assert deadlines(RECEIVED, DEFAULTS[Priority.PRIORITY], end).arrive_due_at == end
    assert deadlines(RECEIVED, DEFAULTS[Priority.EMERGENCY], end).arrive_due_at == RECEIVED + 4 * HOUR


@pytest.mark.parametrize(
    ("targets", "paths"),
    [
        (NONE, ["/respond_minutes"]),
        (Targets(0, None, None), ["/respond_minutes"]),
        (Targets(-1, -1, -1), ["/respond_minutes", "/arrive_minutes", "/resolve_minutes"]),
        (Targets(None, LONGEST_MINUTES + 1, None), ["/arrive_minutes"]),
        (Targets(60, 59, None), ["/arrive_minutes"]),
        (Targets(60, None, 59), ["/resolve_minutes"]),
        (Targets(None, 60, 59), ["/resolve_minutes"]),
        (Targets(60, 30, 45), ["/arrive_minutes", "/resolve_minutes"]),
        (Targets(0, 30, 45), ["/respond_minutes"]),
    ],
)
def test_times_that_make_no_sense_are_each_named(targets, paths):
    with pytest.raises(DomainError) as refusal:
        check_targets(targets)
    assert refusal.value.code == "sla.targets_wrong"
    assert [problem.path for problem in refusal.value.fields] == paths


@pytest.mark.parametrize(
    "targets", [Targets(1, None, None), Targets(None, None, 1), Targets(60, 60, 60), Targets(1, 2, LONGEST_MINUTES)]
)
def test_one_time_is_enough_and_times_may_be_equal(targets):
    check_targets(targets)


@given(st.lists(st.integers(1, LONGEST_MINUTES), min_size=3, max_size=3).map(sorted))
def test_sound_times_are_due_in_their_order(minutes):
    targets = Targets(*minutes)
    check_targets(targets)
    due = deadlines(RECEIVED, targets)
    assert RECEIVED < due.respond_due_at <= due.arrive_due_at <= due.resolve_due_at
