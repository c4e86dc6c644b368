"""Closed accounts leave duties that are vacant-to-be."""

from dispatch.accounts.events import AccountClosed, AccountOpened
from dispatch.territory import queries
from dispatch.territory.leaving import on_account_closed, on_account_opened
from tests.dispatch.beat import make_beat


def test_a_closed_account_marks_its_duties_and_an_opened_one_unmarks_them(uow):
    group = make_beat(uow).groups[0]

    def gone():
        return {one.holder_gone_at for one in queries.duties(uow, place_id=group.id, limit=9).items}

    on_account_closed(uow, AccountClosed(group.leader))
    assert gone() == {uow.now}
    on_account_opened(uow, AccountOpened(group.leader))
    assert gone() == {None}
