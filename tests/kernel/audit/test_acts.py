from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from kernel.audit.acts import CHAINED, beginning, chained

KEYS = [UUID(int=n) for n in range(1, 9)]
ENTRY = {
    "chain": KEYS[0],
    "n": 1,
    "id": KEYS[1],
    "at": datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
    "kind": "command",
    "action": "PATCH /v1/x",
    "user_id": KEYS[2],
    "device_id": None,
    "session": "0123456789abcdef",
    "address": "10.0.0.7",
    "agent": "curl/8",
    "request_id": "r-12345678",
    "subject_id": KEYS[3],
    "subjects": frozenset(KEYS[3:6]),
    "details": '{"changes":[]}',
}
OTHER = {
    "n": 2,
    "at": datetime(2026, 11, 22, 1, 0, 0, 1, tzinfo=UTC),
    "device_id": KEYS[6],
    "subjects": frozenset(KEYS[3:5]),
}


@pytest.mark.parametrize("name", CHAINED)
def test_the_hash_covers_every_member(name):
    changed = OTHER.get(name, KEYS[7] if isinstance(ENTRY[name], UUID) else "other")
    assert chained(b"before", ENTRY | {name: changed}) != chained(b"before", ENTRY)


def test_the_hash_covers_the_entry_before_and_each_chain_begins_otherwise():
    assert chained(b"before", ENTRY) != chained(b"others", ENTRY)
    assert beginning(KEYS[0]) != beginning(KEYS[1])


def test_the_hash_does_not_depend_on_how_a_moment_or_a_set_is_written():
    later = ENTRY["at"].astimezone(timezone(timedelta(hours=8)))
    assert chained(b"", ENTRY | {"at": later, "subjects": set(KEYS[3:6])}) == chained(b"", ENTRY)
