import csv
import io
from datetime import timedelta

import pytest

from api.pages import MAX_LIMIT
from dispatch.sla.deadline import Priority
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.service import NewOrder
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests.api.world import WORK_TYPE, problem, wrong_fields

PATH = "/v1/work-orders.csv"


def table(response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_an_export_holds_what_the_caller_sees_by_name(plain_door):
    answer = plain_door.get("manager", PATH)
    rows = table(answer)
    assert {row["id"] for row in rows} == set(plain_door.ids("manager", "/v1/work-orders"))
    (home,) = [row for row in rows if row["id"] == str(plain_door.world.orders["near"])]
    assert (home["zone"], home["assignee"], home["status"]) == ("涟城一片区", "技术员 near", "assigned")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="work-orders.csv"'
    assert table(plain_door.get("nobody", PATH)) == []


def test_the_heading_is_in_the_callers_language(plain_door):
    text = plain_door.get("manager", PATH, headers={"Accept-Language": "zh-CN"}).data.decode("utf-8-sig")
    assert text.startswith("工单号,状态,优先级,")


def test_filters_are_those_of_the_list(plain_door):
    assert table(plain_door.get("manager", f"{PATH}?status=closed")) == []
    assert len(table(plain_door.get("manager", f"{PATH}?q=next_zone"))) == 1
    assert wrong_fields(plain_door.get("manager", f"{PATH}?statuss=closed")) == {"/statuss": "unknown"}
    assert wrong_fields(plain_door.get("manager", f"{PATH}?limit=3")) == {"/limit": "unknown"}
    assert problem(plain_door.get(None, PATH)) == (401, "token-invalid")


@pytest.fixture
def many(runtime, world):
    """More orders than two pages hold, with a title that means harm."""
    with runtime.unit_of_work(system_actor()) as uow:
        draft = NewOrder(world.places["near"], WORK_TYPE, Priority.ROUTINE, '=HYPERLINK("http://x")', uow.now)
        work_orders.create_orders(uow, [draft] * (2 * MAX_LIMIT + 1))


def test_any_number_of_rows_is_sent_page_by_page_and_defused(door, many):
    rows = table(door.get("manager", PATH))
    assert len(rows) == len({row["id"] for row in rows}) == 2 * MAX_LIMIT + 4
    assert {row["title"] for row in rows if "HYPERLINK" in row["title"]} == {'\'=HYPERLINK("http://x")'}


def test_an_export_ends_when_its_caller_may_no_longer_look(door, many, clock):
    answer = door.get("manager", PATH, buffered=False)
    pieces = iter(answer.response)
    next(pieces)
    next(pieces)
    clock.at += timedelta(hours=2)
    with pytest.raises(DomainError, match="token-invalid"):
        list(pieces)
    answer.close()
