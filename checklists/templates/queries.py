"""What can be asked about checklist templates. Everybody of a region may read what was published there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from checklists.templates import errors
from checklists.templates.form import read_published
from checklists.templates.history import EventRow, page_of_events
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.steps import Checklist, VersionStatus
from checklists.templates.succession import Edition, in_force, subject_of
from dispatch.territory.pilot_queries import pilot_history
from dispatch.territory.pilots import PilotKind
from kernel.actor import Role
from kernel.by_ids import ByIds
from kernel.clock import iso
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

AUTHORS = (Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS)
"""Who sees drafts, too."""

ON_PHONES = (VersionStatus.PUBLISHED.value, VersionStatus.RETIRED.value)
"""A retired version stays readable: runs that began with it go on."""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template as lists show it; `name` is by locale. `current` is the version that new orders get outside of pilot zones."""

    id: UUID
    region_id: UUID
    code: str
    name: dict[str, str]
    current_version_id: UUID | None
    current_version: int | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version without its steps: who wrote and who published it, from when on it counts, when it is to be looked over."""

    id: UUID
    template_id: UUID
    version: int
    status: str
    digest: bytes
    created_by: UUID
    created_at: datetime
    published_by: UUID | None
    published_at: datetime | None
    effective_from: datetime | None
    on_trial: bool
    retired_at: datetime | None
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    review_due_at: datetime | None
    revision: int


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


def in_region(reading: Reading, region: Any) -> ColumnElement[bool]:
    """The condition that a row is of a region in the caller's scope, or of their own."""
    condition = reading.actor.scope.sees(region=region)
    return condition if reading.actor.region_id is None else or_(condition, region == reading.actor.region_id)


def _readable(reading: Reading) -> ColumnElement[bool]:
    readable = in_region(reading, Version.region_id)
    return readable if reading.actor.has(*AUTHORS) else readable & Version.status.in_(ON_PHONES)


def _templates(reading: Reading) -> Any:
    later = aliased(Version)
    current = (
        select(later.id)
        .where(
            later.template_id == Template.id,
            later.status == VersionStatus.PUBLISHED.value,
            later.on_trial.is_(False),
            later.effective_from <= reading.now,
        )
        .order_by(later.effective_from.desc(), later.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Template.id,
            Template.region_id,
            Template.code,
            Template.name,
            Version.id.label("current_version_id"),
            Version.version.label("current_version"),
        )
        .join(Version, Version.id == current, isouter=True)
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


def page_of_versions(
    reading: Reading, template_id: UUID, *, limit: int, after: Sequence[Any] | None = None
) -> Page[VersionRow]:
    """Return one page of a template's versions, the newest first; the key is (version). Raises NotFound (template.unknown)."""
    known = select(Template.id).where(Template.id == template_id, in_region(reading, Template.region_id))
    if reading.session.scalar(known) is None:
        raise errors.UNKNOWN()
    statement = select(*_VERSION).where(Version.template_id == template_id, _readable(reading))
    page: Page[Any] = read_page(reading.session, statement, key=(Version.version,), limit=limit, after=after)
    return Page(tuple(VersionRow(*row) for row in page.items), page.after)


def version_numbered(reading: Reading, template_id: UUID, number: int) -> VersionDetail:
    """Return a version of a template by its number, with its steps. Raises NotFound (template.unknown)."""
    version_id = reading.session.scalar(
        select(Version.id).where(Version.template_id == template_id, Version.version == number, _readable(reading))
    )
    if version_id is None:
        raise errors.UNKNOWN()
    return version(reading, version_id)


def history(reading: Reading, version_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[EventRow]:
    """Return one page of what was done to a version and said about it, for those who see drafts. Raises what `version` raises."""
    if not reading.actor.has(*AUTHORS):
        raise errors.UNKNOWN()
    version(reading, version_id)
    return page_of_events(reading, version_id, limit=limit, after=after)


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


def editions_of(session: Session, region_id: UUID, codes: Collection[str]) -> list[Edition]:
    """Return everything that was ever published under these codes of a region. Without a scope of its own, as it only decides."""
    rows = session.execute(
        select(Version.id, Template.code, Version.version, Version.effective_from, Version.retired_at)
        .join(Template, Template.id == Version.template_id)
        .where(Template.region_id == region_id, Template.code.in_(codes), Version.status.in_(ON_PHONES))
    )
    return [Edition(key, code, number, begins, ends) for key, code, number, begins, ends in rows if begins is not None]


def versions_at(
    reading: Reading, region_id: UUID, wanted: Collection[tuple[str, UUID | None]], at: datetime
) -> dict[tuple[str, UUID | None], UUID]:
    """Return the version that an order gets which is created at a moment, by its template's code and its zone.

    What has none is left out. Three statements for any number; without a scope of its own, as it only decides.
    """
    editions = editions_of(reading.session, region_id, {code for code, _ in wanted})
    if not editions:
        return {}
    subjects = [subject_of(one.code, one.version) for one in editions]
    pilots = pilot_history(reading, PilotKind.CHECKLIST_TEMPLATE, region_ids=[region_id], subjects=subjects)
    by_zone = {zone_id: in_force(editions, zone_id, at, pilots) for _, zone_id in wanted}
    return {(code, zone_id): by_zone[zone_id][code].version_id for code, zone_id in wanted if code in by_zone[zone_id]}


def current_versions(reading: Reading, region_id: UUID, codes: Collection[str]) -> dict[str, UUID]:
    """Return the version of each of these codes that orders outside of pilot zones get now; see `versions_at`."""
    found = versions_at(reading, region_id, [(code, None) for code in codes], reading.now)
    return {code: version_id for (code, _), version_id in found.items()}


def checklists_of(session: Session, version_ids: Collection[UUID]) -> dict[UUID, tuple[int, Checklist]]:
    """Return number and checklist of these versions. Only for runs whose orders are in scope: it does not ask."""
    rows = _STEPS.rows(session, version_ids)
    return {key: (number, read_published(steps)) for key, number, steps in rows}


_STEPS = ByIds(select(Version.id, Version.version, Version.steps), Version.id)


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
            Version.effective_from,
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
            "effective_from": iso(row.effective_from),
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
