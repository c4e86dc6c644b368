"""What can be asked about the policies of regions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, func, or_, select, type_coerce

from dispatch.policies.models import RegionPolicy
from kernel.by_ids import ByIds
from kernel.database import Page, UTCDateTime, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The rules of a region on a subject, from a moment on."""

    id: UUID
    region_id: UUID
    subject: str
    rules: dict[str, Any]
    effective_from: datetime
    set_by: UUID
    created_at: datetime


_ROW = tuple(getattr(RegionPolicy, name) for name in PolicyRow.__dataclass_fields__)


def rules_at(
    reading: Reading, region_ids: Collection[UUID], subject: str, at: datetime
) -> dict[UUID, Mapping[str, Any]]:
    """Return the rules in force on a subject at a moment, by region; a region that decided nothing is left out.

    For regions that the caller knows from something in scope. One statement.
    """
    return {row.region_id: row.rules for row in _IN_FORCE.rows(reading.session, region_ids, subject=subject, at=at)}


_NTH = func.row_number().over(
    partition_by=RegionPolicy.region_id,
    order_by=(RegionPolicy.effective_from.desc(), RegionPolicy.created_at.desc(), RegionPolicy.id.desc()),
)
_SUBJECT = bindparam("subject", type_=String())
_RANKED = (
    # The column takes its type from the one that it refers to, and that may not be there yet.
    select(type_coerce(RegionPolicy.region_id, Uuid()).label("region_id"), RegionPolicy.rules, _NTH.label("nth"))
    .where(RegionPolicy.subject == _SUBJECT, RegionPolicy.effective_from <= bindparam("at", type_=UTCDateTime()))
    .subquery()
)
_IN_FORCE = ByIds(select(_RANKED.c.region_id, _RANKED.c.rules).where(_RANKED.c.nth == 1), _RANKED.c.region_id)


def rules_by_code(
    reading: Reading, region_ids: Collection[UUID], subject: str, at: datetime, *, unnamed: str
) -> dict[UUID, list[Mapping[str, Any]]]:
    """Return the rules on a subject that has several, by the `code` in them: by region, the latest decided first.

    Of each code those in force at a moment; rules without a code have that of `unnamed`. For regions that the caller knows from
    something in scope. One statement.
    """
    latest = (RegionPolicy.effective_from.desc(), RegionPolicy.created_at.desc(), RegionPolicy.id.desc())
    code = func.coalesce(RegionPolicy.rules["code"].as_string(), unnamed)
    nth = func.row_number().over(partition_by=(RegionPolicy.region_id, code), order_by=latest)
    ranked = (
        select(RegionPolicy.id, nth.label("nth"))
        .where(
            RegionPolicy.region_id.in_(region_ids),
            RegionPolicy.subject == subject,
            RegionPolicy.effective_from <= at,
        )
        .subquery()
    )
    rows = reading.session.execute(
        select(RegionPolicy.region_id, RegionPolicy.rules)
        .join(ranked, ranked.c.id == RegionPolicy.id)
        .where(ranked.c.nth == 1)
        .order_by(*latest)
    )
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.region_id, []).append(row.rules)
    return found


def codes_of(reading: Reading, region_id: UUID, subject: str) -> set[str | None]:
    """Return the codes of all rules that a region ever decided on a subject, also for later; None: without one."""
    code = RegionPolicy.rules["code"].as_string()
    return set(
        reading.session.scalars(
            select(code).where(RegionPolicy.region_id == region_id, RegionPolicy.subject == subject).distinct()
        )
    )


def rules_over_time(
    reading: Reading, region_ids: Collection[UUID], subject: str
) -> dict[UUID, list[tuple[datetime, Mapping[str, Any]]]]:
    """Return all that these regions ever decided on a subject, by when it begins; a region that decided nothing is left out.

    For regions that the caller knows from something in scope. One statement.
    """
    found: dict[UUID, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for row in _OVER_TIME.rows(reading.session, region_ids, subject=subject):
        found.setdefault(row.region_id, []).append((row.effective_from, row.rules))
    return found


_OVER_TIME = ByIds(
    select(RegionPolicy.region_id, RegionPolicy.effective_from, RegionPolicy.rules)
    .where(RegionPolicy.subject == _SUBJECT)
    .order_by(RegionPolicy.effective_from, RegionPolicy.created_at, RegionPolicy.id),
    RegionPolicy.region_id,
)


def page_of_policies(
    reading: Reading, *, region_id: UUID, subject: str, limit: int, after: Sequence[Any] | None = None
) -> Page[PolicyRow]:
    """Return one page of what a region decided on a subject, the latest first; the key is (effective_from, id).

    Everybody of the region may know; for others there is nothing.
    """
    own = RegionPolicy.region_id == reading.actor.region_id
    inside = or_(own, reading.actor.scope.sees(region=RegionPolicy.region_id))
    statement = select(*_ROW).where(RegionPolicy.region_id == region_id, RegionPolicy.subject == subject, inside)
    key = (RegionPolicy.effective_from, RegionPolicy.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(PolicyRow(*row) for row in page.items), page.after)
