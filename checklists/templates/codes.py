"""Which template a version is of; for runs that are in scope already."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from kernel.unit_of_work import Reading


def codes_of(reading: Reading, version_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the codes of the templates of these versions. One statement; it does not ask for whom."""
    rows = reading.session.execute(
        select(ChecklistTemplateVersion.id, ChecklistTemplate.code)
        .join(ChecklistTemplate, ChecklistTemplate.id == ChecklistTemplateVersion.template_id)
        .where(ChecklistTemplateVersion.id.in_(version_ids))
    )
    return {row.id: row.code for row in rows}
