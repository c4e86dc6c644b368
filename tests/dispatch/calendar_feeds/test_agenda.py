from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dispatch.calendar_feeds.agenda import STRUCK_FOR, EventStatus, agenda_of
from dispatch.work_orders.itinerary import Stop
from dispatch.work_orders.visits import VisitState

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ZONE = UUID(int=7)


def stop(state=VisitState.AGREED, **changes):
    known = {
        "id": UUID(int=1),
        "zone_id": ZONE,
        "state": state,
        "start_at": NOW,
        "end_at": NOW + timedelta(hours=2),
        "agreed_at": NOW - timedelta(days=3),
        "changed_at": NOW - timedelta(days=1),
        "revision": 3,
        "number": "WO-1",
        "work_type": "repair",
        "work_name": "维修",
        "work_name_en": "Repair",
    }
    return Stop(**{**known, **changes})


def shown(*stops, locale="zh-CN"):
    return agenda_of(stops, zones={ZONE: "涟城一片区"}, timezone="Asia/Shanghai", locale=locale, now=NOW)


@pytest.mark.parametrize(
    ("state", "status", "chinese", "english"),
    [
        (VisitState.PROPOSED, EventStatus.TENTATIVE, "待客户确认：维修 WO-1", "To be confirmed: Repair WO-1"),
        (VisitState.AGREED, EventStatus.CONFIRMED, "维修 WO-1", "Repair WO-1"),
        (VisitState.KEPT, EventStatus.CONFIRMED, "维修 WO-1", "Repair WO-1"),
        (VisitState.MISSED, EventStatus.CONFIRMED, "维修 WO-1", "Repair WO-1"),
        (VisitState.RESCHEDULED, EventStatus.CANCELLED, "已改期：维修 WO-1", "Moved: Repair WO-1"),
        (VisitState.CANCELLED, EventStatus.CANCELLED, "已取消：维修 WO-1", "Cancelled: Repair WO-1"),
    ],
)
def test_each_state_has_its_status_and_says_so_in_words(state, status, chinese, english):
    (event,) = shown(stop(state)).events
    assert (event.status, event.title, event.place) == (status, chinese, "涟城一片区")
    assert shown(stop(state), locale="en").events[0].title == english


@pytest.mark.parametrize("state", [VisitState.CANCELLED, VisitState.RESCHEDULED])
def test_what_was_dropped_stays_for_a_while_if_it_was_ever_agreed(state):
    last = NOW - STRUCK_FOR
    assert shown(stop(state, changed_at=last + timedelta(seconds=1))).events
    assert not shown(stop(state, changed_at=last)).events
    assert not shown(stop(state, agreed_at=None)).events, (
        "a proposal that came to nothing was never in the way of anything"
    )


def test_work_that_the_region_has_no_name_for_goes_by_its_code():
    assert shown(stop(work_name=None, work_name_en=None)).events[0].title == "repair WO-1"
    assert shown(stop(work_name_en=None), locale="en").events[0].title == "维修 WO-1"
    assert shown(stop(zone_id=None)).events[0].place is None
