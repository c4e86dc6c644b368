"""What is told to somebody who asks what is kept about them: table by table, after the rules by which it is erased."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

from kernel.database import Base
from sync.erasure.rules import KEPT, RULES, Whose

FORMAT = "fieldbeat.disclosure/1"
"""The form of the file. Members may come besides under the same name; one that goes, or means something else, takes another."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of a table that an id leads to through a column."""

    table: str
    by: str
    whose: Whose


BESIDES: tuple[Section, ...] = (
    Section("assets", "customer_id", Whose.CUSTOMER),
    Section("asset_stays", "customer_id", Whose.CUSTOMER),
    Section("fee_lines", "work_order_id", Whose.ORDER),
    Section("fee_removals", "work_order_id", Whose.ORDER),
    Section("service_reports", "work_order_id", Whose.ORDER),
    Section("legal_holds", "customer_id", Whose.CUSTOMER),
    Section("erasures", "customer_id", Whose.CUSTOMER),
)
"""What stays when a customer is erased, and is about them all the same."""

SECTIONS: tuple[Section, ...] = (*(Section(one.table, one.by, one.whose) for one in RULES), *BESIDES)

_STAFF = "about the staff, not the customer"
_WORK = "about the work and those who did it"
UNTOLD: Mapping[str, str] = {
    **dict.fromkeys(("users", "login_sessions", "second_factors", "provider_identities"), _STAFF),
    **dict.fromkeys(("work_order_assignments", "work_order_crew", "assignment_offers"), _STAFF),
    **dict.fromkeys(("reviews", "fault_records", "review_frame_rows", "checklist_follow_ups", "clock_events"), _WORK),
    "api_key_secrets": "of programs",
    "exports": "files that staff took out: of lists, each of which is told here as it is now",
    "import_lines": "what somebody brought in, forgotten after 90 days; what became of it is told",
    "zone_decisions": "says to which zone a place belongs, whoever lives there",
    "incident_orders": "that an order belongs to an incident of many",
    "planned_outages": "what the network was out for",
}
"""What stays when a customer is erased, and is not about them."""

LEFT_OUT: Mapping[str, frozenset[str]] = {"signing_links": frozenset({"token_hash", "code_hash"})}
"""Columns of sections that are told nobody: they belong to what opens something."""


def columns_of(table: Table) -> list[Column[object]]:
    """Return the columns of a section that are told: all but secrets, and what only follows from others, for searching."""
    left_out = LEFT_OUT.get(table.name, frozenset())
    return [
        column
        for column in table.columns
        if not (column.info.get("secret") or column.info.get("derived") or column.name in left_out)
    ]


def gaps() -> set[str]:
    """Return the tables of the rules of erasure, and those that it leaves, that have no place here; there must be none."""
    placed = {one.table for one in SECTIONS} | set(UNTOLD)
    return ({one.table for one in RULES} | set(KEPT)) ^ placed


def table_of(section: Section) -> Table:
    """Return the table of a section."""
    return Base.metadata.tables[section.table]
