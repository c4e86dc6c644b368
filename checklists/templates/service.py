"""What can be done with checklist templates, under change control: two people, and never a change after publishing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from checklists.templates import errors
from checklists.templates.drafting import Content, NewVersion, name_problems, read_content
from checklists.templates.history import LONGEST_TEXT, authors_of, note, note_by_id
from checklists.templates.locking import announce, check_region, lock_template, lock_version
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.pictures import check_pictures
from checklists.templates.publishing import Trial, put_in_force
from checklists.templates.queries import current_versions, in_region
from checklists.templates.seeding import seeds
from checklists.templates.steps import VersionEvent, VersionStatus
from dispatch.texts import line
from kernel.actor import SYSTEM_USER
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def create_template(
    uow: UnitOfWork, *, region_id: UUID, code: str, name: Mapping[str, str], steps: Any, template_id: UUID | None = None
) -> NewVersion:
    """Create a template with its first version, a draft. `name` is by locale, zh-CN at least.

    Raises:
        Forbidden (forbidden): not regional operations of this region.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
        Conflict (template.code_taken): the region has this code.
    """
    check_region(uow, region_id)
    content = read_content(steps, name_problems(code, name))
    template_id = template_id or uow.new_id()
    row = {"id": template_id, "region_id": region_id, "code": code, "name": dict(name), "created_at": uow.now}
    stored = insert_rows(
        uow.session, ChecklistTemplate, [row], on_conflict="(region_id, code) DO NOTHING", returning=["id"]
    )
    if not stored:
        raise errors.CODE_TAKEN(path="/code")
    return _add_version(uow, region_id, template_id, 1, content)


def new_version(uow: UnitOfWork, *, template_id: UUID, steps: Any) -> NewVersion:
    """Add a version to a template, a draft with the next number.

    Raises:
        NotFound (template.unknown): no such template in the actor's scope.
        Forbidden (forbidden): not regional operations of its region.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
    """
    region_id = lock_template(uow, template_id)
    content = read_content(steps)
    highest = uow.session.scalar(
        select(func.max(ChecklistTemplateVersion.version)).where(ChecklistTemplateVersion.template_id == template_id)
    )
    return _add_version(uow, region_id, template_id, (highest or 0) + 1, content)


def change_draft(uow: UnitOfWork, *, version_id: UUID, steps: Any, expected_revision: int | None = None) -> None:
    """Write the steps of a draft anew; whoever does is one of its authors.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden); Stale (stale);
        Conflict (template.not_a_draft): it is in review, or was published.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
    """
    version = lock_version(uow, version_id, expected_revision)
    if version.status != VersionStatus.DRAFT:
        raise errors.NOT_A_DRAFT(f"the version is {version.status}")
    content = read_content(steps)
    if content.digest == version.digest:
        return
    version.steps, version.digest = content.steps, content.digest
    _changed(uow, version, VersionEvent.EDITED)


def submit(uow: UnitOfWork, *, version_id: UUID, text: str | None = None, expected_revision: int | None = None) -> None:
    """Hand a draft in for review: it stays as it is until somebody publishes it or sends it back.

    Raises NotFound (template.unknown); Forbidden (forbidden); Stale (stale); Conflict (template.not_a_draft);
    Invalid (template.picture_missing): reference pictures that were not handed in, with each path.
    """
    version = lock_version(uow, version_id, expected_revision)
    if version.status != VersionStatus.DRAFT:
        raise errors.NOT_A_DRAFT(f"the version is {version.status}")
    check_pictures(uow, version.region_id, version.steps)
    version.status = VersionStatus.IN_REVIEW.value
    _changed(uow, version, VersionEvent.SUBMITTED, text)


def send_back(uow: UnitOfWork, *, version_id: UUID, reason: str, expected_revision: int | None = None) -> None:
    """Make a version in review a draft again, for a reason.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden); Stale (stale); Invalid (invalid): no reason;
        Conflict (template.not_in_review).
    """
    version = lock_version(uow, version_id, expected_revision)
    if version.status != VersionStatus.IN_REVIEW:
        raise errors.NOT_IN_REVIEW(f"the version is {version.status}")
    reason = line(reason, longest=LONGEST_TEXT, path="/reason")
    version.status = VersionStatus.DRAFT.value
    _changed(uow, version, VersionEvent.SENT_BACK, reason)


def comment(uow: UnitOfWork, *, version_id: UUID, text: str) -> None:
    """Say something about a version, whatever its state.

    Raises NotFound (template.unknown); Forbidden (forbidden); Invalid (invalid): nothing was said.
    """
    version = lock_version(uow, version_id)
    note(uow, VersionEvent.COMMENTED, version, text=line(text, longest=LONGEST_TEXT, path="/text"))


def publish(
    uow: UnitOfWork,
    *,
    version_id: UUID,
    effective_from: datetime | None = None,
    trial: Trial | None = None,
    expected_revision: int | None = None,
) -> None:
    """Publish a version in review: it never changes from now on, and new orders get it from a moment on (None: now).

    The version before it is retired then; with a `trial`, new orders of the pilot zones get it and all others go on as before.
    The system itself may publish its own drafts.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden); Stale (stale);
        Forbidden (template.same_person): the actor wrote some of it.
        Conflict (template.not_in_review, template.not_a_draft): it is a draft; or was published before.
        Conflict (template.change_pending): another version is being tried or waits for its day.
        Invalid (template.in_the_past): with the path; and what `piloting.start_pilot` raises.
    """
    version = lock_version(uow, version_id, expected_revision)
    by_system = uow.actor.user_id == SYSTEM_USER
    if version.status not in (VersionStatus.DRAFT, VersionStatus.IN_REVIEW):
        raise errors.NOT_A_DRAFT(f"the version is {version.status}")
    if not by_system and uow.actor.user_id in authors_of(uow, version):
        raise errors.SAME_PERSON()
    if not by_system and version.status != VersionStatus.IN_REVIEW:
        raise errors.NOT_IN_REVIEW()
    put_in_force(uow, version, effective_from or uow.now, trial)


def retire(uow: UnitOfWork, *, version_id: UUID) -> None:
    """Retire a published version: new orders no longer get it; runs that began with it go on.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden);
        Conflict (template.not_published): it is not published.
        Conflict (template.on_trial): its trial is to be ended instead.
    """
    version = lock_version(uow, version_id)
    if version.status != VersionStatus.PUBLISHED:
        raise errors.NOT_PUBLISHED(f"the version is {version.status}")
    if version.on_trial:
        raise errors.ON_TRIAL()
    version.status, version.retired_at, version.remind_at = VersionStatus.RETIRED.value, uow.now, None
    _changed(uow, version, VersionEvent.RETIRED)
    announce(uow, version)


def seed_templates(uow: UnitOfWork, region_id: UUID) -> dict[str, UUID]:
    """Give a region the checklists that come with the product, published, where it has none of that code yet.

    Done again, it changes nothing. Only for the system, which may publish what it wrote. Returns the published versions by code.
    """
    coming = seeds()
    codes = [seed["code"] for seed in coming]
    known = set(
        uow.session.scalars(
            select(ChecklistTemplate.code).where(
                ChecklistTemplate.region_id == region_id,
                ChecklistTemplate.code.in_(codes),
                in_region(uow, ChecklistTemplate.region_id),
            )
        )
    )
    for seed in coming:
        if seed["code"] not in known:
            made = create_template(uow, region_id=region_id, **seed)
            publish(uow, version_id=made.version_id)
    return current_versions(uow, region_id, codes)


def _changed(uow: UnitOfWork, version: ChecklistTemplateVersion, kind: VersionEvent, text: str | None = None) -> None:
    version.revision += 1
    uow.session.flush()
    note(uow, kind, version, text=text)


def _add_version(uow: UnitOfWork, region_id: UUID, template_id: UUID, number: int, content: Content) -> NewVersion:
    made = NewVersion(template_id, uow.new_id(), number)
    row = {
        "id": made.version_id,
        "region_id": region_id,
        "template_id": template_id,
        "version": number,
        "status": VersionStatus.DRAFT.value,
        "steps": content.steps,
        "digest": content.digest,
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
        "on_trial": False,
        "revision": 1,
    }
    insert_rows(uow.session, ChecklistTemplateVersion, [row])
    note_by_id(uow, VersionEvent.CREATED, [(made.version_id, region_id)])
    return made
