from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from checklists.review.policy import ReviewRules
from checklists.review.sampling.risks import Facts, Pace, leaps, risks_of
from checklists.review.states import Risk
from dispatch.work_orders.inspection_facts import Fix

AT = datetime(2026, 10, 20, tzinfo=UTC)
ORDER, MAN = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("facts", "risk", "detail"),
    [
        ({"hired_at": {MAN: AT - timedelta(days=89)}}, Risk.NEW_STAFF, {"days": 89}),
        ({"hired_at": {MAN: AT - timedelta(days=90)}}, None, None),
        ({"hired_at": {MAN: AT + timedelta(days=1)}}, None, None),
        ({"reopened": {ORDER: 2}}, Risk.REOPENED, {"times": 2}),
        ({"geo_misses": {ORDER: {"metres": 900.0}}}, Risk.GEO_MISMATCH, {"metres": 900.0}),
        ({"paces": {ORDER: Pace(9, 119.4)}}, Risk.HASTY, {"answers": 9, "seconds": 119}),
        ({"paces": {ORDER: Pace(9, 120)}}, None, None),
        ({"paces": {ORDER: Pace(2, 1)}}, None, None),
        ({"shared_photos": {ORDER: "ab"}}, Risk.PHOTO_TWICE, {"sha256": "ab"}),
        ({"leaps": {ORDER: {"kmh": 900}}}, Risk.IMPOSSIBLE_TRAVEL, {"kmh": 900}),
        ({"untrusted": frozenset({ORDER})}, Risk.CLOCK_UNTRUSTED, {}),
    ],
)
def test_each_risk_is_shown_by_its_facts(facts, risk, detail):
    found = risks_of(Facts(**facts), ReviewRules(), ORDER, MAN, AT)
    assert [(one.risk, one.detail) for one in found] == ([] if risk is None else [(risk, detail)])


def fix(minutes, lat, lon, *, who=1, order=1):
    return Fix(UUID(int=who), UUID(int=order), AT + timedelta(minutes=minutes), lat, lon)


def test_nobody_is_twenty_kilometres_on_within_two_minutes():
    at_home, away = fix(0, 33.78, 119.26), fix(2, 33.96, 119.26, order=2)
    (found,) = leaps([at_home, away], 150).items()
    assert found[0] == UUID(int=2)
    assert 19_000 < found[1]["metres"] < 21_000
    assert found[1]["kmh"] > 500
    assert leaps([at_home, fix(60, 33.96, 119.26, order=2)], 150) == {}, "an hour is enough"
    assert leaps([at_home, fix(2, 33.96, 119.26, who=2, order=2)], 150) == {}, "somebody else"
    assert leaps([at_home, fix(0, 33.785, 119.26, order=2)], 150) == {}, "a poor fix"
