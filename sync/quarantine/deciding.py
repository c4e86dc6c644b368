"""Whether an op that waits for a person can go on, and as what: pure decisions over the op as it was stored."""

from dataclasses import dataclass
from enum import StrEnum

import orjson

from sync.appliers.apply import OUT_OF_ORDER
from sync.ingest.envelope import ReadOp, read_op
from sync.ingest.models import OpState

LISTED = (OpState.QUARANTINED, OpState.HELD, OpState.DISCARDED)
"""What is listed for people, what waits for them first."""
RELEASABLE = frozenset({"device-revoked", "id-reuse", "no-id", "bad-id"})
"""Reasons that a supervisor may overrule: the op itself can be understood."""
LASTING = frozenset({"device-revoked", "id-reuse"})
"""Reasons that lie outside the op: to read it again tells nothing about them."""
_LARGEST = 2**31


class Decision(StrEnum):
    """What a person decides about an op that waits."""

    REPLAY = "replay"
    """Try again: the server, the template or the order may have changed."""
    RELEASE = "release"
    """Take it as it is, whatever made it wait."""
    DISCARD = "discard"
    """It shall have no effect; it stays in the inbox, and may be replayed later."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision comes to: the op's next state and code, or `state` None where nothing changes."""

    state: OpState | None
    code: str | None = None


def decide(decision: Decision, state: OpState, code: str | None, payload: str) -> Outcome:
    """Say what becomes of an op. An op that takes effect already, or is about to, is left alone."""
    if decision is Decision.DISCARD:
        waits = state in (OpState.QUARANTINED, OpState.HELD)
        return Outcome(OpState.DISCARDED, code) if waits else Outcome(None, code)
    if decision is Decision.RELEASE:
        return _release(state, code, payload)
    if state not in (OpState.QUARANTINED, OpState.DISCARDED):
        return Outcome(None, code)
    if code in LASTING:
        return Outcome(None, code)
    problem = _problem(payload)
    return Outcome(OpState.PENDING) if problem is None else Outcome(None, problem)


def _release(state: OpState, code: str | None, payload: str) -> Outcome:
    if state is OpState.HELD:
        return Outcome(OpState.PENDING, OUT_OF_ORDER)
    if state is not OpState.QUARANTINED or code not in RELEASABLE:
        return Outcome(None, code)
    problem = _problem(payload)
    return Outcome(OpState.PENDING) if problem is None or problem in RELEASABLE else Outcome(None, problem)


def _problem(payload: str) -> str | None:
    """Read the op again, as this server would if it came now."""
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "malformed-text"
    read = read_op(body, max_bytes=_LARGEST)
    return read.problem if isinstance(read, ReadOp) else read.code
