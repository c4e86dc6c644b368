"""What becomes of an op that waits is decided by its state, its code and its text alone."""

import orjson
import pytest

from sync.ingest.models import OpState
from sync.quarantine.deciding import Decision, Outcome, decide

ID = "07000000-0000-0000-0000-000000000000"
GOOD = orjson.dumps(
    {
        "id": ID,
        "seq": 1,
        "type": "log.note",
        "v": 1,
        "work_order_id": ID,
        "data": {"text": "x"},
    }
).decode()
STRANGE = GOOD.replace("log.note", "log.telepathy")
NAMELESS = orjson.dumps({**orjson.loads(GOOD), "id": None}).decode()
Q, H = OpState.QUARANTINED, OpState.HELD


@pytest.mark.parametrize(
    ("decision", "state", "code", "payload", "outcome"),
    [
        (Decision.REPLAY, Q, "unknown-order", GOOD, Outcome(OpState.PENDING)),
        (Decision.REPLAY, Q, "unknown-type", GOOD, Outcome(OpState.PENDING)),
        (Decision.REPLAY, Q, "unknown-type", STRANGE, Outcome(None, "unknown-type")),
        (Decision.REPLAY, Q, "device-revoked", GOOD, Outcome(None, "device-revoked")),
        (Decision.REPLAY, Q, "id-reuse", GOOD, Outcome(None, "id-reuse")),
        (Decision.REPLAY, OpState.DISCARDED, "unknown-order", GOOD, Outcome(OpState.PENDING)),
        (Decision.REPLAY, OpState.APPLIED, None, GOOD, Outcome(None)),
        (Decision.REPLAY, Q, "malformed-text", "not json", Outcome(None, "malformed-text")),
        (Decision.REPLAY, Q, "malformed-op", "[]", Outcome(None, "not-an-object")),
        (Decision.RELEASE, Q, "device-revoked", GOOD, Outcome(OpState.PENDING)),
        (Decision.RELEASE, Q, "id-reuse", GOOD, Outcome(OpState.PENDING)),
        (Decision.RELEASE, Q, "no-id", NAMELESS, Outcome(OpState.PENDING)),
        (Decision.RELEASE, Q, "device-revoked", STRANGE, Outcome(None, "unknown-type")),
        (Decision.RELEASE, Q, "unknown-type", STRANGE, Outcome(None, "unknown-type")),
        (Decision.RELEASE, H, None, GOOD, Outcome(OpState.PENDING, "out_of_order")),
        (Decision.RELEASE, OpState.APPLIED, None, GOOD, Outcome(None)),
        (Decision.DISCARD, Q, "unknown-type", STRANGE, Outcome(OpState.DISCARDED, "unknown-type")),
        (Decision.DISCARD, H, None, GOOD, Outcome(OpState.DISCARDED)),
        (Decision.DISCARD, OpState.PENDING, None, GOOD, Outcome(None)),
        (Decision.DISCARD, OpState.APPLIED, None, GOOD, Outcome(None)),
    ],
)
def test_what_becomes_of_an_op(decision, state, code, payload, outcome):
    assert decide(decision, state, code, payload) == outcome
