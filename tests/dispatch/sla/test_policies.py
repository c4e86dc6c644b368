from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.policies import Policy, PolicyHistory
from dispatch.territory.pilots import Pilot, PilotHistory, PilotKind, PilotOutcome

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def policy(number, day, priority=Priority.ROUTINE):
    return Policy(UUID(int=number), priority, Targets(number, None, None), START + day * DAY)


HERE, THERE = UUID(int=71), UUID(int=72)


def test_a_policy_that_is_tried_counts_in_its_zones_and_the_one_before_it_elsewhere():
    began, ended = START + 5 * DAY, START + 8 * DAY
    for outcome, after in ((PilotOutcome.FULL, 2), (PilotOutcome.STOPPED, 1)):
        trial = Pilot(
            UUID(int=9), HERE, PilotKind.SLA_POLICY, str(UUID(int=2)), "x", began, ended, outcome, {HERE: began}
        )
        history = PolicyHistory.of([policy(1, 0), policy(2, 5)], PilotHistory.of([trial]))
        found = [
            history.in_force(Priority.ROUTINE, at, zone_id=zone).id.int
            for at in (began - DAY, began, ended)
            for zone in (HERE, THERE, None)
        ]
        assert found == [1, 1, 1, 2, 1, 1, after, after, after]


POLICIES = (policy(1, 0), policy(2, 5), policy(3, 5), policy(4, 9), policy(5, 2, Priority.EMERGENCY))


@pytest.mark.parametrize("order", list(permutations(POLICIES))[::17])
@pytest.mark.parametrize(
    ("priority", "at", "number"),
    [
        (Priority.ROUTINE, START - timedelta(microseconds=1), None),
        (Priority.ROUTINE, START, 1),
        (Priority.ROUTINE, START + 5 * DAY - timedelta(microseconds=1), 1),
        (Priority.ROUTINE, START + 5 * DAY, 3),
        (Priority.ROUTINE, START + 9 * DAY, 4),
        (Priority.ROUTINE, START + 999 * DAY, 4),
        (Priority.EMERGENCY, START + DAY, None),
        (Priority.EMERGENCY, START + 2 * DAY, 5),
        (Priority.PRIORITY, START + 9 * DAY, None),
    ],
)
def test_a_policy_is_in_force_until_the_next_of_its_tier_begins(order, priority, at, number):
    found = PolicyHistory.of(order).in_force(priority, at)
    assert (found and found.id.int) == number
