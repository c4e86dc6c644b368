"""Which rules about people are in force where, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.people.models import PeoplePolicy
from dispatch.people.rules.numbers import PeopleRules, read_rules
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The rules of a region from a moment on."""

    id: UUID
    region_id: UUID
    effective_from: datetime
    rules: PeopleRules
    created_by: UUID
    created_at: datetime


_ROW = tuple(getattr(PeoplePolicy, name) for name in PolicyRow.__dataclass_fields__)


def rules_of(reading: Reading, region_ids: Collection[UUID], at: datetime | None = None) -> dict[UUID, PeopleRules]:
    """Return the rules that are in force in these regions at a moment (None: now), the defaults where none were set.

    One statement; what a region goes by is no secret within something in scope.
    """
    rows = reading.session.execute(
        select(PeoplePolicy.region_id, PeoplePolicy.rules)
        .where(PeoplePolicy.region_id.in_(region_ids), PeoplePolicy.effective_from <= (at or reading.now))
        .order_by(PeoplePolicy.effective_from)
    )
    return dict.fromkeys(region_ids, PeopleRules()) | {row.region_id: read_rules(row.rules) for row in rows}


def page_of_policies(
    reading: Reading, *, region_id: UUID, limit: int, after: Sequence[Any] | None = None
) -> Page[PolicyRow]:
    """Return one page of a region's rules, the latest first; the key is (effective_from, id). Its people may read them."""
    mine = PeoplePolicy.region_id == reading.actor.region_id
    statement = select(*_ROW).where(
        PeoplePolicy.region_id == region_id, or_(mine, reading.actor.scope.sees(region=PeoplePolicy.region_id))
    )
    key = (PeoplePolicy.effective_from, PeoplePolicy.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    rows = (PolicyRow(**{**row._mapping, "rules": read_rules(row.rules)}) for row in page.items)
    return Page(tuple(rows), page.after)
