import pytest

from dispatch.people.sheets.lines import (
    GB18030,
    MOST_LINES,
    UTF_8,
    Undone,
    attempt,
    by_columns,
    coding_of,
    read_header_and_lines,
)
from dispatch.territory import service as territory
from kernel.change_feed import Change
from tests import factories
from tests.dispatch.people.refusing import refusal

COLUMNS = {"login": ("login", "登录名"), "name": ("name", "姓名"), "phone": ("phone", "电话")}


def read(data, needed=("login",)):
    header, lines, broken = read_header_and_lines(data)
    return by_columns(header, lines, COLUMNS, needed), broken


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(coding):
    data = "登录名,姓名\nzhang.wei,张伟\n".encode(coding)
    ((line,), broken) = read(data)
    assert (line.number, line.cells) == (2, {"login": "zhang.wei", "name": "张伟", "phone": ""})
    assert broken == []
    assert coding_of(data) == (GB18030 if coding.startswith("gb") else UTF_8)


def test_headings_may_be_of_either_language_in_any_order_with_others_between():
    ((line,), _) = read("姓名,部门,LOGIN ,Phone\n张伟,运维,zw,'+86 100\n".encode())
    assert line.cells == {"login": "zw", "name": "张伟", "phone": "+86 100"}


def test_empty_lines_are_passed_over_and_numbers_are_those_of_the_file():
    lines, _ = read(b"login,name\n\na,A\n,\nb,B\n")
    assert [(one.number, one.cells["login"]) for one in lines] == [(3, "a"), (5, "b")]


def test_lines_that_cannot_be_read_are_reported_by_number():
    _, lines, broken = read_header_and_lines(b"login,name\na,\xd5\xc5\nb,B\n", "utf-8")
    assert [number for number, _ in lines] == [3]
    assert [(one.line, one.code) for one in broken] == [(2, "people.line_wrong")]


def test_what_is_no_such_table_is_refused():
    assert refusal(read, b"").code == "table.unreadable"
    error = refusal(read, b"name\nx\n", ("login", "name", "phone"))
    assert (error.code, error.extra) == ("people.columns_missing", {"missing": ["login", "phone"]})
    many = b"login\n" + b"a\n" * (MOST_LINES + 1)
    assert refusal(read, many).code == "people.too_many_lines"


def test_an_attempt_that_is_refused_or_undone_leaves_nothing_and_the_rest_goes_on(uow):
    region_id = factories.region(uow)
    uow.announce([Change(region_id, "user:a", "me", "a")])
    before = len(uow.changes)
    error = refusal(_twice, uow, region_id)
    assert error.code == "territory.code_taken"
    with attempt(uow):
        territory.open_station(uow, region_id=region_id, code="S2", name="二站")
        uow.announce([Change(region_id, "user:c", "me", "c")])
        raise Undone
    assert len(uow.changes) == before
    for code in ("S1", "S2"):
        territory.open_station(uow, region_id=region_id, code=code, name=code)


def _twice(uow, region_id):
    with attempt(uow):
        for _ in range(2):
            uow.announce([Change(region_id, "user:b", "me", "b")])
            territory.open_station(uow, region_id=region_id, code="S1", name="一站")
