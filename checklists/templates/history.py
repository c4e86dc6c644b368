"""What was done to a version and said about it, and who its authors are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from checklists.templates.models import ChecklistTemplateVersion, ChecklistVersionEvent
from checklists.templates.steps import VersionEvent
from kernel.bulk import insert_rows
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading, UnitOfWork

LONGEST_TEXT = 2000
WRITING = (VersionEvent.CREATED.value, VersionEvent.EDITED.value)
"""Who did this to a version is one of its authors."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that was done to a version or said about it."""

    id: UUID
    kind: str
    user_id: UUID
    text: str | None
    at: datetime


_ROW = tuple(getattr(ChecklistVersionEvent, name) for name in EventRow.__dataclass_fields__)


def note(uow: UnitOfWork, kind: VersionEvent, *versions: ChecklistTemplateVersion, text: str | None = None) -> None:
    """Keep what the actor does to versions, or says about them."""
    note_by_id(uow, kind, [(one.id, one.region_id) for one in versions], text)


def note_by_id(
    uow: UnitOfWork, kind: VersionEvent, versions: Sequence[tuple[UUID, UUID]], text: str | None = None
) -> None:
    """Keep what the actor does to versions, named by their ids and regions. One statement, none without versions."""
    rows = [
        {
            "id": uow.new_id(),
            "region_id": region_id,
            "version_id": version_id,
            "kind": kind.value,
            "user_id": uow.actor.user_id,
            "text": text,
            "at": uow.now,
        }
        for version_id, region_id in versions
    ]
    insert_rows(uow.session, ChecklistVersionEvent, rows)


def authors_of(reading: Reading, version: ChecklistTemplateVersion) -> set[UUID]:
    """Return everybody who wrote something of a version."""
    wrote = select(ChecklistVersionEvent.user_id).where(
        ChecklistVersionEvent.version_id == version.id, ChecklistVersionEvent.kind.in_(WRITING)
    )
    return {version.created_by, *reading.session.scalars(wrote)}


def page_of_events(
    reading: Reading, version_id: UUID, *, limit: int, after: Sequence[Any] | None = None
) -> Page[EventRow]:
    """Return one page of a version's history, the first thing first; the key is (id). Without a scope of its own."""
    statement = select(*_ROW).where(ChecklistVersionEvent.version_id == version_id)
    page: Page[Any] = read_page(
        reading.session, statement, key=(ChecklistVersionEvent.id,), limit=limit, after=after, descending=False
    )
    return Page(tuple(EventRow(*row) for row in page.items), page.after)
