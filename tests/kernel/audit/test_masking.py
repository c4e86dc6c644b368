from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Column, LargeBinary, String

from kernel.audit.masking import masked, shown
from kernel.database import PERSONAL, SECRET, Document

PLAIN = Column("x", String(40))


@pytest.mark.parametrize(
    ("value", "kept"),
    [("139 0000 0001", "…01"), ("张伟", "…"), ("1234567", "…"), (33.78, "…"), ({"phone": "139"}, "…")],
    ids=["phone", "name", "short", "position", "document"],
)
def test_a_personal_value_is_not_kept(value, kept):
    assert masked(value) == kept
    assert shown(Column("x", info=PERSONAL), value) == kept


def test_a_change_of_a_long_personal_text_shows_without_the_text():
    one, other = (
        masked(f"红旗路 {n} 号，三单元，四零二室，门铃坏了，请提前打电话，家里有一条大狗，请走侧门进来，谢谢您")
        for n in (1, 2)
    )
    assert one != other
    assert one.startswith("sha256:")
    assert "红旗路" not in one


@pytest.mark.parametrize(
    "column", [Column("x", String(40), info=SECRET), Column("x", LargeBinary)], ids=["secret", "bytes"]
)
def test_a_secret_is_not_kept_at_all(column):
    assert shown(column, "whsec_abcdefgh" if isinstance(column.type, String) else b"abcdefgh") == "…"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("open", "open"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 11, 22, tzinfo=UTC), "2026-11-22T00:00:00+00:00"),
    ],
    ids=str,
)
def test_other_values_are_kept_as_they_are(value, kept):
    assert shown(PLAIN, value) == kept


def test_what_is_too_long_stands_by_its_digest():
    assert shown(PLAIN, "x" * 201).startswith("sha256:")
    assert shown(Column("x", Document), {"a": 1}) == {"a": 1}
    assert shown(Column("x", Document), {"a": "x" * 300}).startswith("sha256:")
