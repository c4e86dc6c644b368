from datetime import timedelta

from dispatch.people.rules import queries, service
from dispatch.people.rules.numbers import PeopleRules
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal, refused_at


def test_rules_hold_from_their_moment_on_and_the_defaults_before(uow):
    here, there = factories.region(uow), factories.region(uow)
    later = NOW + timedelta(days=30)
    service.set_rules(uow, region_id=here, rules=PeopleRules(gap_days=3))
    service.set_rules(uow, region_id=here, rules=PeopleRules(gap_days=4), effective_from=later)
    service.set_rules(uow, region_id=here, rules=PeopleRules(gap_days=5), effective_from=later)
    found = {
        moment: queries.rules_of(uow, [here, there], moment) for moment in (NOW - timedelta(seconds=1), NOW, later)
    }
    assert [rules[here].gap_days for rules in found.values()] == [14, 3, 5]
    assert {rules[there] for rules in found.values()} == {PeopleRules()}
    assert queries.rules_of(uow, [here])[here].gap_days == 3


def test_only_the_region_decides_and_not_for_the_past(uow):
    here = factories.places(uow)
    asked = {"region_id": here.region_id, "rules": PeopleRules()}
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    assert refusal(service.set_rules, manager, **asked).code == "forbidden"
    far = factories.region(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, far, far)
    assert refusal(service.set_rules, stranger, **asked).code == "territory.region_unknown"
    past = NOW - timedelta(seconds=1)
    refused = refused_at(service.set_rules, uow, **asked, effective_from=past)
    assert refused == ("people.in_the_past", ["/effective_from"])
