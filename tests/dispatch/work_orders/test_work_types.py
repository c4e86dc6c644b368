from dispatch.work_orders.service import define_work_type
from dispatch.work_orders.work_types import codes_of
from tests import factories


def test_a_region_has_its_own_kinds_of_work(uow):
    here, away = factories.region(uow), factories.region(uow)
    define_work_type(uow, region_id=here, code="net", name="net")
    assert codes_of(uow, here) == {"net"}
    assert codes_of(uow, away) == frozenset()
