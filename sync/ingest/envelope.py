"""Reads a batch: which ops it holds, what each is, and which of them must wait for a person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from kernel.identifiers import content_id, id_text
from kernel.json_texts import ESCAPED_NUL, holds_nul
from sync.appliers.registry import TYPES, Effect, OpType
from sync.ingest import errors
from sync.ingest.reading import MOST_LEVELS, MOST_VALUES, is_crowded, is_deep, parse

PROTOCOL = "fsync/1"
_SORTED = orjson.OPT_SORT_KEYS
_BEYOND_SEQ = 2**53
"""Numbers from here on are not exact in JavaScript."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A push, parsed: its ops as they came, and what it says of its phone; and whether a NUL may be in it."""

    ops: list[Any]
    clock: Any
    app: str | None
    may_hold_nul: bool = True


@dataclass(slots=True)
class ReadOp:
    """An op that can be stored. `problem` is why a person must look at it, or None.

    `given_id` is what the phone calls it (the answer uses it), `id` what we store it under, `hash` the digits of its SHA-256. Ids
    are canonical text in lower case: making and comparing UUIDs would take longer than all the rest.
    """

    given_id: str
    id: str
    hash: str
    payload: str
    type: str
    seq: int | None
    work_order_id: str | None
    body: dict[str, Any]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An op that cannot be stored at all."""

    given_id: str | None
    code: str
    limit: int | None = None


def read_batch(plain: bytes, *, device_id: UUID, max_ops: int) -> Batch:
    """Parse a push.

    Raises:
        Malformed (push.malformed): not JSON, not an object, another protocol, or `ops` is no list.
        Forbidden (push.other_device): the batch names another device than the token.
        TooLarge (push.too_many_ops; push.too_large: too many values to hold in memory).
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
    named = _readable(app)[:40] if isinstance(app, str) else None
    return Batch(body["ops"], body.get("clock"), named, may_hold_nul=ESCAPED_NUL in plain)


def _readable(text: str) -> str:
    """Leave out what a database does not store: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _parse(plain: bytes) -> Any:
    if is_crowded(plain):
        raise errors.TOO_LARGE(limit_values=MOST_VALUES)
    try:
        return parse(plain)
    except (ValueError, RecursionError) as error:
        raise errors.MALFORMED("the body is not JSON in UTF-8") from error


def read_op(op: Any, *, max_bytes: int, may_hold_nul: bool = True) -> ReadOp | Refused:
    """Read one op. Nothing in it can fail the batch: what cannot be understood is stored with its problem.

    `may_hold_nul` is what `Batch` says of the whole.
    """
    if not isinstance(op, dict):
        return Refused(None, "not-an-object")
    given, data = op.get("id"), op.get("data", {})
    if isinstance(data, str):
        data, may_hold_nul = _unfold(data), True  # it has escapes of its own, below those of the body
        op = {**op, "data": data}
    problem = None
    try:
        raw = orjson.dumps(op, option=_SORTED)
        if may_hold_nul and holds_nul(raw):
            problem = "malformed-text"
    except orjson.JSONEncodeError:
        if is_deep(op):
            return Refused(_name(given), "op-too-deep", MOST_LEVELS)
        raw = json.dumps(op, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
        problem = "malformed-text"
    if len(raw) > max_bytes:
        return Refused(_name(given), "op-too-large", max_bytes)
    key, name = id_text(given), given
    if key is None:
        key, problem = str(content_id(raw)), problem or ("no-id" if given is None else "bad-id")
        name = _name(given)
    kind, seq, about = op.get("type"), op.get("seq"), op.get("work_order_id")
    if type(seq) is not int or not 0 < seq < _BEYOND_SEQ:
        seq = None
    order_id = _order_id(about) if isinstance(about, str) and len(about) == _ID_LENGTH else None
    return ReadOp(
        key if name is None else name,
        key,
        hashlib.sha256(raw).hexdigest(),
        raw.decode(),
        kind[:48] if isinstance(kind, str) and problem != "malformed-text" else "unknown",
        seq,
        order_id,
        op,
        problem or _problem(op, kind, data, complete=seq is not None and order_id is not None),
    )


_ID_LENGTH = 36
_order_id = lru_cache(maxsize=4096)(id_text)
"""`id_text` of the order that an op is about: all ops of a visit name the same."""


def _name(given: object) -> str | None:
    """Return an id as the answer can repeat it: None for what is no text, and for text with half a character."""
    if not isinstance(given, str):
        return None
    return given if given.isascii() or _readable(given) == given else None


def variant_id(op: ReadOp) -> str:
    """The id under which a second content for an id that was used before is kept."""
    return str(content_id(UUID(op.id).bytes + bytes.fromhex(op.hash)))


def is_known(known: OpType, op: Mapping[str, Any]) -> bool:
    """Tell whether an op of this type is of a version that we know."""
    version = op.get("v", 1)
    return isinstance(version, int) and 1 <= version <= known.version


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
    if known.steps:
        data = known.newest(op)["data"]
    for name in known.needs:
        if data.get(name) is None:
            return "malformed-op"
    if known.effect is Effect.ANSWER and not isinstance(data["item"], str):
        return "malformed-op"
    return None
