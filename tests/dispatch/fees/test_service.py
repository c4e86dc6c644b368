"""Fees at a desk: lines that come and go with a reason, within what each role may give away, and lists of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from dispatch.fees import queries, service
from dispatch.fees.events import FeesChanged
from dispatch.fees.queries import FeeFilter
from dispatch.policies import service as policies
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.models import TimelineEntry
from kernel.actor import Level, Role, Scope
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded

VISIT = {"code": "visit"}
LIST = {
    "tax_percent": "6",
    "items": [{"code": "visit", "text": "上门费", "kind": "labour", "price": "80.00"}],
}


@pytest.fixture
def here(undone):
    return factories.places(undone)


@pytest.fixture
def order(undone, here):
    policies.set_policy(undone, region_id=here.region_id, subject="fees", rules=LIST)
    order_id = factories.order(undone, here)
    factories.assign(undone, order_id, factories.technician(undone, here))
    return order_id


@pytest.fixture
def technician(undone, order):
    return factories.acting(undone, queries.briefs.briefs_of(undone, [order])[order].assignee_id)


def boss(uow, here):
    return factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code, [field.path for field in caught.value.fields]


def total(uow, order_id):
    return [(one.currency, one.amounts.total) for one in queries.fees_of_order(uow, order_id).totals]


def test_lines_come_and_go_and_the_timeline_and_the_phones_tell(undone, order, technician):
    heard = []
    technician.handlers = {FeesChanged: (lambda _uow, event: heard.append(event.order_ids),)}
    line = service.add_line(technician, order_id=order, data=VISIT)
    assert total(undone, order) == [("CNY", Decimal(80))]
    service.remove_line(technician, order_id=order, line_id=line.id, reason="输错")
    assert total(undone, order) == []
    ((gone, removal),) = queries.fees_of_order(undone, order).removed
    assert (gone.id, removal.reason, removal.user_id) == (line.id, "输错", technician.actor.user_id)
    kinds = undone.session.scalars(select(TimelineEntry.kind).where(TimelineEntry.work_order_id == order)).all()
    assert sorted(kinds)[:2] == ["fee.add", "fee.remove"]
    assert heard == [(order,), (order,)]
    assert any(one.type == "work_orders" and one.id == str(order) for one in technician.changes)


def test_the_same_line_again_is_one_line(undone, order, technician):
    key = undone.new_id()
    first = service.add_line(technician, order_id=order, data=VISIT, line_id=key)
    assert service.add_line(technician, order_id=order, data=VISIT, line_id=key) == first
    assert refused(service.add_line, technician, order_id=order, data={**VISIT, "quantity": "2"}, line_id=key) == (
        "fee.id_reused",
        ["/id"],
    )
    removal = undone.new_id()
    for _ in range(2):
        service.remove_line(technician, order_id=order, line_id=key, reason="x", removal_id=removal)
    assert refused(service.remove_line, technician, order_id=order, line_id=key, reason="x")[0] == "fee.removed"


def test_each_role_gives_away_as_much_as_the_region_says_and_with_a_reason(undone, here, order, technician):
    half = {**VISIT, "discount_percent": "50", "discount_reason": "投诉补偿"}
    assert refused(service.add_line, technician, order_id=order, data=half) == (
        "fee.discount_too_high",
        ["/discount"],
    )
    manager = boss(undone, here)
    service.add_line(manager, order_id=order, data=half)
    assert total(undone, order) == [("CNY", Decimal(40))]
    assert refused(service.add_line, manager, order_id=order, data={**half, "discount_percent": "51"})[0] == (
        "fee.discount_too_high"
    )
    assert refused(service.add_line, manager, order_id=order, data={**VISIT, "discount": "1"}) == (
        "fee.reason_missing",
        ["/discount_reason"],
    )


def test_an_asset_under_warranty_makes_its_line_free(undone, here, order, technician):
    new = {"region_id": here.region_id, "warranty_until": date(2100, 1, 1)}
    asset = factories.asset(undone, **new)
    line = service.add_line(technician, order_id=order, data={**VISIT, "asset_id": str(asset)})
    assert (line.warranty, total(undone, order)) == (True, [("CNY", Decimal(0))])
    elsewhere = factories.asset(undone, factories.region(undone), warranty_until=date(2100, 1, 1))
    assert not service.add_line(technician, order_id=order, data={**VISIT, "asset_id": str(elsewhere)}).warranty
    claim = {**VISIT, "asset_id": str(elsewhere), "warranty": True}
    assert refused(service.add_line, technician, order_id=order, data=claim)[0] == "fee.warranty_unproven"


def test_a_price_list_counts_from_its_moment_on_and_lines_keep_their_prices(undone, here, order, technician):
    dearer = {"items": [{**LIST["items"][0], "price": "95.00"}]}
    policies.set_policy(
        undone, region_id=here.region_id, subject="fees", rules=dearer, effective_from=undone.now + timedelta(days=1)
    )
    service.add_line(technician, order_id=order, data=VISIT)
    technician.now += timedelta(days=2)
    service.add_line(technician, order_id=order, data=VISIT)
    assert total(undone, order) == [("CNY", Decimal(175))]
    shown = queries.price_list_documents(undone, [here.region_id])[here.region_id]
    assert (shown["items"][0]["price"], shown["ahead"][0]["items"][0]["price"]) == ("80.00", "95.00")


def test_who_has_nothing_to_do_with_an_order_changes_no_fees_and_over_is_over(undone, here, order, technician):
    other = factories.acting(undone, factories.technician(undone, here))
    assert refused(service.add_line, other, order_id=order, data=VISIT)[0] == "work_order.unknown"
    other.actor = replace(other.actor, scope=Scope(other.actor.user_id, everywhere=True))
    assert refused(service.add_line, other, order_id=order, data=VISIT)[0] == "fee.not_allowed", (
        "to see is not to charge"
    )
    line = service.add_line(technician, order_id=order, data=VISIT)
    assert refused(service.remove_line, technician, order_id=order, line_id=undone.new_id(), reason="x")[0] == (
        "fee.line_unknown"
    )
    work_orders.command(
        undone,
        order_id=order,
        command=Command.CANCEL,
        command_id=undone.new_id(),
        data={"reason": "customer_withdrew"},
        evidence=Evidence(),
    )
    manager = boss(undone, here)
    assert refused(service.add_line, manager, order_id=order, data=VISIT)[0] == "fee.order_over"
    assert refused(service.remove_line, manager, order_id=order, line_id=line.id, reason="x")[0] == "fee.order_over"


def test_lists_and_sums_are_of_the_callers_places_and_leave_out_what_was_taken_back(undone, here, order, technician):
    kept = service.add_line(technician, order_id=order, data={**VISIT, "quantity": "2"})
    gone = service.add_line(technician, order_id=order, data=VISIT)
    service.add_line(technician, order_id=order, data={"text": "接头", "kind": "part"})
    service.remove_line(technician, order_id=order, line_id=gone.id, reason="输错")
    manager = boss(undone, here)
    outsider = boss(undone, factories.places(undone, region_id=here.region_id))
    for who, ids in ((manager, [kept.id]), (technician, [kept.id]), (outsider, [])):
        assert [one.id for one in queries.page_of_fees(who, filters=FeeFilter(), limit=10).items] == ids
    (row,) = queries.page_of_fees(manager, filters=FeeFilter(station_id=here.station_id), limit=10).items
    assert (row.total, row.tax, row.station) == ("160.00", "9.06", "城区服务站")
    begins, ends = queries.month_span(undone, here.region_id, undone.now.date().replace(day=1))
    (found,) = queries.totals_by_station(manager, filters=FeeFilter(since=begins, until=ends))
    assert (found.station_id, found.lines, found.total.amounts.total) == (here.station_id, 1, Decimal(160))
    assert queries.totals_by_station(manager, filters=FeeFilter(since=ends)) == ()


def test_a_december_ends_with_the_year_in_the_zone_of_the_region(undone, here):
    begins, ends = queries.month_span(undone, here.region_id, date(2026, 12, 1))
    assert (begins.isoformat(), ends.isoformat()) == ("2026-11-30T16:00:00+00:00", "2026-12-31T16:00:00+00:00")


def test_lists_take_as_many_statements_for_many_lines_as_for_one(undone, here, order, technician):
    manager, counts = boss(undone, here), []
    for _ in range(2):
        service.add_line(technician, order_id=order, data=VISIT)
        with recorded(undone.session) as statements:
            queries.page_of_fees(manager, filters=FeeFilter(), limit=10)
        counts.append(len(statements))
    assert counts == [3, 3]
