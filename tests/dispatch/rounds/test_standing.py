from datetime import UTC, datetime

import pytest

from dispatch.rounds.standing import OccurrenceState, PlanState, Step, after, decide, possible
from dispatch.work_orders.lifecycle import Status
from kernel.errors import DomainError

AT = datetime(2026, 11, 23, tzinfo=UTC)
DUE, DONE, DROPPED = OccurrenceState.DUE, OccurrenceState.DONE, OccurrenceState.DROPPED
S = Status


def test_a_plan_goes_on_only_from_a_pause_and_never_after_its_end():
    assert decide(PlanState.ACTIVE, Step.PAUSE) is PlanState.PAUSED
    assert decide(PlanState.PAUSED, Step.RESUME) is PlanState.ACTIVE
    assert [possible(state) for state in PlanState] == [["end", "pause"], ["end", "resume"], []]
    with pytest.raises(DomainError, match=r"round\.illegal"):
        decide(PlanState.ENDED, Step.RESUME)


@pytest.mark.parametrize(
    ("known", "source", "target", "expected"),
    [
        ((DUE, None), S.IN_PROGRESS, S.COMPLETED, (DONE, AT)),
        ((DONE, AT), S.COMPLETED, S.CLOSED, (DONE, AT)),
        ((DONE, AT), S.CLOSED, S.OPEN, (DUE, None)),
        ((DONE, AT), S.COMPLETED, S.IN_PROGRESS, (DUE, None)),
        ((DUE, None), S.IN_PROGRESS, S.UNABLE_TO_COMPLETE, (DUE, None)),
        ((DUE, None), S.UNABLE_TO_COMPLETE, S.CLOSED, (DROPPED, None)),
        ((DROPPED, None), S.CLOSED, S.OPEN, (DUE, None)),
        ((DUE, None), S.ASSIGNED, S.CANCELLED, (DROPPED, None)),
    ],
)
def test_what_an_order_does_to_its_visit(known, source, target, expected):
    assert after(known, source, target, AT) == expected
