"""What begins and ends by itself reaches phones, whatever the clock does and however often the sweep is killed or repeated."""

import contextlib
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from dispatch.accounts.service import announce_person
from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.models import Shift
from dispatch.policies.service import set_policy
from dispatch.territory.appointing import appoint, vacate
from dispatch.territory.duties import DutyKind
from dispatch.work_orders.catalogue import check_rules
from kernel.actor import Level, Role, system_actor
from kernel.bulk import insert_rows
from kernel.change_feed import FeedRow
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from sync.feed import moments
from sync.feed.jobs import tell_of_moments
from sync.feed.models import FeedClock
from tests.statements import recorded
from tests.sync.killing import killed_at
from tests.sync.machine.field import FieldPhone
from tests.sync.world import World

HOUR = timedelta(hours=1)
hours = st.integers(0, 72)
lengths = st.integers(1, 48)
ACTS = st.one_of(
    st.tuples(st.just("role"), hours, lengths),
    st.tuples(st.just("deputy"), hours, lengths),
    st.tuples(st.just("away"), hours, lengths),
    st.tuples(st.just("shift"), hours, lengths),
    st.tuples(st.just("rules"), hours, lengths),
    st.tuples(st.just("time"), st.sampled_from([-60, -7, -1, 1, 5, 12, 40, 100]), st.just(0)),
    st.tuples(st.just("sweep"), st.just(0), st.just(0)),
    st.tuples(st.just("killed"), st.integers(0, 12), st.just(0)),
    st.tuples(st.just("pull"), st.just(0), st.just(0)),
)


def role(uow: UnitOfWork, world: World, who: UUID, begins: datetime, ends: datetime) -> None:
    people.give_role(
        uow,
        user_id=who,
        role=Role.GROUP_LEADER,
        level=Level.GROUP,
        place_id=world.places.group_id,
        valid_from=begins,
        valid_to=ends,
    )


def deputy(uow: UnitOfWork, world: World, who: UUID, begins: datetime, ends: datetime) -> None:
    zone_id = world.places.zone_id
    assert zone_id is not None
    appoint(uow, place_id=zone_id, kind=DutyKind.DEPUTY, user_id=who, valid_from=begins)
    vacate(uow, place_id=zone_id, kind=DutyKind.DEPUTY, reason="结束", valid_from=ends)


def away(uow: UnitOfWork, _world: World, who: UUID, begins: datetime, ends: datetime) -> None:
    request_absence(uow, technician_id=who, kind=AbsenceKind.LEAVE, start_at=begins, end_at=ends, approve=True)


def shift(uow: UnitOfWork, world: World, who: UUID, begins: datetime, ends: datetime) -> None:
    """Plan a shift past the roster, which wants whole days; phones are told as it tells them."""
    places = {name: getattr(world.places, name) for name in ("region_id", "station_id", "group_id")}
    row = {"id": uow.new_id(), "technician_id": who, "day": begins.date(), "type_code": "day", **places}
    row |= {"place_id": world.places.group_id, "start_at": begins, "end_at": ends, "created_at": uow.now}
    insert_rows(uow.session, Shift, [{**row, "created_by": uow.actor.user_id}])
    announce_person(uow, who, world.region_id)


def rules(uow: UnitOfWork, world: World, _who: UUID, begins: datetime, ends: datetime) -> None:
    document = {"travel_minutes": int((ends - begins) / HOUR)}
    check_rules(uow, world.region_id, document)
    set_policy(uow, region_id=world.region_id, subject="work_orders", rules=document, effective_from=begins)


def do(world: World, phone: FieldPhone, act: tuple[str, int, int]) -> None:
    name, at, length = act
    if name == "time":
        # The sweep comes every minute, so it sees how far the clock was, and that it was put back: what a phone pulls
        # between the two may stay old.
        if at < 0:
            tell_of_moments(world.runtime)
        world.clock.at += at * HOUR
        if at < 0:
            tell_of_moments(world.runtime)
    elif name == "pull":
        phone.read_all()
    elif name == "sweep":
        tell_of_moments(world.runtime)
    elif name == "killed":
        killed_at(world.runtime.engine, at, partial(tell_of_moments, world.runtime))
    else:
        who, begins = phone.phone.user_id, world.clock.at + at * HOUR
        with world.runtime.unit_of_work(system_actor()) as uow:
            globals()[name](uow, world, who, begins, begins + length * HOUR)


def rest(world: World, phone: FieldPhone) -> None:
    """I7: after the sweep the phone holds what one gets that begins anew."""
    world.clock.at += 2 * moments.SLACK
    for _ in range(2):
        tell_of_moments(world.runtime)
    phone.read_all(3)
    fresh = phone.fresh()
    fresh.read_all()
    assert phone.documents() == fresh.documents()


TURNS = [
    (role, 2 * HOUR, {"roles"}),
    (role, 5 * HOUR, {"roles"}),
    (deputy, 5 * HOUR, {"duties"}),
    (away, 29 * HOUR, {"absences"}),
    (shift, 29 * HOUR, {"shifts"}),
    (rules, 2 * HOUR, {"rules"}),
]


@pytest.mark.parametrize(("give", "after", "shown"), TURNS, ids=[f"{one[0].__name__}-{one[1]}" for one in TURNS])
def test_each_is_told_when_its_moment_comes_and_neither_before_nor_again(world, give, after, shown):
    phone, begun = world.phone(), world.clock.at
    tell_of_moments(world.runtime)
    with world.runtime.unit_of_work(system_actor()) as uow:
        give(uow, world, phone.user_id, begun + 2 * HOUR, begun + 5 * HOUR)
    # What comes before this moment has been told, and is on the phone.
    world.clock.at = begun + after - HOUR
    tell_of_moments(world.runtime)
    phone.pull()
    world.clock.at = begun + after + moments.SLACK - timedelta(seconds=1)
    tell_of_moments(world.runtime)
    assert phone.pull() == []
    before = dict(phone.documents)
    world.clock.at += timedelta(seconds=1)
    tell_of_moments(world.runtime)
    (change,) = phone.pull()
    old, new = before[change["type"], change["id"]], change["doc"]
    assert {name for name in new if new[name] != old[name]} == shown
    for _ in range(2):
        world.clock.at += timedelta(minutes=1)
        tell_of_moments(world.runtime)
        assert phone.pull() == []


def roles_given(world: World, people_: int, begins: datetime) -> list[UUID]:
    hired = [world.hire() for _ in range(people_)]
    with world.runtime.unit_of_work(system_actor()) as uow:
        for who in hired:
            role(uow, world, who, begins, begins + HOUR)
    return hired


def told(world: World, people_: list[UUID], since: datetime) -> int:
    statement = select(func.count()).where(
        FeedRow.type == "me", FeedRow.id.in_([str(one) for one in people_]), FeedRow.changed_at > since
    )
    with world.reading() as reading:
        return reading.session.scalar(statement) or 0


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=1)], ids=["at-once", "apart"])
def test_after_a_stop_it_catches_up_in_pieces_and_leaves_nobody_out(world, apart):
    tell_of_moments(world.runtime)
    begun = world.clock.at
    hired = [one for nth in range(4) for one in roles_given(world, 2, begun + HOUR + nth * apart)]
    world.clock.at += timedelta(days=3)
    pieces = 1
    with world.runtime.unit_of_work(system_actor()) as uow:
        more = moments.tell(uow, limit=2)
    while more:
        pieces += 1
        with world.runtime.unit_of_work(system_actor()) as uow:
            more = moments.tell(uow, limit=2)
    assert pieces >= (2 if apart else 1)
    assert told(world, hired, begun) == len(hired)


def test_the_statements_are_the_same_few_for_any_number_of_people(world):
    counts = []
    for number in (1, 6):
        tell_of_moments(world.runtime)
        roles_given(world, number, world.clock.at + HOUR)
        world.clock.at += timedelta(hours=1, minutes=1)
        with world.reading() as reading, recorded(reading.session) as sql:
            tell_of_moments(world.runtime)
        counts.append(len(sql))
    # The clock's row, six questions, the row again, and the feed: its head and its rows. SQLite counts its BEGIN, too.
    assert counts[0] == counts[1] <= 11


def test_a_sweep_that_is_killed_anywhere_has_done_nothing_or_all(world):
    tell_of_moments(world.runtime)
    at = 0
    while True:
        begun = world.clock.at
        hired = roles_given(world, 2, begun + HOUR)
        world.clock.at += timedelta(hours=1, minutes=1)
        died = killed_at(world.runtime.engine, at, partial(tell_of_moments, world.runtime))
        with world.reading() as reading:
            stands = reading.session.scalar(select(FeedClock.told_until))
        assert (told(world, hired, begun) == 2) is (stands > begun) is not died
        tell_of_moments(world.runtime)
        assert told(world, hired, begun) == 2
        if not died:
            return
        at += 1


@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=3, max_size=14))
@example(acts=[("sweep", 0, 0), ("pull", 0, 0), ("time", -60, 0)])  # before the role that began as the sweep came
def test_at_rest_a_phone_holds_what_its_user_may_read_whatever_began_ended_or_went_wrong(world, acts):
    world.technicians = [world.hire()]
    signed_in = partial(world.phone, 0, str(world.technicians[0]))
    phone = FieldPhone(signed_in(), 0, lambda _: signed_in().token)
    for act in acts:
        with contextlib.suppress(DomainError):  # an absence in the past, a duty that is taken: nothing happened
            do(world, phone, act)
    rest(world, phone)
    world.clock.at += 24 * HOUR
    rest(world, phone)
