from datetime import date

import pytest

from dispatch.assets.sheet import COLUMNS, MOST_LINES, read_sheet
from kernel.errors import DomainError

TODAY = date(2026, 11, 22)
HEAD = ",".join(COLUMNS)


def lines(text: str, coding: str = "utf-8-sig"):
    return list(read_sheet(text.encode(coding), TODAY))


def test_a_table_is_read_line_by_line_with_the_lines_of_the_file():
    found = lines(
        f'{HEAD},note\n\nab1,"烽火\n通信",onu,,,,,,,x\nab2,华为,onu,HG6,,,2026-01-02,2026-01-03,2027-01-01,y\n'
    )
    assert [line.number for line in found] == [4, 5]
    assert found[0].problem is not None
    assert found[1].asset is not None
    assert found[1].asset.serial == "AB2"
    assert found[1].asset.warranty_until == date(2027, 1, 1)


def test_apostrophes_of_an_export_are_taken_off_and_others_stay():
    (line,) = lines("vendor,serial,model\n's-Gravenhage,1,'=X\n")
    assert line.asset is not None
    assert (line.asset.vendor, line.asset.model) == ("'s-Gravenhage", "=X")


def test_a_spreadsheet_of_china_is_read_too():
    (line,) = lines("vendor,serial\n烽火,1\n", "gb18030")
    assert line.asset is not None
    assert line.asset.vendor == "烽火"


@pytest.mark.parametrize(
    ("cells", "path"),
    [
        ("1,x,kettle,,,,,,", "/kind"),
        ("1,x,,,me,,,,", "/site_id"),
        ("1,x,,,,,22.11.2026,,", "/bought_on"),
        (",x,,,,,,,", "/serial"),
        ("1,x,,,,,2027-01-01,,", "/bought_on"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_the_others_are_read(cells, path):
    bad, good = lines(f"{HEAD}\n{cells}\n2,y,,,,,,,\n")
    assert bad.problem is not None
    assert bad.problem.fields[0].path == path
    assert good.asset is not None


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xff\xff", b'serial,vendor\n"' + b"x" * 200_000])
def test_what_is_no_table_is_refused_as_a_whole(content):
    with pytest.raises(DomainError) as refused:
        list(read_sheet(content, TODAY))
    assert refused.value.code == "asset.table_wrong"


def test_a_table_has_an_end():
    with pytest.raises(DomainError) as refused:
        lines("serial,vendor\n" + "1,x\n" * (MOST_LINES + 1))
    assert refused.value.code == "asset.table_wrong"
