from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.sla import queries, service
from dispatch.sla.deadline import DEFAULTS, Priority, Targets
from dispatch.territory import pilot_queries, piloting
from dispatch.territory.pilot_events import PilotStarting
from dispatch.territory.pilots import PilotKind
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

TOUGH = Targets(30, 120, 480)


@pytest.fixture
def region(uow):
    return factories.region(uow)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def set_routine(uow, region, targets=TOUGH, effective_from=None):
    return service.set_policy(
        uow, region_id=region, priority=Priority.ROUTINE, targets=targets, effective_from=effective_from
    )


def routine(uow, region, at):
    return queries.policies_in_force(uow, region, at)[Priority.ROUTINE]


def test_a_region_begins_with_the_defaults_for_all_of_its_past(uow, region):
    service.start_with_defaults(uow, region)
    for at in (datetime(1999, 1, 1, tzinfo=UTC), NOW):
        found = queries.policies_in_force(uow, region, at)
        assert {priority: targets for priority, (_, targets) in found.items()} == DEFAULTS


def test_starting_again_changes_nothing(uow, region):
    set_routine(uow, region)
    service.start_with_defaults(uow, region)
    before = queries.policy_history(uow, region)
    with recorded(uow.session) as seen:
        service.start_with_defaults(uow, region)
    assert len(seen) == 3
    assert queries.policy_history(uow, region) == before
    assert len(before.tiers[Priority.ROUTINE]) == 1


def test_a_policy_counts_from_its_moment_on(uow, region):
    service.start_with_defaults(uow, region)
    begins = NOW + timedelta(days=7)
    key = set_routine(uow, region, effective_from=begins)
    assert routine(uow, region, begins - timedelta(microseconds=1))[1] == DEFAULTS[Priority.ROUTINE]
    assert routine(uow, region, begins) == (key, TOUGH)
    now = set_routine(uow, region, Targets(60, None, 600))
    assert routine(uow, region, NOW)[0] == now
    assert routine(uow, region, begins)[0] == key


def test_of_two_policies_from_the_same_moment_the_later_one_counts(uow, region):
    set_routine(uow, region)
    key = set_routine(uow, region, Targets(20, None, None))
    assert routine(uow, region, NOW)[0] == key


def test_a_policy_that_says_nothing_new_is_the_one_in_force(uow, region):
    key = set_routine(uow, region)
    assert set_routine(uow, region, effective_from=NOW + timedelta(days=3)) == key
    assert len(queries.policy_history(uow, region).tiers[Priority.ROUTINE]) == 1


def test_a_promise_is_not_changed_afterwards(uow, region):
    refused = refusal(set_routine, uow, region, effective_from=NOW - timedelta(microseconds=1))
    assert (refused.code, [problem.path for problem in refused.fields]) == ("sla.in_the_past", ["/effective_from"])
    set_routine(uow, region, effective_from=NOW)


@pytest.mark.parametrize(("targets", "path"), [(Targets(-5, None, None), "/respond_minutes")])
def test_a_policy_that_makes_no_sense_is_refused_with_its_path(uow, region, targets, path):
    refused = refusal(set_routine, uow, region, targets)
    assert (refused.code, [problem.path for problem in refused.fields]) == ("sla.targets_wrong", [path])
    assert queries.policy_history(uow, region).tiers == {}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.REGIONAL_OPERATIONS, True),
        (Role.STATION_MANAGER, False),
        (Role.AGENT, False),
        (Role.TECHNICIAN, False),
        (Role.ASSESSOR, False),
    ],
)
def test_what_a_region_promises_is_decided_by_the_region(uow, region, role, allowed):
    mine = factories.acting_as(uow, role, Level.REGION, region, region)
    for call in (lambda: set_routine(mine, region), lambda: service.start_with_defaults(mine, region)):
        if allowed:
            call()
        else:
            assert refusal(call).code == "forbidden"


def test_a_role_over_a_station_does_not_decide_for_the_region(uow, region):
    station = factories.station(uow, region)
    mine = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.STATION, station, region)
    assert refusal(set_routine, mine, region).code == "forbidden"


def test_another_region_does_not_exist(uow, region):
    other = factories.region(uow)
    mine = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, other, other)
    assert refusal(set_routine, mine, region).code == "territory.region_unknown"
    assert refusal(service.start_with_defaults, mine, region).code == "territory.region_unknown"


def test_a_policy_on_trial_counts_in_its_zones_until_it_is_rolled_out(uow):
    places = factories.places(uow)
    region, next_zone = places.region_id, factories.zone(uow, places.group_id)
    before = set_routine(uow, region)
    key = service.set_policy(
        uow,
        region_id=region,
        priority=Priority.ROUTINE,
        targets=Targets(15, None, None),
        trial=service.Trial((places.zone_id,), "试行"),
    )

    def counting(zone_id, at=NOW):
        return queries.policies_in_force(uow, region, at, zone_id)[Priority.ROUTINE][0]

    assert [counting(zone) for zone in (places.zone_id, next_zone, None)] == [key, before, before]
    (pilot,) = pilot_queries.page_of_pilots(uow, region_id=region, limit=5).items
    tomorrow = replace(uow, now=NOW + timedelta(days=1))
    piloting.roll_out(tomorrow, pilot_id=pilot.id, reason="有效")
    assert [counting(zone, tomorrow.now) for zone in (places.zone_id, next_zone, None)] == [key] * 3
    assert counting(next_zone) == before


def test_a_trial_of_a_policy_is_refused_with_its_place_when_it_has_no_such_zone(uow, region):
    trial = service.Trial((uow.new_id(),), "x")
    refused = refusal(service.set_policy, uow, region_id=region, priority=Priority.ROUTINE, targets=TOUGH, trial=trial)
    assert [one.path for one in refused.fields] == ["/trial/zone_ids/0"]


def test_only_a_policy_of_the_region_may_be_tried(uow, region):
    event = PilotStarting(region, PilotKind.SLA_POLICY, str(set_routine(uow, region)))
    service.on_pilot_starting(uow, event)
    service.on_pilot_starting(uow, replace(event, kind=PilotKind.ASSIGNMENT_RULE, subject="nearest"))
    for wrong in (replace(event, subject="nearest"), replace(event, region_id=factories.region(uow))):
        assert refusal(service.on_pilot_starting, uow, wrong).code == "sla.policy_unknown"
