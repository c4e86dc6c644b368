"""A version comes into force: now or from a day on, everywhere or in pilot zones first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from checklists.templates import errors
from checklists.templates.history import note
from checklists.templates.locking import announce
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.review_rules import SUBJECT, ReviewRules, due_after, first_reminder, read_rules
from checklists.templates.steps import VersionEvent, VersionStatus
from checklists.templates.succession import subject_of
from dispatch.policies.queries import rules_at
from dispatch.territory import piloting
from dispatch.territory.pilots import PilotKind
from kernel.unit_of_work import Reading, UnitOfWork

Version = ChecklistTemplateVersion


@dataclass(frozen=True, slots=True)
class Trial:
    """In which zones a new version is tried first, and why."""

    zone_ids: tuple[UUID, ...]
    reason: str


def put_in_force(uow: UnitOfWork, version: Version, effective_from: datetime, trial: Trial | None) -> None:
    """Publish a version whose template is locked. Raises what `service.publish` raises about the moment and the trial."""
    if effective_from < uow.now:
        raise errors.IN_THE_PAST(path="/effective_from")
    before = published_of(uow, version.template_id)
    pending = [one for one in before if one.on_trial or _begins(one) > uow.now]
    if pending:
        raise errors.CHANGE_PENDING(f"version {pending[0].version}", version=pending[0].version)
    numbers = rules_of(uow, version.region_id)
    version.status = VersionStatus.PUBLISHED.value
    version.published_by, version.published_at = uow.actor.user_id, uow.now
    version.effective_from = effective_from
    version.review_due_at = due_after(effective_from, numbers)
    version.remind_at = first_reminder(version.review_due_at, numbers)
    version.revision += 1
    uow.session.flush()
    note(uow, VersionEvent.PUBLISHED, version)
    if trial is not None:
        _try(uow, version, trial)
    elif effective_from == uow.now:
        retire_all(uow, before)
    announce(uow, version)


def published_of(uow: UnitOfWork, template_id: UUID) -> list[Version]:
    """Return the versions of a template that are published, perhaps for a day to come, the first first."""
    return list(
        uow.session.scalars(
            select(Version)
            .where(Version.template_id == template_id, Version.status == VersionStatus.PUBLISHED.value)
            .order_by(Version.effective_from, Version.version)
        )
    )


def retire_all(uow: UnitOfWork, versions: list[Version], at: datetime | None = None) -> None:
    """Retire versions as of a moment that has come (None: now), and tell the phones."""
    for one in versions:
        one.status, one.retired_at, one.remind_at = VersionStatus.RETIRED.value, at or uow.now, None
        one.on_trial = False
        one.revision += 1
    uow.session.flush()
    note(uow, VersionEvent.RETIRED, *versions)
    announce(uow, *versions)


def rules_of(reading: Reading, region_id: UUID) -> ReviewRules:
    """Return how often a region looks over its checklists, as decided by now."""
    return read_rules(rules_at(reading, [region_id], SUBJECT, reading.now).get(region_id, {}))


def _begins(version: Version) -> datetime:
    assert version.effective_from is not None  # it was published
    return version.effective_from


def _try(uow: UnitOfWork, version: Version, trial: Trial) -> None:
    code = uow.session.scalars(select(ChecklistTemplate.code).where(ChecklistTemplate.id == version.template_id)).one()
    piloting.start_pilot(
        uow,
        region_id=version.region_id,
        kind=PilotKind.CHECKLIST_TEMPLATE,
        subject=subject_of(code, version.version),
        zone_ids=trial.zone_ids,
        reason=trial.reason,
        path="/trial",
    )
