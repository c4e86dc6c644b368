"""A key that is about to end is told of, each stage once, to whoever has to do something about it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.accounts import service as accounts
from dispatch.accounts.keys import service as keys
from dispatch.accounts.kinds import AccountKind
from dispatch.notifications.key_ends import warn_of_key_ends
from dispatch.notifications.models import Notification
from kernel.actor import Level, Role, system_actor
from sync import wiring
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

DAYS = 30


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def keeper(uow, here):
    return factories.person_with(
        uow, Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id, region_id=here.region_id, valid_from=NOW
    )


@pytest.fixture
def root(uow):
    return factories.person_with(uow, Role.ADMINISTRATOR, Level.EVERYWHERE, None)


@pytest.fixture
def erp(uow, here):
    made = accounts.create_user(uow, login="erp", name="ERP", region_id=here.region_id, kind=AccountKind.SERVICE)
    station = {"level": Level.STATION, "place_id": here.station_id, "region_id": here.region_id}
    accounts.grant_role(uow, user_id=made, role=Role.STATION_MANAGER, **station)
    return made


def make(uow, user_id, days=DAYS):
    whole = timedelta(days=days)
    return keys.make(uow, name="nightly", scopes=["work-orders:read"], longest=whole, user_id=user_id).id


def look(uow, *days):
    """Look at every key on each of these days after now, and return how many notices there were in all after each."""
    counts = []
    for day in days:
        uow.now = NOW + timedelta(days=day)
        assert warn_of_key_ends(uow) is None
        counts.append(len(told(uow)))
    return counts


def told(uow):
    columns = (Notification.recipient_id, Notification.template, Notification.title, Notification.body)
    return uow.session.execute(select(*columns).order_by(Notification.id)).all()


def test_those_in_charge_of_a_service_account_are_told_once_at_each_stage(uow, erp, keeper, root):
    make(uow, erp)
    assert look(uow, 0, 15, 16, 16, 27, 28, 28, 29, 30, 31) == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert {(row.recipient_id, row.template) for row in told(uow)} == {(keeper, "accounts.key_ends")}
    assert "nightly" in told(uow)[0].title
    assert "erp" in told(uow)[0].body


def test_a_clock_that_jumps_tells_nothing_twice_and_nothing_that_is_over(uow, erp, keeper):
    make(uow, erp)
    # Forward past the first stage; back before it; forward again; far beyond the end, and back.
    assert look(uow, 29, 3, 20, 29, 400, 28.5, 17) == [1] * 7


def test_a_key_that_was_rotated_is_told_of_anew_before_its_new_end(uow, erp, keeper):
    key_id = make(uow, erp)
    assert look(uow, 29) == [1]
    keys.rotate(uow, key_id=key_id, longest=timedelta(days=365))
    assert look(uow, 30, 44, 45, 58) == [1, 1, 2, 3]


def test_people_are_told_of_their_own_and_nobody_of_what_is_over_already(uow, here, keeper):
    person = factories.person_with(uow, Role.AGENT, Level.REGION, here.region_id, region_id=here.region_id)
    theirs = factories.acting(uow, person)
    mine, revoked, short = (make(theirs, None, days) for days in (DAYS, DAYS, 1.5))
    keys.revoke(theirs, key_id=revoked)
    look(uow, 0, 1, 16, 29)
    assert len({mine, revoked, short}) == 3
    assert [row.recipient_id for row in told(uow)] == [person, person]


def test_who_is_in_charge_is_who_could_rotate_it_and_where_nobody_is_the_administrators(uow, here, keeper, root):
    elsewhere = factories.places(uow).region_id
    far = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, elsewhere, region_id=elsewhere)
    high = accounts.create_user(uow, login="high", name="x", region_id=here.region_id, kind=AccountKind.SERVICE)
    region = {"level": Level.REGION, "place_id": here.region_id, "region_id": here.region_id}
    accounts.grant_role(uow, user_id=high, role=Role.REGIONAL_OPERATIONS, **region)
    lonely = accounts.create_user(uow, login="lonely", name="x", kind=AccountKind.SERVICE)
    for one in (high, lonely):
        make(uow, one)
    look(uow, 29)
    assert sorted(row.recipient_id for row in told(uow)) == [root, root]
    assert far not in {row.recipient_id for row in told(uow)}


def test_the_number_of_statements_does_not_grow_with_the_keys(uow, erp, keeper):
    make(uow, erp)
    uow.now = NOW + timedelta(days=16)
    with recorded(uow.session) as few:
        warn_of_key_ends(uow)
    uow.now = NOW
    for _ in range(10):
        make(uow, erp)
    uow.now = NOW + timedelta(days=16)
    with recorded(uow.session) as many:
        warn_of_key_ends(uow)
    assert len(told(uow)) == 11
    assert 0 < len(many) <= len(few)


def test_the_job_goes_through_all_of_them(runtime, clock):
    with runtime.unit_of_work(system_actor()) as uow:
        person = factories.person_with(uow, Role.ADMINISTRATOR, Level.EVERYWHERE, None)
        theirs = factories.acting(uow, person)
        for _ in range(3):
            make(theirs, None)
    clock.at += timedelta(days=16)
    for _ in range(2):
        wiring.warn_of_keys(runtime)
    with runtime.reading(system_actor()) as reading:
        assert len(told(reading)) == 3
