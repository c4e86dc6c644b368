"""Reasons and rules of a region: set by its operations, in force from their moment on, and told to its phones."""

from dataclasses import replace

import pytest

from dispatch.work_orders import catalogue
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.reasons import Reason, ReasonKind
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import ask, told
from tests.statements import recorded

FLOOD = Reason(ReasonKind.HOLD, "flood", "汛期", "Flood")


@pytest.fixture
def operations(ground):
    region_id = ground.places.region_id
    return factories.acting_as(ground.uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)


def refused(call, *args, **options):
    with pytest.raises(DomainError) as caught:
        call(*args, **options)
    return caught.value.code


def test_a_region_adds_a_reason_that_holds_at_once_and_in_no_other_region(ground, operations):
    order_id, region_id = ground.order(0), ground.places.region_id
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    assert refused(ask, ground.as_technician(), order_id, Command.HOLD, reason="flood") == "work_order.reason_unknown"
    catalogue.set_reason(operations, region_id=region_id, reason=FLOOD)
    catalogue.set_reason(operations, region_id=region_id, reason=replace(FLOOD, label="洪水"))
    ask(ground.as_technician(), order_id, Command.HOLD, reason="flood")
    (own,) = [one for one in catalogue.reasons(operations, region_id, ReasonKind.HOLD) if one.code == "flood"]
    assert own.label == "洪水"
    abroad = factories.region(ground.uow)
    assert FLOOD.code not in {one.code for one in catalogue.reasons(ground.uow, abroad)}
    assert catalogue.reasons(operations, abroad) == ()


def test_phones_of_the_region_learn_of_reasons_and_rules(ground, operations):
    region_id = ground.places.region_id
    before = len(operations.changes)
    catalogue.set_reason(operations, region_id=region_id, reason=replace(FLOOD, active=False))
    catalogue.check_rules(operations, region_id, {"geofence_metres": 50})
    ground.decide(geofence_metres=50)
    assert told(operations.changes[before:]) == {(f"region:{region_id}", "order_rules", str(region_id), "put", None)}
    technician = ground.as_technician()
    (document,) = catalogue.rules_documents(technician, [region_id]).values()
    assert document["rules"]["geofence_metres"] == 50
    assert {"code": "weather", "label": "天气原因", "label_en": "Weather", "needs_evidence": False} in document[
        "reasons"
    ]["hold"]
    assert "flood" not in {one["code"] for one in document["reasons"]["hold"]}, "it is out of use"
    assert catalogue.rules_documents(technician, [factories.region(ground.uow)]) == {}


def test_only_operations_of_the_region_decide(ground, operations):
    region_id = ground.places.region_id
    for who, code in ((ground.manager, "forbidden"), (ground.as_technician(), "territory.region_unknown")):
        assert refused(catalogue.set_reason, who, region_id=region_id, reason=FLOOD) in (code, "forbidden")
    abroad = factories.region(ground.uow)
    assert refused(catalogue.set_reason, operations, region_id=abroad, reason=FLOOD) == "territory.region_unknown"


def test_other_always_stays(ground, operations):
    region_id = ground.places.region_id
    other = Reason(ReasonKind.HOLD, "other", "其他", "Other", active=False)
    assert refused(catalogue.set_reason, operations, region_id=region_id, reason=other) == "work_order.reason_fixed"


def test_rules_of_many_regions_take_two_statements(ground, operations):
    regions = [ground.places.region_id, factories.region(ground.uow), factories.region(ground.uow)]
    with recorded(ground.uow.session) as seen:
        found = catalogue.rules_of(ground.uow, regions)
    assert (len(seen), set(found)) == (2, set(regions))
