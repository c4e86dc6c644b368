"""Every op that a phone may send, and every reason that it may give, is in the documentation of the protocol."""

import re
from pathlib import Path

import pytest

from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.reasons import DEFAULTS, KIND_OF
from sync.appliers.registry import FIELD_COMMANDS, TYPES

DOCS = Path(__file__).parents[3] / "docs"
PROTOCOL = (DOCS / "sync-protocol.md").read_text("utf-8")
ROWS = [line for line in PROTOCOL.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_op_has_a_row_with_the_data_that_it_needs(kind):
    prefix, _, name = kind.rpartition(".")
    named = [row for row in ROWS if f"`{kind}`" in row or (f"`{prefix}." in row and f"`.{name}`" in row)]
    assert named, f"no row of docs/sync-protocol.md names {kind}"
    assert all(f"`{need}`" in named[0] for need in TYPES[kind].needs), named[0]


@pytest.mark.parametrize("command", [one for one in FIELD_COMMANDS if one in KIND_OF])
def test_every_reason_that_a_phone_may_give_is_listed(command):
    kind = KIND_OF[command]
    (row,) = (row for row in ROWS if row.startswith(f"| `{kind}` |"))
    assert f"`.{command}`" in row
    missing = [one.code for one in DEFAULTS.values() if one.kind is kind and f"`{one.code}`" not in row]
    assert missing == []


def test_the_page_about_orders_names_every_state_and_command():
    page = (DOCS / "work-orders.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    assert {one.value for one in (*Status, *Command)} <= rows
