"""What can be asked about zoning proposals, within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from dispatch.zoning import errors
from dispatch.zoning.basis import Basis
from dispatch.zoning.figures import Effort, Figures, effort_of, figures_of
from dispatch.zoning.models import ZoningProposal
from dispatch.zoning.plan import Plan, as_today
from dispatch.zoning.status import ProposalStatus
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID
    status: str
    version: int
    created_by: UUID
    created_at: datetime
    applied_by: UUID | None
    applied_at: datetime | None
    undone_by: UUID | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal beside the day it was made on, in figures, with what it takes to get there."""

    row: ProposalRow
    basis: Basis
    plan: Plan
    today: Figures
    proposed: Figures
    effort: Effort


_ROW = tuple(getattr(ZoningProposal, name) for name in ProposalRow.__dataclass_fields__)


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the proposals of stations that the caller may see."""
    return reading.actor.scope.sees(region=ZoningProposal.region_id, station=ZoningProposal.station_id)


def page_of_proposals(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    status: ProposalStatus | None = None,
) -> Page[ProposalRow]:
    """List proposals, the latest first; the key is (created_at, id)."""
    statement: Select[Any] = select(*_ROW).where(in_scope(reading))
    if station_id is not None:
        statement = statement.where(ZoningProposal.station_id == station_id)
    if status is not None:
        statement = statement.where(ZoningProposal.status == status.value)
    key = [ZoningProposal.created_at, ZoningProposal.id]
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(ProposalRow(*row) for row in page.items), page.after)


def proposal(reading: Reading, proposal_id: UUID) -> ProposalDetail:
    """Return a proposal with its figures. Raises NotFound (zoning.unknown)."""
    found: Any = reading.session.execute(
        select(*_ROW, ZoningProposal.basis, ZoningProposal.plan).where(
            ZoningProposal.id == proposal_id, in_scope(reading)
        )
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    basis, plan = Basis.load(found.basis), Plan.load(found.plan)
    return ProposalDetail(
        ProposalRow(*found[: len(_ROW)]),
        basis,
        plan,
        figures_of(basis, as_today(basis)),
        figures_of(basis, plan),
        effort_of(basis, plan),
    )
