"""What commands check against their surroundings, and what they leave behind."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.work_orders.effects import EFFECTS
from dispatch.work_orders.geofence import Position
from dispatch.work_orders.lifecycle import Asked, Command, FollowUp, Status
from dispatch.work_orders.records import BookOrder, Entry
from dispatch.work_orders.rules import OrderRules
from dispatch.work_orders.surroundings import RegionRules, Surroundings
from dispatch.work_orders.windows import Window
from kernel.actor import Role
from kernel.errors import DomainError
from tests.conftest import NOW

ORDER, OTHER_ORDER, REGION, SITE, ME, BEN = (UUID(int=n) for n in range(1, 7))
HOUR = timedelta(hours=1)
BLANK = dict.fromkeys(BookOrder.__dataclass_fields__)
HERE = Position(33.781, 119.261)


def order(status: Status, **changes) -> BookOrder:
    plain = {"id": ORDER, "region_id": REGION, "site_id": SITE, "status": status, "assignee_id": ME, "version": 3}
    return BookOrder(**{**BLANK, **plain, "declines": 0, "escalated": False, **changes})


def around(**rules) -> Surroundings:
    return Surroundings(
        {REGION: RegionRules(replace(OrderRules(), **rules))}, {SITE: HERE}, {ME: {}, BEN: {}}, {ME: set()}
    )


def act(
    one: BookOrder, command: Command, where: Surroundings, *, lenient=False, roles=(Role.TECHNICIAN,), at=NOW, **data
):
    entry = Entry(UUID(int=99), ORDER, f"work_order.{command}", ME, at, NOW)
    fix = data.pop("fix", None)
    if fix is not None:
        entry.lat, entry.lon, entry.accuracy_m = fix
    EFFECTS[command](one, Asked(command, ME, frozenset(roles), at, data=data, lenient=lenient), where, entry)
    return entry


def refused(*args, **options) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    return caught.value.code, caught.value.fields[0].path if caught.value.fields else None


def test_the_last_decline_that_a_region_bears_is_for_a_leader():
    one, where = order(Status.ASSIGNED), around(declines_before_escalation=2)
    assert act(one, Command.DECLINE, where).flags == ()
    assert (one.declines, one.escalated) == (1, False)
    assert act(one, Command.DECLINE, where).flags == ("escalated",)
    assert (one.declines, one.escalated) == (2, True)
    act(one, Command.ACCEPT, where)
    assert (one.declines, one.escalated) == (2, False)


WINDOW = {"window_start_at": NOW + 2 * HOUR, "window_end_at": NOW + 4 * HOUR}


def test_nobody_is_booked_twice_at_a_time_with_the_way_between():
    where = around(travel_minutes=30)
    where.diaries[ME][OTHER_ORDER] = Window(NOW + 4 * HOUR, NOW + 6 * HOUR)
    one = order(Status.ACCEPTED)
    assert refused(one, Command.SCHEDULE, where, **WINDOW) == ("work_order.double_booked", "/data/window_start_at")
    assert one.window_start_at is None
    assert refused(one, Command.SCHEDULE, where, lenient=True, **WINDOW)[0] == "work_order.double_booked"
    act(one, Command.SCHEDULE, around(), **WINDOW)
    assert (one.window_start_at, one.responded_at) == (NOW + 2 * HOUR, NOW)


def test_an_order_with_a_window_goes_only_to_who_is_free_then():
    where = around()
    where.diaries[BEN][OTHER_ORDER] = Window(NOW + 3 * HOUR, NOW + 5 * HOUR)
    one = order(Status.ACCEPTED, **WINDOW)
    give = {"technician_id": str(BEN)}
    assert refused(one, Command.REASSIGN, where, **give) == ("work_order.double_booked", "/data/technician_id")
    act(order(Status.ACCEPTED), Command.REASSIGN, where, **give)
    act(one, Command.REASSIGN, where, at=NOW + 4 * HOUR, **give)


def test_somebody_on_the_way_says_when_they_will_be_there():
    one, where = order(Status.ACCEPTED), around()
    act(one, Command.DEPART, where, eta_at=NOW + HOUR)
    assert one.eta_at == NOW + HOUR
    assert refused(one, Command.DEPART, where, eta_at=NOW) == ("work_order.eta_past", "/data/eta_at")
    assert refused(one, Command.DEPART, where, eta_at="soon") == ("work_order.data_missing", "/data/eta_at")
    for odd in ("soon", 7, "2020-01-01T00:00:00Z"):
        assert act(one, Command.DEPART, where, lenient=True, eta_at=odd).flags == ()
        assert one.eta_at is None


def test_nobody_is_on_two_ways_but_a_phone_that_was_is_believed():
    where = around()
    where.trips[ME] = {OTHER_ORDER}
    assert refused(order(Status.ACCEPTED), Command.DEPART, where) == ("work_order.other_trip", None)
    assert act(order(Status.ACCEPTED), Command.DEPART, where, lenient=True).flags == ("other_trip",)
    where.trips[ME] = {ORDER}
    assert act(order(Status.ACCEPTED), Command.DEPART, where).flags == ()


NEAR, FAR = (33.7815, 119.261, 10.0), (33.80, 119.261, 10.0)


def test_arriving_elsewhere_needs_a_reason_and_shows():
    one, where = order(Status.EN_ROUTE), around()
    entry = act(one, Command.ARRIVE, where, fix=NEAR)
    assert (entry.flags, one.arrived_at) == ((), NOW)
    assert entry.data["distance_m"] == pytest.approx(55.5, abs=0.5)
    far = order(Status.EN_ROUTE)
    assert refused(far, Command.ARRIVE, where, fix=FAR) == ("work_order.geofence_miss", "/data/reason")
    assert far.arrived_at is None
    entry = act(far, Command.ARRIVE, where, fix=FAR, reason="site_wrong")
    assert (entry.flags, far.arrived_at) == (("geofence_miss",), NOW)
    assert act(order(Status.EN_ROUTE), Command.ARRIVE, where, fix=FAR, lenient=True).flags == ("geofence_miss",)


def test_arriving_without_a_position_shows_only_where_one_could_be_compared():
    assert act(order(Status.EN_ROUTE), Command.ARRIVE, around()).flags == ("no_position",)
    assert act(order(Status.EN_ROUTE, site_id=None), Command.ARRIVE, around()).flags == ()
    assert act(order(Status.EN_ROUTE), Command.ARRIVE, around(geofence_metres=0), fix=FAR).flags == ()


def test_a_technicians_hold_ends_by_itself_and_a_leaders_when_they_say():
    where = around(longest_hold_minutes=120)
    one = order(Status.ON_SITE)
    act(one, Command.HOLD, where, reason="weather")
    assert (one.hold_until, one.status_before_hold) == (NOW + 2 * HOUR, Status.ON_SITE)
    too_long = {"reason": "weather", "until": NOW + 3 * HOUR}
    assert refused(order(Status.ON_SITE), Command.HOLD, where, **too_long) == (
        "work_order.hold_too_long",
        "/data/until",
    )
    one = order(Status.ON_SITE)
    assert act(one, Command.HOLD, where, lenient=True, **too_long).flags == ("hold_shortened",)
    assert one.hold_until == NOW + 2 * HOUR
    for data, until in ((too_long, NOW + 3 * HOUR), ({"reason": "weather"}, None)):
        one = order(Status.ON_SITE)
        act(one, Command.HOLD, where, roles=(Role.GROUP_LEADER,), **data)
        assert one.hold_until == until


def test_a_hold_that_ends_before_it_begins_is_refused():
    back = {"reason": "weather", "until": NOW - HOUR}
    assert refused(order(Status.ON_SITE), Command.HOLD, around(), **back) == (
        "work_order.hold_backwards",
        "/data/until",
    )
    one = order(Status.ON_SITE)
    act(one, Command.HOLD, around(), lenient=True, **back)
    assert one.hold_until == NOW + timedelta(days=7)


def test_what_could_not_be_completed_wants_a_decision_before_it_closes():
    one, where = order(Status.ON_SITE), around(close_after_days=2)
    act(one, Command.MARK_UNABLE, where)
    one.status = Status.UNABLE_TO_COMPLETE
    assert (one.follow_up, one.closes_at) == (FollowUp.PENDING, None)
    assert refused(one, Command.CLOSE, where) == ("work_order.decision_missing", "/data/without_follow_up")
    assert refused(one, Command.CLOSE, where, without_follow_up=True) == ("work_order.data_missing", "/data/note")
    act(one, Command.CLOSE, where, without_follow_up=True, note="客户放弃")
    assert (one.follow_up, one.closed_at) == (FollowUp.WAIVED, NOW)


def test_a_follow_up_is_a_decision():
    one, where = order(Status.UNABLE_TO_COMPLETE, follow_up=FollowUp.PENDING), around(close_after_days=2)
    act(one, Command.CREATE_FOLLOW_UP, where)
    assert (one.follow_up, one.closes_at) == (FollowUp.CREATED, NOW + timedelta(days=2))
    act(one, Command.CLOSE, where)
    assert one.closed_at == NOW


def test_work_closes_by_itself_a_while_after_we_learnt_of_it():
    one = order(Status.IN_PROGRESS)
    act(one, Command.COMPLETE, around(), at=NOW - timedelta(days=20))
    assert (one.completed_at, one.closes_at) == (NOW - timedelta(days=20), NOW + timedelta(days=7))


def test_reopening_is_for_a_while_and_begins_anew():
    where = around(reopen_within_days=30)
    one = order(Status.CLOSED, closed_at=NOW - timedelta(days=30), declines=2, escalated=True, **WINDOW)
    act(one, Command.REOPEN, where)
    assert (one.window_start_at, one.window_end_at, one.declines, one.escalated) == (None, None, 0, False)
    late = order(Status.CLOSED, closed_at=NOW - timedelta(days=30, seconds=1))
    assert refused(late, Command.REOPEN, where)[0] == "work_order.reopen_too_late"
    act(order(Status.UNABLE_TO_COMPLETE), Command.REOPEN, where)
