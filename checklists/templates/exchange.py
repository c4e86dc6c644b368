"""Checklists carried from one house to another: as JSON, which comes back exactly, and as XLSForm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select

from checklists.canonical import digest_of
from checklists.templates import errors, service
from checklists.templates.drafting import NewVersion, name_problems, read_content
from checklists.templates.form import read_published
from checklists.templates.locking import check_region
from checklists.templates.models import ChecklistTemplate, ChecklistTemplateVersion
from checklists.templates.queries import VersionDetail, in_region
from checklists.templates.xlsform.reading import read_workbook
from checklists.templates.xlsform.writing import Heading, Sheets, sheets_of, workbook
from kernel.errors import FieldProblem
from kernel.json_texts import holds_nul
from kernel.unit_of_work import UnitOfWork

FORMAT = "fieldbeat/checklist/1"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A checklist from elsewhere, and what of it has no place here."""

    code: str
    name: Mapping[str, str]
    steps: Any
    lost: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import comes to: which version of which template; ids are None when it was only tried (`dry_run`)."""

    code: str
    template_id: UUID | None
    version_id: UUID | None
    version: int
    new_template: bool
    items: int
    dry_run: bool
    lost: tuple[FieldProblem, ...]


def as_json(version: VersionDetail) -> dict[str, Any]:
    """Return a version as a document that `read_json` reads."""
    return {
        "format": FORMAT,
        "code": version.code,
        "name": version.name,
        "version": version.row.version,
        "digest": version.row.digest.hex(),
        "steps": version.steps,
    }


def as_xlsform(version: VersionDetail) -> tuple[bytes, Sheets]:
    """Return a version as an XLSForm workbook, and the rows that it was made of."""
    heading = Heading(version.code, version.name, version.row.version, version.row.digest.hex())
    sheets = sheets_of(heading, read_published(version.steps))
    return workbook(sheets), sheets


def read_json(data: bytes) -> Incoming:
    """Read a document that `as_json` wrote.

    Raises Invalid (template.import_unfit) with the path: not such a document, or its steps are not those of its digest.
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise errors.IMPORT_UNFIT(f"not JSON: {error.msg} at line {error.lineno}", path="") from error
    if holds_nul(data):
        raise errors.IMPORT_UNFIT("a text holds a NUL", path="")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise errors.IMPORT_UNFIT(f"the format is {FORMAT}", path="/format")
    name, steps = document.get("name"), document.get("steps")
    if not isinstance(name, dict) or not all(isinstance(one, str) for one in name.values()):
        raise errors.IMPORT_UNFIT("a name by locale", path="/name")
    try:
        digest = digest_of(steps).hex()
    except (RecursionError, ValueError) as error:
        raise errors.IMPORT_UNFIT("the steps cannot be kept: too deep, or not finite", path="/steps") from error
    if document.get("digest", digest) != digest:
        raise errors.IMPORT_UNFIT("the steps are not those that were exported", path="/digest")
    return Incoming(str(document.get("code", "")), name, steps)


def read_xlsform(data: bytes) -> Incoming:
    """Read an XLSForm workbook (.xlsx).

    Raises Invalid (template.import_unfit): with the sheet, row and column of everything that a checklist cannot express.
    """
    found = read_workbook(data)
    if not found.problems:
        found.problems += _refused_by_pyxform(data)
    if found.problems:
        raise errors.IMPORT_UNFIT(fields=tuple(found.problems))
    return Incoming(found.code, found.name, found.steps, tuple(found.lost))


def _refused_by_pyxform(data: bytes) -> Sequence[FieldProblem]:
    """Let the reference implementation of XLSForm look at a workbook."""
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]

    try:
        convert(data, file_type=".xlsx")
    except PyXFormError as error:
        return [FieldProblem("/survey", "template.xlsform_refused", " ".join(str(error).split())[:500])]
    return []


def bring_in(uow: UnitOfWork, *, region_id: UUID, incoming: Incoming, dry_run: bool) -> Brought:
    """Make a draft of a checklist from elsewhere: the next version of the template with its code, or a new template.

    With `dry_run` it is only checked. Whatever is wrong, nothing is kept.

    Raises:
        Forbidden (forbidden): not regional operations of this region.
        Invalid (template.invalid): with the JSON pointer of everything that is wrong.
    """
    check_region(uow, region_id)
    content = read_content(incoming.steps, name_problems(incoming.code, incoming.name))
    known = uow.session.execute(
        select(ChecklistTemplate.id, func.max(ChecklistTemplateVersion.version))
        .join(ChecklistTemplateVersion, ChecklistTemplateVersion.template_id == ChecklistTemplate.id)
        .where(
            ChecklistTemplate.region_id == region_id,
            ChecklistTemplate.code == incoming.code,
            in_region(uow, ChecklistTemplate.region_id),
        )
        .group_by(ChecklistTemplate.id)
    ).one_or_none()
    items = sum(len(step["items"]) for step in content.steps)
    if dry_run:
        number = 1 if known is None else known[1] + 1
        key = None if known is None else known[0]
        return Brought(incoming.code, key, None, number, known is None, items, True, incoming.lost)
    made = _draft(uow, region_id, incoming, None if known is None else known[0])
    return Brought(
        incoming.code, made.template_id, made.version_id, made.version, known is None, items, False, incoming.lost
    )


def _draft(uow: UnitOfWork, region_id: UUID, incoming: Incoming, template_id: UUID | None) -> NewVersion:
    if template_id is not None:
        return service.new_version(uow, template_id=template_id, steps=incoming.steps)
    return service.create_template(
        uow, region_id=region_id, code=incoming.code, name=incoming.name, steps=incoming.steps
    )
