"""The job asks a real server through geopy: in its pace, outside of transactions, once for an address; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.geocoding import service
from dispatch.geocoding.jobs import look_up_addresses
from dispatch.geocoding.matches import MatchQuality
from dispatch.geocoding.models import AddressTask
from dispatch.geocoding.provider import ProviderAccess
from dispatch.geocoding.providers import nominatim
from dispatch.geocoding.subjects import AddressLookedUp, Subject, SubjectKind
from kernel.actor import system_actor
from tests import factories
from tests.dispatch.geocoding.provider import house

LAT, LON = 33.78, 119.26


@pytest.fixture
def heard(runtime):
    events = []
    runtime.handlers = {AddressLookedUp: (lambda _uow, event: events.append(event),)}
    return events


@pytest.fixture
def region_id(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        factories.zone(uow, place.group_id, boundary=factories.square(LAT, LON))
    return place.region_id


def ask(runtime, region_id, *addresses):
    with runtime.unit_of_work(system_actor()) as uow:
        service.ask(uow, [Subject(SubjectKind.SITE, uow.new_id(), region_id, one) for one in addresses])


def work(runtime, local, **options):
    provider = nominatim(ProviderAccess(local.url, "", "fieldbeat-test", 2.0))
    slept = []
    look_up_addresses(runtime, provider, **{"per_minute": 60, "sleep": slept.append} | options)
    return slept


def left(runtime):
    with runtime.reading(system_actor()) as reading:
        return reading.session.scalar(select(func.count()).select_from(AddressTask))


def test_one_question_a_second_and_what_is_known_at_once(runtime, local, region_id, heard, clock):
    local.places = {"人民路 3 号": house(LAT, LON)}
    ask(runtime, region_id, "人民路 3 号", "人民路3号", "nowhere")
    work(runtime, local)
    assert len(local.asked) == 1
    clock.at += timedelta(seconds=1)
    work(runtime, local)
    clock.at += timedelta(seconds=1)
    work(runtime, local)
    assert sorted(query["q"] for _, query, _ in local.asked) == ["nowhere", "人民路 3 号"]
    assert left(runtime) == 0
    found = [event.match.quality for event in heard if event.match is not None]
    assert (found, len(heard)) == ([MatchQuality.ROOFTOP] * 2, 3)


def test_no_transaction_is_open_while_the_provider_thinks(runtime, local, region_id, heard):
    ask(runtime, region_id, "人民路 3 号")
    if runtime.engine.dialect.name == "postgresql":
        checked_out = []
        answer = local.answer
        local.answer = lambda path, query: (checked_out.append(runtime.engine.pool.checkedout()), answer(path, query))[
            1
        ]
        work(runtime, local)
        assert checked_out == [0]
    else:

        def answer(path, query):
            # With a writer's transaction open this would wait for its lock, in vain.
            with runtime.unit_of_work(system_actor()) as uow:
                factories.region(uow)
            return []

        local.answer = answer
        work(runtime, local)
    assert len(heard) == 1


def test_a_failure_puts_the_task_off_and_leaves_the_provider_alone(runtime, local, region_id, heard, clock):
    local.status = 503
    ask(runtime, region_id, "a", "b")
    for _ in range(3):
        work(runtime, local)
    assert (len(local.asked), left(runtime), heard) == (1, 2, [])
    local.status = 200
    for _ in range(4):
        clock.at += timedelta(seconds=11)
        work(runtime, local)
    assert (len(heard), left(runtime)) == (2, 0)


def test_an_answer_far_from_all_zones_of_the_region_is_not_trusted(runtime, local, region_id, heard):
    local.places = {"Springfield": house(39.8, -89.6)}
    ask(runtime, region_id, "Springfield")
    work(runtime, local)
    assert heard[0].match.quality is MatchQuality.UNKNOWN


def test_a_short_pause_is_slept_through_and_a_long_one_is_not(runtime, local, region_id, heard):
    ask(runtime, region_id, "a", "b")
    assert work(runtime, local, per_minute=600)[0] == pytest.approx(0.1)
    assert len(local.asked) == 1
