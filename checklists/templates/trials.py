"""Versions of checklists in trials: which may be tried, and what the end of a trial does to them."""

from sqlalchemy import select

from checklists.templates import errors
from checklists.templates.history import note
from checklists.templates.locking import announce
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.publishing import published_of, retire_all
from checklists.templates.steps import VersionEvent, VersionStatus
from checklists.templates.succession import read_subject
from dispatch.territory import pilot_queries
from dispatch.territory.pilot_events import PilotChanged, PilotStarting
from dispatch.territory.pilots import PilotKind, PilotOutcome
from kernel.unit_of_work import UnitOfWork


def on_pilot_starting(uow: UnitOfWork, event: PilotStarting) -> None:
    """Refuse to try a version that the region does not have, or that orders everywhere get already.

    Raises Invalid (template.trial_unfit) with the path.
    """
    if event.kind is not PilotKind.CHECKLIST_TEMPLATE:
        return
    version = _version(uow, event)
    begins = None if version is None or version.status != VersionStatus.PUBLISHED else version.effective_from
    if begins is None or begins < uow.now:
        raise errors.TRIAL_UNFIT("<code of the template>@<number of the version>", path="/subject")


def on_pilot_changed(uow: UnitOfWork, event: PilotChanged) -> None:
    """Let a version follow its trial: tried, then for everybody in place of the one before, or for nobody."""
    if event.kind is not PilotKind.CHECKLIST_TEMPLATE:
        return
    version = _version(uow, event)
    if version is None or version.status != VersionStatus.PUBLISHED:
        return
    outcome = pilot_queries.pilot(uow, event.pilot_id).outcome
    if outcome is PilotOutcome.STOPPED:
        retire_all(uow, [version])
        return
    tried, version.on_trial = version.on_trial, outcome is None
    if tried == version.on_trial:
        return
    version.revision += 1
    uow.session.flush()
    note(uow, VersionEvent.ROLLED_OUT if outcome is PilotOutcome.FULL else VersionEvent.TRIED, version)
    announce(uow, version)
    begins = version.effective_from
    if outcome is PilotOutcome.FULL and begins is not None and begins <= uow.now:
        retire_all(uow, [one for one in published_of(uow, version.template_id) if one is not version])


def _version(uow: UnitOfWork, event: PilotStarting | PilotChanged) -> ChecklistTemplateVersion | None:
    """Load the version that a trial is of, its template locked; None for a subject that names none."""
    named = read_subject(event.subject)
    if named is None:
        return None
    template_id = uow.session.scalar(
        select(ChecklistTemplate.id)
        .where(ChecklistTemplate.region_id == event.region_id, ChecklistTemplate.code == named[0])
        .with_for_update()
    )
    return uow.session.scalar(
        select(ChecklistTemplateVersion).where(
            ChecklistTemplateVersion.template_id == template_id, ChecklistTemplateVersion.version == named[1]
        )
    )
