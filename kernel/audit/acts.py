"""What the audit log says of one act, and how each entry is chained to the one before it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

ROOT = UUID(int=0)
"""The chain of what belongs to no region. It also notes when the chain of a region begins."""
LONGEST_ACTION, LONGEST_AGENT = 120, 200


class ActKind(StrEnum):
    """What somebody did: changed something, read personal data, signed in or failed to, or asked for what they may not."""

    COMMAND = "command"
    READ = "read"
    LOGIN = "login"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where something is asked, and what it is called.

    `session` is the end of the id of the login session: it tells sessions apart and opens none. With `watched` the unit of
    work notes what it changes and writes that down when it commits.
    """

    action: str
    address: str | None = None
    agent: str | None = None
    session: str | None = None
    request_id: str | None = None
    subject_id: UUID | None = None
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to write down. `user_id`: who, if not the actor; `subjects`: by which it is found besides its subject."""

    kind: ActKind
    action: str | None = None
    user_id: UUID | None = None
    region_id: UUID | None = None
    subject_id: UUID | None = None
    subjects: frozenset[UUID] = frozenset()
    details: Mapping[str, Any] = field(default_factory=dict)


CHAINED = (
    "chain",
    "n",
    "id",
    "at",
    "kind",
    "action",
    "user_id",
    "device_id",
    "session",
    "address",
    "agent",
    "request_id",
    "subject_id",
    "subjects",
    "details",
)
"""Members of an entry that its hash covers, all of them."""


def beginning(chain: UUID) -> bytes:
    """Return what the first entry of a chain is chained to."""
    return hashlib.sha256(chain.bytes).digest()


def chained(before: bytes, entry: Mapping[str, Any]) -> bytes:
    """Return the hash of an entry: SHA-256 over the hash of the one before it and all of its own members.

    `subjects` is a collection of ids in any order; `details` is JSON as text, so that no database can write it otherwise.
    """
    members = {name: _plain(entry[name]) for name in CHAINED}
    return hashlib.sha256(before + orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    return sorted(one.hex for one in value) if isinstance(value, set | frozenset) else value
