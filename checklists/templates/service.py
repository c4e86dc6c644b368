"""What can be done with checklist templates, under change control: two people, and never a change after publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from checklists.canonical import digest_of
from checklists.templates import errors
from checklists.templates.form import parse_steps, write_steps
from checklists.templates.item_reader import LIMITS
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.queries import current_versions, in_region
from checklists.templates.seeding import seeds
from checklists.templates.steps import VersionStatus
from kernel import errors as kernel_errors
from kernel.actor import SYSTEM_USER, Role
from kernel.change_feed import Change, scope_of
from kernel.database import insert_rows
from kernel.errors import FieldProblem
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that was made."""

    template_id: UUID
    version_id: UUID
    version: int


def create_template(
    uow: UnitOfWork, *, region_id: UUID, code: str, name: Mapping[str, str], steps: Any, template_id: UUID | None = None
) -> NewVersion:
    """Create a template with its first version, a draft. `name` is by locale, zh-CN at least.

    Raises:
        Forbidden (forbidden): not regional operations of this region.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
        Conflict (template.code_taken): the region has this code.
    """
    _check_region(uow, region_id)
    problems = (*_check_name(code, name), *_check_steps(steps))
    if problems:
        raise errors.INVALID(fields=problems)
    template_id = template_id or uow.new_id()
    row = {"id": template_id, "region_id": region_id, "code": code, "name": dict(name), "created_at": uow.now}
    stored = insert_rows(
        uow.session, ChecklistTemplate, [row], on_conflict="(region_id, code) DO NOTHING", returning=["id"]
    )
    if not stored:
        raise errors.CODE_TAKEN(path="/code")
    return _add_version(uow, region_id, template_id, 1, steps)


def new_version(uow: UnitOfWork, *, template_id: UUID, steps: Any) -> NewVersion:
    """Add a version to a template, a draft with the next number.

    Raises:
        NotFound (template.unknown): no such template in the actor's scope.
        Forbidden (forbidden): not regional operations of its region.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
    """
    region_id = _lock_template(uow, template_id)
    _check_region(uow, region_id)
    if problems := _check_steps(steps):
        raise errors.INVALID(fields=problems)
    highest = uow.session.scalar(
        select(func.max(ChecklistTemplateVersion.version)).where(ChecklistTemplateVersion.template_id == template_id)
    )
    return _add_version(uow, region_id, template_id, (highest or 0) + 1, steps)


def publish(uow: UnitOfWork, *, version_id: UUID) -> None:
    """Publish a draft: from now on new orders get it, and it never changes. The version before it is retired.

    Raises:
        NotFound (template.unknown): no such version in the actor's scope.
        Forbidden (forbidden, template.same_person): not regional operations of its region, or its own author.
        Conflict (template.not_a_draft): it was published before.
    """
    version = _lock_version(uow, version_id)
    _check_region(uow, version.region_id)
    if version.status not in (VersionStatus.DRAFT, VersionStatus.IN_REVIEW):
        raise errors.NOT_A_DRAFT(f"the version is {version.status}")
    if uow.actor.user_id == version.created_by and uow.actor.user_id != SYSTEM_USER:
        raise errors.SAME_PERSON()
    before = uow.session.scalars(
        select(ChecklistTemplateVersion).where(
            ChecklistTemplateVersion.template_id == version.template_id,
            ChecklistTemplateVersion.status == VersionStatus.PUBLISHED.value,
        )
    ).all()
    for older in before:
        older.status, older.retired_at = VersionStatus.RETIRED.value, uow.now
    version.status = VersionStatus.PUBLISHED.value
    version.published_by, version.published_at = uow.actor.user_id, uow.now
    uow.session.flush()
    _announce(uow, *before, version)


def retire(uow: UnitOfWork, *, version_id: UUID) -> None:
    """Retire a published version: new orders no longer get it; runs that began with it go on.

    Raises:
        NotFound (template.unknown): no such version in the actor's scope.
        Forbidden (forbidden): not regional operations of its region.
        Conflict (template.not_published): it is not published.
    """
    version = _lock_version(uow, version_id)
    _check_region(uow, version.region_id)
    if version.status != VersionStatus.PUBLISHED:
        raise errors.NOT_PUBLISHED(f"the version is {version.status}")
    version.status, version.retired_at = VersionStatus.RETIRED.value, uow.now
    uow.session.flush()
    _announce(uow, version)


def seed_templates(uow: UnitOfWork, region_id: UUID) -> dict[str, UUID]:
    """Give a region the checklists that come with the product, published, where it has none of that code yet.

    Done again, it changes nothing. Only for the system, which may publish what it wrote. Returns the published versions by code.
    """
    coming = seeds()
    codes = [seed["code"] for seed in coming]
    known = set(
        uow.session.scalars(
            select(ChecklistTemplate.code).where(
                ChecklistTemplate.region_id == region_id, ChecklistTemplate.code.in_(codes)
            )
        )
    )
    for seed in coming:
        if seed["code"] not in known:
            made = create_template(uow, region_id=region_id, **seed)
            publish(uow, version_id=made.version_id)
    return current_versions(uow.session, region_id, codes)


def _announce(uow: UnitOfWork, *versions: ChecklistTemplateVersion) -> None:
    uow.announce(Change(one.region_id, scope_of("region", one.region_id), "templates", str(one.id)) for one in versions)


def _check_region(uow: UnitOfWork, region_id: UUID) -> None:
    held = uow.actor.roles_over(region_id, None, None, None)
    if not held & {Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR}:
        raise kernel_errors.FORBIDDEN("templates are kept by the operations of the region")


def _check_name(code: str, name: Mapping[str, str]) -> tuple[FieldProblem, ...]:
    problems = []
    if not 0 < len(code) <= 48 or not code.replace("-", "_").isidentifier() or not code.isascii():
        problems.append(FieldProblem("/code", "template.code_malformed", "letters, digits, - and _, at most 48"))
    if not name.get("zh-CN", "").strip():
        problems.append(FieldProblem("/name/zh-CN", "template.label_missing", "the name in zh-CN is missing"))
    problems += [
        FieldProblem(f"/name/{locale}", "template.text_unfit", f"at most {LIMITS['label']} characters")
        for locale, text in name.items()
        if len(text) > LIMITS["label"]
    ]
    return tuple(problems)


def _check_steps(steps: Any) -> tuple[FieldProblem, ...]:
    _, problems = parse_steps(steps)
    return tuple(FieldProblem(f"/steps{one.path}", one.code, one.detail) for one in problems)


def _add_version(uow: UnitOfWork, region_id: UUID, template_id: UUID, number: int, steps: Any) -> NewVersion:
    checklist, _ = parse_steps(steps)
    assert checklist is not None
    stored = write_steps(checklist)
    made = NewVersion(template_id, uow.new_id(), number)
    row = {
        "id": made.version_id,
        "region_id": region_id,
        "template_id": template_id,
        "version": number,
        "status": VersionStatus.DRAFT.value,
        "steps": stored,
        "digest": digest_of(stored),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    insert_rows(uow.session, ChecklistTemplateVersion, [row])
    return made


def _lock_template(uow: UnitOfWork, template_id: UUID) -> UUID:
    region_id = uow.session.scalar(
        select(ChecklistTemplate.region_id)
        .where(ChecklistTemplate.id == template_id, in_region(uow, ChecklistTemplate.region_id))
        .with_for_update()
    )
    if region_id is None:
        raise errors.UNKNOWN()
    return region_id


def _lock_version(uow: UnitOfWork, version_id: UUID) -> ChecklistTemplateVersion:
    """Load a version; the template is locked, so that two versions cannot be published at once."""
    template_id = uow.session.scalar(
        select(ChecklistTemplateVersion.template_id).where(
            ChecklistTemplateVersion.id == version_id, in_region(uow, ChecklistTemplateVersion.region_id)
        )
    )
    if template_id is None:
        raise errors.UNKNOWN()
    _lock_template(uow, template_id)
    return uow.session.scalars(
        select(ChecklistTemplateVersion)
        .where(ChecklistTemplateVersion.id == version_id)
        .execution_options(populate_existing=True)
    ).one()
