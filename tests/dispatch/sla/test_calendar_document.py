from datetime import UTC, date, datetime, timedelta

import pytest

from dispatch.sla.calendar_document import UploadedDays, read_calendar, read_notice
from dispatch.sla.published_days import ChinesePublicHolidays
from kernel.errors import DomainError

OFFICE = {
    "timezone": "Asia/Shanghai",
    "week": {"mon": [["08:30", "12:00"], ["14:00", "17:30"]], "fri": [["22:00", "06:00"]]},
}


def refused(call, *args):
    with pytest.raises(DomainError) as refusal:
        call(*args)
    assert refusal.value.code == "sla.calendar_wrong"
    return [one.path for one in refusal.value.fields]


def test_a_calendar_is_read_with_its_shifts_and_nights():
    calendar = read_calendar("白班", OFFICE)
    start = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # Monday 00:00 in Shanghai
    spans = [(one.start - start, one.end - start) for one in calendar.spans(start, start + timedelta(days=7))]
    assert [(a / timedelta(hours=1), b / timedelta(hours=1)) for a, b in spans] == [(8.5, 12), (14, 17.5), (118, 126)]
    assert read_calendar("x", {}).unknown_from(start) is None


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"timezone": "Mars/Olympus", "week": OFFICE["week"]}, "/timezone"),
        ({"timezone": "UTC", "week": {}}, "/week"),
        ({"timezone": "UTC", "week": {"monday": [["08:00", "09:00"]]}}, "/week/monday"),
        ({"timezone": "UTC", "week": {"mon": [["8:00", "09:00"]]}}, "/week/mon/0/0"),
        ({"timezone": "UTC", "week": {"mon": [["08:00"]]}}, "/week/mon/0"),
        ({"timezone": "UTC", "week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "/week/mon/1"),
        ({"timezone": "UTC", "week": {"mon": 5}}, "/week/mon"),
        ({"timezone": "UTC", "week": []}, "/week"),
        ({"timezone": "UTC", "week": OFFICE["week"], "holidays": "FR"}, "/holidays"),
    ],
)
def test_what_cannot_be_a_calendar_is_refused_with_its_place(document, path):
    assert refused(read_calendar, "x", document) == [path]


def test_a_notice_is_read_as_it_is_passed_around():
    given = {
        "year": 2027,
        "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}, {"date": "2026-12-27", "isOffDay": False}],
    }
    assert read_notice(given) == (2027, {"off": ["2027-01-01"], "work": ["2026-12-27"]})


@pytest.mark.parametrize(
    ("notice", "path"),
    [
        ({"days": []}, "/year"),
        ({"year": 2027, "days": []}, "/days"),
        ({"year": 2027, "days": [{"date": "2027-13-01", "isOffDay": True}]}, "/days/0/date"),
        ({"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": "yes"}]}, "/days/0"),
        ({"year": 2027, "days": [{"date": "2030-01-01", "isOffDay": True}]}, "/days/0/date"),
    ],
)
def test_a_notice_that_cannot_be_read_is_refused_with_its_place(notice, path):
    assert refused(read_notice, notice) == [path]


def test_what_was_uploaded_goes_before_what_was_published():
    days = UploadedDays(frozenset({2025, 2027}), {date(2027, 1, 1): False}, ChinesePublicHolidays())
    assert (days.knows(2027), days.knows(2026), days.knows(2028)) == (True, True, False)
    assert [days.works(date(*day)) for day in ((2027, 1, 1), (2026, 1, 1), (2025, 1, 1))] == [False, False, None]
