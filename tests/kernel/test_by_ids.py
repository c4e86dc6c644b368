"""Rows by their ids come in the session's own transaction, as named tuples of what the columns say."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, insert, select

from kernel.actor import system_actor
from kernel.by_ids import ByIds
from kernel.change_feed import FeedHead
from kernel.direct import Direct
from tests.statements import recorded

HEADS = ByIds(
    select(FeedHead.region_id, FeedHead.n, FeedHead.horizon_at)
    .where(FeedHead.n >= bindparam("least", type_=BigInteger()))
    .order_by(FeedHead.n),
    FeedHead.region_id,
)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def heads(session) -> None:
    rows = [{"region_id": UUID(int=n), "n": n, "horizon_at": NOON if n == 2 else None} for n in (1, 2, 3)]
    session.execute(insert(FeedHead), rows)


def test_rows_are_found_in_the_transaction_that_wrote_them_and_gone_with_it(runtime):
    wanted = [UUID(int=n) for n in (1, 2, 9)]
    with runtime.unit_of_work(system_actor()) as uow:
        heads(uow.session)
        found = HEADS.rows(uow.session, wanted, least=1)
        assert [(row.region_id, row.n, row.horizon_at) for row in found] == [
            (UUID(int=1), 1, None),
            (UUID(int=2), 2, NOON),
        ]
        assert [row.n for row in HEADS.rows(uow.session, {UUID(int=2)}, least=1)] == [2]
        assert HEADS.rows(uow.session, wanted, least=3) == []
        uow.session.rollback()
        assert HEADS.rows(uow.session, wanted, least=1) == []


def test_the_same_statement_runs_past_a_session_too_and_is_one_whatever_the_number_of_ids(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        heads(uow.session)
    many = [UUID(int=n) for n in range(1, 3000)]
    with Direct(runtime.engine, single=True) as direct, runtime.session() as session:
        with recorded(session) as seen:
            assert len(HEADS.rows(direct, many, least=1)) == 3
            assert len(HEADS.rows(session, [str(key) for key in many], least=1)) == 3
            assert HEADS.rows(session, [], least=1) == []
        assert len([one for one in seen if "feed_heads" in one]) == 2
