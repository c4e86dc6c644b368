from datetime import timedelta

from kernel.bulk import insert_rows
from sync.ingest.models import Op, OpState
from sync.ingest.queries import Backlog, backlog
from tests.conftest import NOW


def op(uow, state, minutes):
    """An op that came in so many minutes ago."""
    ident = uow.new_id()
    return {
        "region_id": ident,
        "op_id": ident,
        "payload_hash": b"hash",
        "device_id": ident,
        "user_id": ident,
        "type": "note",
        "subject_id": ident,
        "shard": 0,
        "payload": "{}",
        "received_at": NOW - timedelta(minutes=minutes),
        "effective_at": NOW,
        "time_quality": "mono",
        "state": state.value,
    }


def test_an_empty_inbox_has_no_backlog(uow):
    assert backlog(uow.session) == Backlog(0, None, 0, 0)


def test_what_waits_is_counted_by_whom_it_waits_for(uow):
    states = [OpState.PENDING, OpState.PENDING, OpState.HELD, *[OpState.QUARANTINED] * 3, OpState.APPLIED]
    insert_rows(uow.session, Op, [op(uow, state, minutes) for minutes, state in enumerate(states, start=1)])
    assert backlog(uow.session) == Backlog(2, NOW - timedelta(minutes=2), 1, 3)
