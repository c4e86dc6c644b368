from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.people.absences.cover import uncovered
from dispatch.people.availability import Absence, AbsenceKind
from dispatch.territory.deputising import Deputy, ManagedZone
from tests.conftest import NOW

MANAGER, DEPUTY, ZONE = UUID(int=1), UUID(int=2), UUID(int=3)


def at(day):
    return None if day is None else NOW + timedelta(days=day)


def away(first, last):
    return Absence(UUID(int=9), AbsenceKind.LEAVE, at(first), at(last))


def zone(first=-9, last=None, deputies=(), manager=MANAGER):
    cover = tuple(Deputy(who, at(begins), at(ends)) for who, begins, ends in deputies)
    return ManagedZone(ZONE, "Z1", "一片区", manager, at(first), at(last), cover)


@pytest.mark.parametrize(
    ("managed", "deputy_away", "expected"),
    [
        (zone(), [], [(0, 5)]),
        (zone(manager=DEPUTY), [], []),
        (zone(2, 3), [], [(2, 3)]),
        (zone(7, 9), [], []),
        (zone(deputies=[(DEPUTY, -9, None)]), [], []),
        (zone(deputies=[(DEPUTY, 1, 3)]), [], [(0, 1), (3, 5)]),
        (zone(deputies=[(DEPUTY, -9, None)]), [away(2, 4)], [(2, 4)]),
        (zone(deputies=[(MANAGER, -9, None)]), [], [(0, 5)]),
        (zone(deputies=[(DEPUTY, -9, 2), (UUID(int=4), 2, None)]), [away(4, 9)], []),
    ],
)
def test_a_zone_is_without_anybody_while_manager_and_deputies_are_away(managed, deputy_away, expected):
    found = uncovered(away(0, 5), MANAGER, [managed], {DEPUTY: deputy_away})
    assert [(one.start_at, one.end_at) for one in found] == [(at(first), at(last)) for first, last in expected]
    assert {(one.zone_id, one.manager_id) for one in found} <= {(ZONE, MANAGER)}
