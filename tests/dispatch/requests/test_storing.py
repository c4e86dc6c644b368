"""Which imported orders are dropped when their source closes them, and which are left to their people; on both databases."""

from datetime import UTC, datetime

import pytest

from dispatch.assignment.service import assign_automatically
from dispatch.csv_stream import Record
from dispatch.requests.mapping import ColumnMapping, RowReader
from dispatch.requests.queries import RequestFilter, page_of_requests
from dispatch.requests.storing import PlacedRow, close_orders, known_requests, store_rows
from dispatch.requests.zone_words import ZoneNeed
from dispatch.requests.zoning import Found
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence, Status
from dispatch.work_orders.service import command
from tests import factories

COLUMNS = ("external_ref", "opened", "closed", "status", "category")
MAPPING = ColumnMapping(
    source="crm", timezone="UTC", columns={name: name for name in COLUMNS}, statuses={"done": Status.CLOSED}
)


def row(reference="1", closed="", status=""):
    return RowReader(MAPPING, COLUMNS).read(Record(2, 2, [reference, "2026-11-20", closed, status, "Outage"]))


def placed(row, place, needs=None):
    return PlacedRow(row, place, Found(place.zone_id, needs=needs))


@pytest.fixture
def place(uow):
    return factories.places(uow)


def known(uow, place, reference="1"):
    return known_requests(uow, place.region_id, "crm", [reference])[reference]


def close(uow, place, **given):
    return len(close_orders(uow, "crm", [(row(**given), known(uow, place))]))


def waiting_of(stored):
    return [one.order_id for one in stored if one.waits]


def test_a_work_type_that_is_new_is_defined_by_its_category(uow, place):
    types: set[str] = set()
    store_rows(uow, place.region_id, "crm", [placed(row(), place)], types)
    assert types == {"outage"}
    (made,) = work_orders.work_types(uow, place.region_id)
    assert (made.code, made.name) == ("outage", "Outage")


def test_a_new_work_type_gets_the_checklist_that_was_chosen_and_a_known_one_keeps_its_own(uow, place):
    types: set[str] = set()
    store_rows(uow, place.region_id, "crm", [placed(row(), place)], types, template_code="five-steps")
    store_rows(uow, place.region_id, "crm", [placed(row("2"), place)], types, template_code="another")
    (made,) = work_orders.work_types(uow, place.region_id)
    assert made.template_code == "five-steps"


def test_only_open_orders_in_a_zone_wait_for_somebody(uow, place):
    nowhere = type(place)(place.region_id)
    rows = [placed(row("1"), place), placed(row("2", closed="2026-11-21"), place), placed(row("3"), nowhere)]
    waiting = waiting_of(store_rows(uow, place.region_id, "crm", rows, set()))
    assert waiting == [known(uow, place).work_order_id]


def test_an_open_row_without_a_zone_waits_for_one_and_history_does_not(uow, place):
    region = type(place)(place.region_id)
    rows = [placed(row("1"), region, ZoneNeed.OUTSIDE), placed(row("2", closed="2026-11-21"), region, ZoneNeed.OUTSIDE)]
    store_rows(uow, place.region_id, "crm", rows, set())
    page = page_of_requests(uow, filters=RequestFilter(needs_zone=True), limit=9)
    assert [(one.external_ref, one.needs_zone) for one in page.items] == [("1", "outside")]


def test_an_order_that_nobody_has_begun_is_cancelled_with_the_reason(uow, place):
    factories.technician(uow, place)
    waiting = waiting_of(store_rows(uow, place.region_id, "crm", [placed(row(), place)], set()))
    assign_automatically(uow, waiting)
    assert close(uow, place, closed="2026-11-21") == 1
    assert work_orders.order(uow, waiting[0]).row.status == "cancelled"
    last = work_orders.timeline(uow, waiting[0], limit=9).items[-1]
    assert (last.kind, last.data["reason"], last.data["note"]) == ("work_order.cancel", "other", "closed in crm")
    assert known(uow, place).closed_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_an_order_that_somebody_is_at_is_left_to_them(uow, place):
    technician = factories.technician(uow, place)
    waiting = waiting_of(store_rows(uow, place.region_id, "crm", [placed(row(), place)], set()))
    assign_automatically(uow, waiting)
    command(
        factories.acting(uow, technician),
        order_id=waiting[0],
        command=Command.ACCEPT,
        command_id=uow.new_id(),
        data={},
        evidence=Evidence(),
    )
    assert close(uow, place, closed="2026-11-21") == 1
    assert work_orders.order(uow, waiting[0]).row.status == "accepted"
    assert known(uow, place).closed_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_closed_without_a_time_is_closed_now_once(uow, place):
    store_rows(uow, place.region_id, "crm", [placed(row(), place)], set())
    assert close(uow, place, status="done") == 1
    assert known(uow, place).closed_at == uow.now


def test_what_was_imported_as_closed_without_a_time_stays_so(uow, place):
    store_rows(uow, place.region_id, "crm", [placed(row(status="done"), place)], set())
    assert close(uow, place, status="done") == 0
    assert known(uow, place).closed_at is None
