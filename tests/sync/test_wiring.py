from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.accounts.sessions.models import LoginSession
from dispatch.accounts.throttle.models import LoginTally
from dispatch.geocoding.jobs import LOOK_UP
from dispatch.notifications.models import Notification
from dispatch.people import service as people
from kernel.actor import system_actor
from kernel.job_queue import Lane
from kernel.outbox import OutboxMessage
from sync import wiring
from sync.reconcile.runner import DRAIN
from tests import factories


def test_the_watch_looks_at_every_clock_that_is_due_and_its_notices_are_sent(world):
    world.orders(3)
    world.phone()
    world.clock.at += timedelta(hours=5)
    wiring.watch_clocks(world.runtime)
    with world.reading() as reading:
        assert len(reading.session.scalars(select(OutboxMessage.key)).all()) == 3
    wiring.watch_clocks(world.runtime)
    world.runtime.senders = wiring.senders(world.runtime)
    wiring.send(world.runtime)
    with world.reading() as reading:
        assert reading.session.scalars(select(OutboxMessage.key)).all() == []


def test_everything_that_recurs_is_a_job_and_is_rung_for_in_one_lane(world):
    recurring = [one.job for one in wiring.periodic(world.runtime.settings)]
    assert set(recurring) <= set(wiring.JOBS)
    assert len(set(recurring)) == len(recurring)
    assert set(wiring.JOBS) - set(recurring) == {DRAIN}, "rung for by pushes and the sweep"


def test_what_may_take_long_never_holds_up_what_phones_wait_for(world):
    lanes = {one.job: one.lane for one in wiring.periodic(world.runtime.settings)}
    long = (wiring.SEND, wiring.MAKE, wiring.VERIFY, wiring.GENERATE, wiring.OUTAGES, wiring.PLANS)
    assert {lanes[job] for job in long} == {Lane.SLOW}
    assert {lanes[job] for job in (wiring.SWEEP, wiring.WATCH, wiring.MOVE)} == {Lane.QUICK}


def test_warnings_of_certificates_reach_the_inbox_and_are_sent(world):
    zone = ZoneInfo("Asia/Shanghai")
    with world.runtime.unit_of_work(system_actor()) as uow:
        who = factories.technician(uow, factories.places(uow), skills={"catv": 1})
        end = (uow.now.astimezone(zone) + timedelta(days=20)).date()
        people.certify(uow, technician_id=who, skill="catv", valid_until=end)
    for _ in range(2):
        wiring.warn_of_certificates(world.runtime)
    with world.reading() as reading:
        found = reading.session.execute(select(Notification.recipient_id, Notification.template)).all()
    assert [tuple(row) for row in found] == [(who, "people.certificate")]
    world.runtime.senders = wiring.senders(world.runtime)
    wiring.send(world.runtime)
    with world.reading() as reading:
        assert reading.session.scalars(select(OutboxMessage.key)).all() == []


def test_addresses_are_looked_up_only_where_a_provider_is_configured(world):
    assert LOOK_UP not in wiring.jobs_of(world.runtime.settings)
    quick = replace(world.runtime.settings, geocoder="nominatim", geocoder_per_minute=600)
    assert {one.job for one in wiring.periodic(quick)} <= set(wiring.jobs_of(quick))
    (ticking,) = (one for one in wiring.periodic(quick) if one.job == LOOK_UP)
    assert ticking.seconds == 1
    slow = replace(quick, geocoder_per_minute=6)
    (ticking,) = (one for one in wiring.periodic(slow) if one.job == LOOK_UP)
    assert ticking.seconds == 10


def test_what_signing_in_leaves_behind_is_dropped_once_it_is_over(world):
    with world.runtime.unit_of_work(system_actor()) as uow:
        factories.user(uow, login="li.na", password=factories.PASSWORD)
        factories.sign_in(uow, "li.na")
    world.clock.at += timedelta(hours=1)
    wiring.tidy_accounts(world.runtime)
    with world.reading() as reading:
        for table in (LoginSession, LoginTally):
            assert reading.session.scalars(select(table)).all() == []
