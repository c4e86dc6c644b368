"""What can be asked about checklist templates. Everybody of a region may read what was published there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from checklists.templates import errors
from checklists.templates.form import read_published
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.steps import Checklist, VersionStatus
from kernel.actor import Role
from kernel.clock import iso
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

AUTHORS = (Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS)
"""Who sees drafts, too."""

ON_PHONES = (VersionStatus.PUBLISHED.value, VersionStatus.RETIRED.value)
"""A retired version stays readable: runs that began with it go on."""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template as lists show it; `name` is by locale. `current` is the published version, if there is one."""

    id: UUID
    region_id: UUID
    code: str
    name: dict[str, str]
    current_version_id: UUID | None
    current_version: int | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version without its steps."""

    id: UUID
    template_id: UUID
    version: int
    status: str
    digest: bytes
    created_by: UUID
    created_at: datetime
    published_by: UUID | None
    published_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class TemplateDetail:
    """A template with its latest versions, the newest first."""

    row: TemplateRow
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version with its steps in the stored form."""

    row: VersionRow
    region_id: UUID
    code: str
    name: dict[str, str]
    steps: list[Any]


Template, Version = ChecklistTemplate, ChecklistTemplateVersion
_VERSION: tuple[Any, ...] = tuple(getattr(Version, name) for name in VersionRow.__dataclass_fields__)
_CURRENT = (Version.template_id == Template.id) & (Version.status == VersionStatus.PUBLISHED.value)


def in_region(reading: Reading, region: Any) -> ColumnElement[bool]:
    """The condition that a row is of a region in the caller's scope, or of their own."""
    condition = reading.actor.scope.sees(region=region)
    return condition if reading.actor.region_id is None else or_(condition, region == reading.actor.region_id)


def _readable(reading: Reading) -> ColumnElement[bool]:
    readable = in_region(reading, Version.region_id)
    return readable if reading.actor.has(*AUTHORS) else readable & Version.status.in_(ON_PHONES)


def _templates(reading: Reading) -> Any:
    return (
        select(
            Template.id,
            Template.region_id,
            Template.code,
            Template.name,
            Version.id.label("current_version_id"),
            Version.version.label("current_version"),
        )
        .join(Version, _CURRENT, isouter=True)
        .where(in_region(reading, Template.region_id))
    )


def _template_row(row: Any) -> TemplateRow:
    return TemplateRow(*row)


def templates(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, region_id: UUID | None = None
) -> Page[TemplateRow]:
    """Return one page of templates by code; the key is (code, id)."""
    statement = _templates(reading)
    if region_id is not None:
        statement = statement.where(Template.region_id == region_id)
    page = read_page(
        reading.session,
        statement,
        key=(Template.code, Template.id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_template_row(row) for row in page.items), page.after)


def template(reading: Reading, template_id: UUID, *, limit: int = 100) -> TemplateDetail:
    """Return a template and its latest versions. Raises NotFound (template.unknown)."""
    row = reading.session.execute(_templates(reading).where(Template.id == template_id)).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    versions = reading.session.execute(
        select(*_VERSION)
        .where(Version.template_id == template_id, _readable(reading))
        .order_by(Version.version.desc())
        .limit(limit)
    )
    return TemplateDetail(_template_row(row), tuple(VersionRow(*one) for one in versions))


def version(reading: Reading, version_id: UUID) -> VersionDetail:
    """Return a version with its steps. Raises NotFound (template.unknown)."""
    row = reading.session.execute(
        select(*_VERSION, Template.region_id, Template.code, Template.name, Version.steps)
        .join(Template, Template.id == Version.template_id)
        .where(Version.id == version_id, _readable(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return VersionDetail(VersionRow(*row[: len(_VERSION)]), *row[len(_VERSION) :])


def current_versions(session: Session, region_id: UUID, codes: Collection[str]) -> dict[str, UUID]:
    """Return the published version of each of these codes in a region; a code without one is left out."""
    rows = session.execute(
        select(Template.code, Version.id)
        .join(Version, _CURRENT)
        .where(Template.region_id == region_id, Template.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


def checklists_of(session: Session, version_ids: Collection[UUID]) -> dict[UUID, tuple[int, Checklist]]:
    """Return number and checklist of these versions. Only for runs whose orders are in scope: it does not ask."""
    if not version_ids:
        return {}
    rows = session.execute(select(Version.id, Version.version, Version.steps).where(Version.id.in_(version_ids)))
    return {key: (number, read_published(steps)) for key, number, steps in rows}


def documents(reading: Reading, ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """Return the documents of those of these versions that the caller may have on a phone."""
    rows = reading.session.execute(
        select(
            Version.id,
            Version.template_id,
            Template.code,
            Template.name,
            Version.version,
            Version.status,
            Version.published_at,
            Version.digest,
            Version.steps,
        )
        .join(Template, Template.id == Version.template_id)
        .where(Version.id.in_(ids), in_region(reading, Version.region_id), Version.status.in_(ON_PHONES))
    )
    return {
        str(row.id): {
            "id": str(row.id),
            "template_id": str(row.template_id),
            "code": row.code,
            "name": row.name,
            "version": row.version,
            "status": row.status,
            "published_at": iso(row.published_at),
            "digest": row.digest.hex(),
            "steps": row.steps,
        }
        for row in rows
    }


def published_versions(reading: Reading, region_id: UUID) -> list[UUID]:
    """Return the ids of all versions of a region that phones have, for a feed that starts over."""
    return list(
        reading.session.scalars(
            select(Version.id).where(
                Version.region_id == region_id, Version.status.in_(ON_PHONES), in_region(reading, Version.region_id)
            )
        )
    )
