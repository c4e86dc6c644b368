from datetime import timedelta

import pytest

from dispatch.sla import queries, service
from dispatch.sla.deadline import Priority, Targets
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded


@pytest.fixture
def region(uow):
    """A region with five policies for routine work and one for emergencies."""
    region_id = factories.region(uow)
    for day in range(5):
        service.set_policy(
            uow,
            region_id=region_id,
            priority=Priority.ROUTINE,
            targets=Targets(60 - day, None, None),
            effective_from=NOW + timedelta(days=day),
        )
    service.set_policy(uow, region_id=region_id, priority=Priority.EMERGENCY, targets=Targets(5, None, None))
    return region_id


def test_policies_are_listed_by_page_the_latest_first(uow, region):
    seen, after = [], None
    while True:
        with recorded(uow.session) as sql:
            page = queries.page_of_policies(uow, region_id=region, limit=2, after=after, priority=Priority.ROUTINE)
        assert len(sql) == 1
        seen += [policy.targets.respond_minutes for policy in page.items]
        after = page.after
        if after is None:
            break
    assert seen == [56, 57, 58, 59, 60]
    assert len(queries.page_of_policies(uow, region_id=region, limit=100).items) == 6


def test_everybody_of_a_region_and_nobody_else_may_know_its_policies(uow, region):
    technician = factories.acting_as(uow, Role.TECHNICIAN, Level.REGION, region, region)
    guest = factories.acting(uow, factories.person_with(uow, Role.AGENT, Level.REGION, region))
    other = factories.region(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, other, other)
    counts = [
        len(queries.page_of_policies(who, region_id=region, limit=100).items) for who in (technician, guest, stranger)
    ]
    assert counts == [6, 6, 0]


def test_the_policies_in_force_are_found_with_two_statements(uow, region):
    with recorded(uow.session) as seen:
        found = queries.policies_in_force(uow, region, NOW + timedelta(days=3, hours=1))
    assert len(seen) == 2
    assert {priority: targets.respond_minutes for priority, (_, targets) in found.items()} == {
        Priority.ROUTINE: 57,
        Priority.EMERGENCY: 5,
    }
    assert queries.policies_in_force(uow, region, NOW - timedelta(microseconds=1)) == {}
    assert queries.policies_in_force(uow, factories.region(uow), NOW) == {}
