import pytest

from dispatch.requests.guessing import guess_columns, guess_formats, guess_statuses


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["Case_ID", "createdAt", "Closed Date", "LATITUDE", "Longitude", "Comments"],
            {
                "external_ref": "Case_ID",
                "opened": "createdAt",
                "closed": "Closed Date",
                "lat": "LATITUDE",
                "lon": "Longitude",
                "description": "Comments",
            },
        ),
        (
            ["工单编号", "报修时间", "片区", "联系人", "联系电话", "故障类型"],
            {
                "external_ref": "工单编号",
                "opened": "报修时间",
                "zone": "片区",
                "contact_name": "联系人",
                "contact_phone": "联系电话",
                "category": "故障类型",
            },
        ),
        (["id", "number"], {"external_ref": "number"}),
        (["when", "what"], {}),
        (["", "ref ", "lat"], {"external_ref": "ref"}),
        (["ref", "Ref"], {}),
    ],
)
def test_columns_are_guessed_by_their_names_and_each_has_one_meaning(header, expected):
    assert guess_columns(header) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["2026-11-22T08:00:00+08:00", ""], ["iso"]),
        (["2026-11-22 08:00:00"], ["iso"]),
        (["2026/11/22 08:00", "2026/1/2 18:30"], ["%Y/%m/%d %H:%M"]),
        (["11/22/2026 08:00:00 PM"], ["%m/%d/%Y %I:%M:%S %p"]),
        (["1/2/2026", "22/11/2026"], ["%d/%m/%Y"]),
        (["2026年11月22日"], ["%Y年%m月%d日"]),
        (["yesterday"], ["iso"]),
        ([], ["iso"]),
    ],
)
def test_the_format_is_the_one_that_fits_all_times(times, expected):
    assert guess_formats(times) == expected


def test_a_word_for_a_state_means_closed_cancelled_or_else_open():
    words = [
        "Closed",
        "Resolved - fixed",
        "Cancelled",
        "In progress",
        "Unresolved",
        "已完成",
        "未完成",
        "待派单",
        "Closed",
        "",
    ]
    assert guess_statuses(words) == {
        "Cancelled": "cancelled",
        "Closed": "closed",
        "In progress": "open",
        "Resolved - fixed": "closed",
        "Unresolved": "open",
        "已完成": "closed",
        "待派单": "open",
        "未完成": "open",
    }
