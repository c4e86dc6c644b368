"""Reads a batch: which ops it holds, what each is, and which of them must wait for a person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from kernel.identifiers import content_id, id_text
from sync.appliers.registry import TYPES, Effect
from sync.ingest import errors

PROTOCOL = "fsync/1"
_SORTED = orjson.OPT_SORT_KEYS
_BEYOND_SEQ = 2**53
"""Numbers from here on are not exact in JavaScript."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A push, parsed: its ops as they came, and what it says of its phone."""

    ops: list[Any]
    clock: Any
    app: str | None


@dataclass(slots=True)
class ReadOp:
    """An op that can be stored. `problem` is why a person must look at it, or None.

    `given_id` is what the phone calls it (the answer uses it), `id` what we store it under. Ids are canonical text in lower
    case: making and comparing UUIDs would take longer than all the rest.
    """

    given_id: str
    id: str
    hash: bytes
    payload: str
    type: str
    seq: int | None
    work_order_id: str | None
    body: dict[str, Any]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An op that cannot be stored at all."""

    given_id: Any
    code: str
    limit: int | None = None


def read_batch(plain: bytes, *, device_id: UUID, max_ops: int) -> Batch:
    """Parse a push.

    Raises:
        Malformed (push.malformed): not JSON, not an object, another protocol, or `ops` is no list.
        Forbidden (push.other_device): the batch names another device than the token.
        TooLarge (push.too_many_ops).
    """
    body = _parse(plain)
    if not isinstance(body, dict) or not isinstance(body.get("ops"), list):
        raise errors.MALFORMED("expected an object with a list of ops", path="/ops")
    if body.get("protocol") != PROTOCOL:
        raise errors.MALFORMED(f"protocol must be {PROTOCOL}", path="/protocol")
    if body.get("device_id") not in (None, str(device_id)):
        raise errors.OTHER_DEVICE(path="/device_id")
    if len(body["ops"]) > max_ops:
        raise errors.TOO_MANY_OPS(limit_ops=max_ops)
    app = body.get("app")
    return Batch(body["ops"], body.get("clock"), app[:40] if isinstance(app, str) else None)


def _parse(plain: bytes) -> Any:
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError:
        # The standard library also reads what no JSON should hold (NaN, half a surrogate pair), so that one such op
        # does not keep its neighbours out.
        try:
            return json.loads(plain.decode("utf-8", "strict"))
        except (ValueError, RecursionError) as error:
            raise errors.MALFORMED("the body is not JSON in UTF-8") from error


def read_op(op: Any, *, max_bytes: int) -> ReadOp | Refused:
    """Read one op. Nothing in it can fail the batch: what cannot be understood is stored with its problem."""
    if not isinstance(op, dict):
        return Refused(None, "not-an-object")
    given, data = op.get("id"), op.get("data", {})
    if isinstance(data, str):
        data = _unfold(data)
        op = {**op, "data": data}
    try:
        raw = orjson.dumps(op, option=_SORTED)
        problem = "malformed-text" if b"\\u0000" in raw else None
    except (orjson.JSONEncodeError, RecursionError):
        raw, problem = (
            json.dumps(op, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode(),
            "malformed-text",
        )
    if len(raw) > max_bytes:
        return Refused(given, "op-too-large", max_bytes)
    key = id_text(given)
    if key is None:
        key, problem = str(content_id(raw)), problem or ("no-id" if given is None else "bad-id")
    kind, seq, order_id = op.get("type"), op.get("seq"), id_text(op.get("work_order_id"))
    if type(seq) is not int or not 0 < seq < _BEYOND_SEQ:
        seq = None
    return ReadOp(
        given if isinstance(given, str) else key,
        key,
        hashlib.sha256(raw).digest(),
        raw.decode(),
        kind[:48] if isinstance(kind, str) and problem != "malformed-text" else "unknown",
        seq,
        order_id,
        op,
        problem or _problem(op, kind, data, complete=seq is not None and order_id is not None),
    )


def variant_id(op: ReadOp) -> str:
    """The id under which a second content for an id that was used before is kept."""
    return str(content_id(UUID(op.id).bytes + op.hash))


def _unfold(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _problem(op: Mapping[str, Any], kind: object, data: Any, *, complete: bool) -> str | None:
    known = TYPES.get(kind) if isinstance(kind, str) else None
    if known is None:
        return "unknown-type"
    version = op.get("v", 1)
    if not isinstance(version, int) or version < 1:
        return "malformed-op"
    if version > known.version:
        return "future-version"
    if not complete or not isinstance(data, dict):
        return "malformed-op"
    for name in known.needs:
        if data.get(name) is None:
            return "malformed-op"
    if known.effect is Effect.ANSWER and not isinstance(data["item"], str):
        return "malformed-op"
    return None
