"""Reads a batch: which ops it holds, what each is, and which of them must wait for a person."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from kernel.identifiers import content_id, parse_id
from sync.appliers.registry import TYPES, Effect
from sync.ingest import errors

PROTOCOL = "fsync/1"
_SORTED = orjson.OPT_SORT_KEYS


@dataclass(frozen=True, slots=True)
class Batch:
    """A push, parsed: its ops as they came, and what it says of its phone."""

    ops: list[Any]
    clock: Any
    app: str | None


@dataclass(slots=True)
class ReadOp:
    """An op that can be stored. `problem` is why a person must look at it, or None.

    `given_id` is what the phone calls it (the answer uses it), `id` what we store it under.
    """

    given_id: Any
    id: UUID
    hash: bytes
    payload: str
    type: str
    seq: int | None
    work_order_id: UUID | None
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
    given = op.get("id")
    if isinstance(op.get("data"), str):
        op = {**op, "data": _unfold(op["data"])}
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
    digest = hashlib.sha256(raw).digest()
    key = parse_id(given)
    if key is None:
        key, problem = content_id(raw), problem or ("no-id" if given is None else "bad-id")
    kind = op.get("type")
    seq = op.get("seq")
    order_id = parse_id(op.get("work_order_id"))
    return ReadOp(
        given if isinstance(given, str) else str(key),
        key,
        digest,
        raw.decode(),
        kind[:48] if isinstance(kind, str) and problem != "malformed-text" else "unknown",
        seq if isinstance(seq, int) and not isinstance(seq, bool) and 0 < seq < 2**53 else None,
        order_id,
        op,
        problem or _problem(op, kind, seq, order_id),
    )


def variant_id(op: ReadOp) -> UUID:
    """The id under which a second content for an id that was used before is kept."""
    return content_id(op.id.bytes + op.hash)


def _unfold(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _problem(op: dict[str, Any], kind: object, seq: object, order_id: UUID | None) -> str | None:
    known = TYPES.get(kind) if isinstance(kind, str) else None
    if known is None:
        return "unknown-type"
    version = op.get("v", 1)
    if not isinstance(version, int) or version < 1:
        return "malformed-op"
    if version > known.version:
        return "future-version"
    data = op.get("data", {})
    if (
        not isinstance(data, dict)
        or order_id is None
        or not isinstance(seq, int)
        or isinstance(seq, bool)
        or not 0 < seq < 2**53
    ):
        return "malformed-op"
    if any(data.get(name) is None for name in known.needs):
        return "malformed-op"
    if known.effect is Effect.ANSWER and not isinstance(data["item"], str):
        return "malformed-op"
    return None
