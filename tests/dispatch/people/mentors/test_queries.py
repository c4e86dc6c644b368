from datetime import timedelta

from dispatch.people.mentors import queries, service
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded


def test_history_comes_in_pages_and_can_be_asked_for_a_moment(uow):
    here = factories.places(uow)
    mentor, *others = (factories.technician(uow, here) for _ in range(4))
    for n, mentee in enumerate(others):
        begins = NOW + timedelta(days=10 * n)
        service.pair_up(
            uow, mentor_id=mentor, mentee_id=mentee, valid_from=begins, valid_to=begins + timedelta(days=10)
        )
    with recorded(uow.session) as sql:
        first = queries.page_of_mentorships(uow, limit=2, mentor_id=mentor)
    assert len(sql) == 1
    rest = queries.page_of_mentorships(uow, limit=2, mentor_id=mentor, after=first.after)
    assert [row.mentee_id for row in (*first.items, *rest.items)] == others[::-1]
    now = queries.page_of_mentorships(uow, limit=9, at=NOW + timedelta(days=10)).items
    assert [row.mentee_id for row in now] == [others[1]]
    mine = factories.acting(uow, others[2])
    assert [row.mentor_id for row in queries.page_of_mentorships(mine, limit=9).items] == [mentor]
