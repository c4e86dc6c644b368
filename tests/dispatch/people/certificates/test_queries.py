from datetime import date, timedelta

import pytest

from dispatch.people import service as people
from dispatch.people.certificates import queries, service
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal
from tests.statements import recorded

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(uow):
    return factories.places(uow)


def certified(uow, where, **ends):
    who = factories.technician(uow, where, skills=dict.fromkeys(ends, 1))
    for skill, days in ends.items():
        end = TODAY + timedelta(days=days)
        people.certify(uow, technician_id=who, skill=skill, level=2, certificate="苏-1", valid_until=end, issuer="省局")
    return who


def test_certificates_that_end_until_a_day_come_in_pages_the_earliest_first(uow, here):
    ann = certified(uow, here, catv=5, fibre=40)
    ben = certified(uow, here, catv=-3, fibre=30)
    gone = certified(uow, here, catv=1)
    people.leave(uow, technician_id=gone)
    until = TODAY + timedelta(days=30)
    with recorded(uow.session) as sql:
        first = queries.page_of_expiring(uow, until=until, limit=2)
    assert len(sql) == 2
    rest = queries.page_of_expiring(uow, until=until, limit=2, after=first.after)
    found = [(row.technician_id, row.skill) for row in (*first.items, *rest.items)]
    assert found == [(ben, "catv"), (ann, "catv"), (ben, "fibre")]
    assert (first.items[0].name, first.items[0].issuer, first.items[0].certificate) == ("周强", "省局", "苏-1")
    ahead = queries.page_of_expiring(uow, until=until, since=TODAY, skill="catv", group_id=here.group_id, limit=9)
    assert [row.technician_id for row in ahead.items] == [ann]


def test_certificates_exams_and_bars_are_seen_by_whoever_sees_the_person(uow, here):
    ann = certified(uow, here, catv=5)
    service.record_exam(uow, technician_id=ann, skill="catv", taken_on=TODAY, passed=False)
    far = factories.places(uow)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, far.station_id, far.region_id)
    until = TODAY + timedelta(days=30)
    for mine in (leader, factories.acting(uow, ann)):
        assert len(queries.page_of_expiring(mine, until=until, limit=9).items) == 1
        assert len(queries.page_of_exams(mine, ann, limit=9).items) == 1
        assert len(queries.page_of_bars(mine, ann, limit=9).items) == 1
    assert queries.page_of_expiring(stranger, until=until, limit=9).items == ()
    for query in (queries.page_of_exams, queries.page_of_bars):
        assert refusal(query, stranger, ann, limit=9).code == "people.unknown"
