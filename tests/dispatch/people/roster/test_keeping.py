from datetime import timedelta

import pytest

from dispatch.people.roster import keeping, queries
from dispatch.people.spans import Span
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refused_at
from tests.dispatch.people.roster.conftest import TODAY
from tests.statements import recorded

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def shifts(crew):
    crew.publish({(crew.ann, TOMORROW): "day", (crew.ben, TOMORROW): "day"}, TODAY, TOMORROW)
    return queries.page_of_shifts(crew.uow, limit=9).items


def test_somebody_is_free_beside_their_shifts_and_without_those_that_go(crew, shifts):
    (mine,) = [one for one in shifts if one.technician_id == crew.ann]
    same = Span(mine.start_at, mine.end_at)
    after = Span(mine.end_at, mine.end_at + timedelta(hours=8))
    keeping.check_free(crew.uow, {crew.ann: after, crew.cyd: same}, ())
    keeping.check_free(crew.uow, {crew.ann: same}, [mine.id])
    refused = refused_at(keeping.check_free, crew.uow, {crew.ann: same}, ())
    assert refused == ("people.shift_overlaps", ["/technician_id"])


def test_shifts_are_locked_in_scope_or_with_the_rest_of_their_roster(crew, shifts):
    mine, theirs = sorted(shifts, key=lambda one: one.technician_id != crew.ann)
    ann = factories.acting(crew.uow, crew.ann)
    assert set(keeping.locked_shifts(ann, [mine.id, theirs.id])) == {mine.id}
    whole = keeping.locked_shifts(ann, [mine.id, theirs.id], whole_roster_of=crew.here.group_id)
    assert set(whole) == {mine.id, theirs.id}


def test_what_is_taken_off_is_kept_with_who_when_and_why(crew, shifts):
    with recorded(crew.uow.session) as sql:
        keeping.remove_shifts(crew.leader, [one.id for one in shifts], "flood")
        keeping.remove_shifts(crew.leader, [], "nothing")
    assert len(sql) == 1
    rows = queries.page_of_shifts(crew.uow, limit=9, with_removed=True).items
    assert {(one.removed_why, one.removed_by, one.removed_at) for one in rows} == {
        ("flood", crew.leader.actor.user_id, NOW)
    }
    week = Span(NOW, NOW + timedelta(days=7))
    assert keeping.standing_shifts(crew.uow, [crew.ann, crew.ben], week) == []
