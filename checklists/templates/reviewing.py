"""Keeps checklists fresh: a look every so many months, with reminders; and versions give way when the next one's day has come."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from checklists.templates import errors
from checklists.templates.history import LONGEST_TEXT, note, note_by_id
from checklists.templates.locking import announce, lock_version
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.publishing import rules_of
from checklists.templates.review_rules import SUBJECT, due_after, first_reminder, next_reminder, read_rules
from checklists.templates.steps import VersionEvent, VersionStatus
from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.policies.queries import rules_at
from dispatch.texts import line
from kernel.actor import Role
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork

Version = ChecklistTemplateVersion


def confirm_review(uow: UnitOfWork, *, version_id: UUID, text: str) -> None:
    """Say that a published version was looked over and stays as it is; the next review is due in so many months.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden); Invalid (invalid): nothing was said of what was found;
        Conflict (template.not_published).
    """
    version = lock_version(uow, version_id)
    if version.status != VersionStatus.PUBLISHED:
        raise errors.NOT_PUBLISHED(f"the version is {version.status}")
    text = line(text, longest=LONGEST_TEXT, path="/text")
    numbers = rules_of(uow, version.region_id)
    version.reviewed_by, version.reviewed_at = uow.actor.user_id, uow.now
    version.review_due_at = due_after(uow.now, numbers)
    version.remind_at = first_reminder(version.review_due_at, numbers)
    version.revision += 1
    uow.session.flush()
    note(uow, VersionEvent.REVIEWED, version, text=text)


def remind_of_reviews(uow: UnitOfWork, *, limit: int) -> int:
    """Remind the operations of regions, and who published, of reviews that are due; return how many versions were looked at.

    For the system. The statements are the same for any number, but one for each region.
    """
    due = uow.session.execute(
        select(
            Version.id,
            Version.region_id,
            Version.version,
            Version.created_by,
            Version.published_by,
            Version.review_due_at,
            ChecklistTemplate.name,
        )
        .join(ChecklistTemplate, ChecklistTemplate.id == Version.template_id)
        .where(Version.remind_at.is_not(None), Version.remind_at <= uow.now)
        .order_by(Version.remind_at, Version.id)
        .limit(limit)
        .with_for_update(of=Version)
    ).all()
    if not due:
        return 0
    regions = {row.region_id for row in due}
    decided = rules_at(uow, regions, SUBJECT, uow.now)
    keepers = {key: accounts.holders_of(uow, Role.REGIONAL_OPERATIONS, key) for key in regions}
    notices, changed = [], []
    for row in due:
        again = next_reminder(row.review_due_at, uow.now, read_rules(decided.get(row.region_id, {})))
        changed.append({"id": row.id, "remind_at": again})
        overdue = uow.now >= row.review_due_at
        people = tuple(dict.fromkeys((row.created_by, row.published_by, *keepers[row.region_id])))
        values = {"name": row.name["zh-CN"], "version": row.version, "day": row.review_due_at.date()}
        text = "checklists.review_overdue" if overdue else "checklists.review_due"
        key = f"checklists.review:{row.id}:{uow.now:%Y%m%d}"
        notices.append(Notice(text, key, people, values, row.region_id))
    update_rows(uow.session, Version, changed, key=["id"])
    note_by_id(uow, VersionEvent.REMINDED, [(row.id, row.region_id) for row in due])
    tell(uow, notices)
    return len(due)


def retire_superseded(uow: UnitOfWork, *, limit: int) -> int:
    """Retire versions whose successor's day has come, as of that moment; return how many. For the system.

    New orders get the successor from its moment on in any case: this only says so.
    """
    following = aliased(Version)
    begun = (
        select(following.effective_from)
        .where(
            following.template_id == Version.template_id,
            following.status == VersionStatus.PUBLISHED.value,
            following.on_trial.is_(False),
            following.effective_from <= uow.now,
            following.effective_from > Version.effective_from,
        )
        .order_by(following.effective_from)
        .limit(1)
    )
    rows = uow.session.execute(
        select(Version, begun.scalar_subquery())
        .where(Version.status == VersionStatus.PUBLISHED.value, Version.on_trial.is_(False), begun.exists())
        .limit(limit)
        .with_for_update(of=Version)
    ).all()
    for version, at in rows:
        version.status, version.retired_at, version.remind_at = VersionStatus.RETIRED.value, at, None
        version.revision += 1
    uow.session.flush()
    note(uow, VersionEvent.RETIRED, *(version for version, _ in rows))
    announce(uow, *(version for version, _ in rows))
    return len(rows)
