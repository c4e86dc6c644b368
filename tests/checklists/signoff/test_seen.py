"""What is signed beside the answers, and the example of the documentation, which phones are tested with."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from checklists.signoff.seen import FIRST_TERMS, Around, Moment, Terms, read_terms
from checklists.signoff.snapshot import digest_to_sign, snapshot
from dispatch.fees.lines import Facts, Line, LineKind, Removal

PAGE = Path(__file__).parents[3] / "docs" / "checklists.md"
AT = datetime(2026, 11, 22, 1, 0, 0, 120999, tzinfo=UTC)
ORDER, VERSION = UUID("01930000-0000-7000-8000-000000000001"), UUID("01930000-0000-7000-8000-000000000002")
PART, VISIT = UUID("01930000-0000-7000-8000-00000000000a"), UUID("01930000-0000-7000-8000-00000000000b")
HASH = "ab" * 32


def line(key: UUID, kind: LineKind, **changes) -> Line:
    return Line(key, ORDER, kind, changes.pop("text"), changes.pop("quantity"), "CNY", AT, ORDER, **changes)


def around() -> Around:
    visit = {"text": "上门费", "quantity": Decimal("1.5"), "unit": "次", "unit_price": Decimal(80), "code": "visit"}
    off = {"discount_percent": Decimal(10), "discount_reason": "老客户", "tax_percent": Decimal(6)}
    part = line(PART, LineKind.PART, text="F 头", quantity=Decimal(2), serial="SN1", tax_percent=Decimal(6))
    started = AT.replace(minute=10, microsecond=0)
    return Around(
        Facts([line(VISIT, LineKind.LABOUR, **visit, **off), part]),
        [Moment("started_at", (started, UUID(int=2)), started), Moment("arrived_at", (AT, UUID(int=1)), AT)],
        {"m-1": HASH},
    )


def test_the_example_of_the_documentation_is_what_the_server_computes():
    page = PAGE.read_text("utf-8")
    written = json.loads(re.search(r"```json\n(\{\"schema\": \"fieldbeat/sign-off/2\".*?)\n```", page, re.DOTALL)[1])
    answers = {"badge_shown": True, "level": 71.5, "after": ["m-1", "m-2"], "cause": "接头松动", "empty": None}
    terms = read_terms(2, "2026-11-22T10:05:00+08:00", {"m-1": HASH.upper(), "m-2": None})
    content = snapshot(ORDER, VERSION, answers, {}, around().seen(["m-1", "m-2"], terms))
    assert content == written
    assert f"`{digest_to_sign(content).hex()}`" in page


def test_what_came_later_is_not_in_what_was_seen_earlier():
    known = around()
    later = AT + timedelta(hours=1)
    known.facts.removals.append(Removal(UUID(int=9), ORDER, VISIT, later, ORDER, "输错"))
    known.moments.append(Moment("arrived_at", (later, UUID(int=3)), later))
    then = known.seen((), Terms(2), (AT + timedelta(minutes=5), UUID(int=0)))
    assert ([one["id"] for one in then["fees"]], then["times"]["started_at"]) == ([str(VISIT)], None)
    now = known.seen((), Terms(2))
    assert (now["fees"], now["totals"]) == ([], [])
    assert now["times"]["arrived_at"] == "2026-11-22T02:00:00.120Z"


@pytest.mark.parametrize(
    ("known", "shown", "hash_"),
    [
        ({}, {}, None),
        ({"m": HASH}, {}, HASH),
        ({}, {"m": "cd" * 32}, "cd" * 32),
        ({"m": HASH}, {"m": None}, None),
        ({"m": HASH}, {"m": HASH}, HASH),
        ({"m": HASH}, {"m": "cd" * 32}, HASH),
    ],
)
def test_a_photo_stays_as_it_was_shown_unless_another_file_came_in(known, shown, hash_):
    assert Around(hashes=known).seen(["m"], Terms(2, None, shown))["photos"] == {"m": hash_}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ((None, "2026-11-22T10:05:00+08:00", {"m": HASH}), FIRST_TERMS),
        ((1, None, None), FIRST_TERMS),
        (("2", None, None), FIRST_TERMS),
        ((2, "yesterday", ["m"]), Terms(2)),
        ((2, 5, {"m": "short", "n": 5}), Terms(2)),
        ((2, None, {str(number): None for number in range(999)}), None),
    ],
)
def test_terms_of_whatever_kind_are_read_as_far_as_they_can_be(given, read):
    found = read_terms(*given)
    assert found == read if read is not None else len(found.photos) == 200


def test_terms_are_told_apart():
    one = Terms(2, "x", {"m": HASH})
    assert len({one.key, replace(one, photos={}).key, replace(one, completed_at=None).key, FIRST_TERMS.key}) == 4
