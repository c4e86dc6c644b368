import pytest

from checklists.reports import queries, service
from kernel.errors import DomainError
from tests.checklists import world


@pytest.mark.parametrize("code", ["", "x", "0" * 16, "'; drop table"])
def test_a_code_that_no_report_has_says_only_that(uow, here, code):
    made = world.make(uow, here)
    service.want(uow, order_id=made.order_id, locale="zh-CN")
    with pytest.raises(DomainError) as refused:
        queries.genuine(uow, code)
    assert refused.value.code == "report.code_unknown"


def test_the_latest_report_comes_first(uow, here):
    made = world.make(uow, here)
    first = service.want(uow, order_id=made.order_id, locale="zh-CN")
    second = service.want(uow, order_id=made.order_id, locale="en")
    assert [row.id for row in queries.reports_of_order(uow, made.order_id)] == [second.id, first.id]
