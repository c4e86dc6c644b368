"""Locks a template before one of its versions changes, and asks whether the actor may change it."""

from uuid import UUID

from sqlalchemy import select

from checklists.templates import errors
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.queries import in_region
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import Reading, UnitOfWork

KEEPERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who keeps the templates of a region."""


def check_region(reading: Reading, region_id: UUID) -> None:
    """See that the actor keeps the templates of a region. Raises Forbidden (forbidden)."""
    if reading.actor.roles_over(region_id, None, None, None).isdisjoint(KEEPERS):
        raise kernel_errors.FORBIDDEN("templates are kept by the operations of the region")


def lock_template(uow: UnitOfWork, template_id: UUID) -> UUID:
    """Lock a template that the actor keeps; return its region. Raises NotFound (template.unknown), Forbidden (forbidden)."""
    region_id = uow.session.scalar(
        select(ChecklistTemplate.region_id)
        .where(ChecklistTemplate.id == template_id, in_region(uow, ChecklistTemplate.region_id))
        .with_for_update()
    )
    if region_id is None:
        raise errors.UNKNOWN()
    check_region(uow, region_id)
    return region_id


def lock_version(uow: UnitOfWork, version_id: UUID, expected_revision: int | None = None) -> ChecklistTemplateVersion:
    """Load a version that the actor keeps; its template is locked, so that two versions cannot be published at once.

    Raises:
        NotFound (template.unknown); Forbidden (forbidden);
        Stale (stale): it is not at the revision that was expected.
    """
    template_id = uow.session.scalar(
        select(ChecklistTemplateVersion.template_id).where(
            ChecklistTemplateVersion.id == version_id, in_region(uow, ChecklistTemplateVersion.region_id)
        )
    )
    if template_id is None:
        raise errors.UNKNOWN()
    lock_template(uow, template_id)
    version = uow.session.scalars(
        select(ChecklistTemplateVersion)
        .where(ChecklistTemplateVersion.id == version_id)
        .execution_options(populate_existing=True)
    ).one()
    if expected_revision is not None and expected_revision != version.revision:
        raise kernel_errors.STALE(f"the version is at revision {version.revision}")
    return version


def announce(uow: UnitOfWork, *versions: ChecklistTemplateVersion) -> None:
    """Tell the phones of the region about versions that they hold or get."""
    uow.announce(Change(one.region_id, scope_of("region", one.region_id), "templates", str(one.id)) for one in versions)
