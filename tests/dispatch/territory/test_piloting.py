"""Trials are started, widened, rolled out and given up, each by the right people; on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.territory import pilot_queries, piloting
from dispatch.territory.pilot_events import PilotChanged, PilotStarting
from dispatch.territory.pilots import PilotKind, PilotOutcome
from dispatch.territory.service import retire
from kernel.actor import Level, Role, system_actor
from kernel.errors import INVALID, DomainError
from tests import factories

RULE = PilotKind.ASSIGNMENT_RULE


def refusal(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value.code, [one.path for one in caught.value.fields]


@pytest.fixture
def place(uow):
    return factories.places(uow)


@pytest.fixture
def next_zone(uow, place):
    return factories.zone(uow, place.group_id, name="涟城二片区")


def start(uow, place, *zones, subject="nearest", reason="先在一个片区试行"):
    return piloting.start_pilot(
        uow, region_id=place.region_id, kind=RULE, subject=subject, zone_ids=zones or [place.zone_id], reason=reason
    )


def later(uow, **passed):
    return replace(uow, now=uow.now + timedelta(**passed))


def tried(uow, *zones, at=None):
    found = pilot_queries.pilots_of(uow, RULE, zones, at or uow.now)
    return [set(found[zone]) for zone in zones]


def test_a_trial_goes_from_some_zones_to_more_and_then_to_all(uow, place, next_zone):
    key = start(uow, place)
    assert tried(uow, place.zone_id, next_zone) == [{"nearest"}, set()]
    day, two = later(uow, days=1), later(uow, days=2)
    piloting.widen_pilot(day, pilot_id=key, zone_ids=[next_zone, place.zone_id], effective_from=two.now)
    assert tried(day, place.zone_id, next_zone) == [{"nearest"}, set()]
    assert tried(two, place.zone_id, next_zone) == [{"nearest"}, {"nearest"}]
    piloting.roll_out(later(uow, days=3), pilot_id=key, reason="有效")
    after = later(uow, days=3)
    assert tried(after, place.zone_id, next_zone) == [set(), set()]
    assert pilot_queries.pilot_history(after, RULE, subjects=["nearest"]).counts("nearest", None, after.now)
    assert tried(after, place.zone_id, at=two.now) == [{"nearest"}]
    assert pilot_queries.pilot(after, key).outcome is PilotOutcome.FULL


def test_a_trial_that_is_given_up_counts_nowhere_and_may_be_begun_anew(uow, place):
    key = start(uow, place)
    piloting.stop_pilot(later(uow, hours=1), pilot_id=key, reason="投诉增加")
    after = later(uow, hours=1)
    history = pilot_queries.pilot_history(after, RULE, region_ids=[place.region_id])
    assert not history.counts("nearest", place.zone_id, after.now)
    assert refusal(piloting.roll_out, after, pilot_id=key, reason="x") == ("territory.pilot_over", [])
    assert start(later(uow, hours=2), place) != key


def test_a_zone_that_was_planned_for_later_may_begin_sooner_and_none_begins_later(uow, place, next_zone):
    key = start(uow, place)
    far, near = uow.now + timedelta(days=9), uow.now + timedelta(days=1)
    for begins in (far, near, far):
        piloting.widen_pilot(uow, pilot_id=key, zone_ids=[next_zone], effective_from=begins)
    assert pilot_queries.pilot(uow, key).zones == {place.zone_id: uow.now, next_zone: near}


def test_what_cannot_be_tried_is_refused_with_its_place(uow, place, next_zone):
    abroad = factories.places(uow)
    retire(uow, level=Level.ZONE, place_id=next_zone, size_reason="x")
    for zone_id in (abroad.zone_id, next_zone, uow.new_id()):
        assert refusal(start, uow, place, place.zone_id, zone_id) == ("territory.pilot_zone_unknown", ["/zone_ids/1"])
    assert refusal(start, uow, place, reason=" ") == ("invalid", ["/reason"])
    empty = refusal(
        piloting.start_pilot, uow, region_id=place.region_id, kind=RULE, subject="x", zone_ids=[], reason="x"
    )
    assert empty == ("territory.pilot_zone_unknown", ["/zone_ids"])
    key = start(uow, place)
    assert refusal(start, uow, place) == ("territory.pilot_running", ["/subject"])
    past = {"pilot_id": key, "zone_ids": [place.zone_id], "effective_from": uow.now - timedelta(seconds=1)}
    assert refusal(piloting.widen_pilot, uow, **past) == ("territory.pilot_in_the_past", ["/effective_from"])


def test_only_the_operations_of_the_region_decide_and_others_do_not_even_see_it(uow, place):
    key = start(uow, place)
    station = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    stranger = factories.acting(uow, factories.user(uow, region_id=factories.region(uow)))
    assert refusal(start, station, place, subject="y") == ("forbidden", [])
    assert refusal(piloting.stop_pilot, station, pilot_id=key, reason="x") == ("forbidden", [])
    assert pilot_queries.pilot(station, key).subject == "nearest"
    assert refusal(piloting.stop_pilot, stranger, pilot_id=key, reason="x") == ("territory.pilot_unknown", [])
    assert refusal(start, stranger, place, subject="y") == ("territory.region_unknown", [])
    assert pilot_queries.page_of_pilots(stranger, region_id=place.region_id, limit=5).items == ()


def test_whoever_has_the_subject_hears_of_it_and_may_refuse_it(uow, place):
    heard = []

    def know(_uow, event):
        if event.subject == "nobody":
            raise INVALID("no such rule", path="/subject")
        heard.append(type(event).__name__)

    uow.handlers = {PilotStarting: (know,), PilotChanged: (know,)}
    assert refusal(start, uow, place, subject="nobody") == ("invalid", ["/subject"])
    piloting.stop_pilot(uow, pilot_id=start(uow, place), reason="x")
    assert heard == ["PilotStarting", "PilotChanged", "PilotChanged"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_who_start_the_same_trial_at_once_one_is_refused(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
    both, outcomes = threading.Barrier(2), []

    def attempt():
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                both.wait(10)
                start(uow, place)
            outcomes.append("started")
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["started", "territory.pilot_running"]
