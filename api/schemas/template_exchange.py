"""The forms of differences between versions, and of checklists that are brought in and taken out."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Word
from checklists.templates.differences import Change
from checklists.templates.steps import Step

EXPORTS = ("json", "xlsform")


class DiffQuery(Schema):
    """Which version to compare with, and how to write what differs."""

    old = fields.Integer(
        required=True,
        data_key="from",
        validate=validate.Range(1, 10**6),
        metadata={"description": "The number of the earlier version."},
    )
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "text", "html"]),
        metadata={"description": "Text and HTML are in the language of Accept-Language."},
    )


class FieldChanged(Schema):
    """A member of an item as it was and as it is; null where it was not, or is no more."""

    field = fields.String(required=True)
    old = fields.Raw(required=True, allow_none=True)
    new = fields.Raw(required=True, allow_none=True)


class ItemChanged(Schema):
    """What happened to an item; a moved one may have changed, too."""

    change = Word(Change, required=True)
    key = fields.String(required=True)
    step = Word(Step, required=True)
    old_step = Word(Step, required=True, allow_none=True)
    label = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    fields_changed = fields.List(fields.Nested(FieldChanged), required=True, data_key="fields")


class Diff(Schema):
    """The differences between two versions, step by step."""

    from_version = fields.Integer(required=True)
    to_version = fields.Integer(required=True)
    changes = fields.List(fields.Nested(ItemChanged), required=True)


class ExportQuery(Schema):
    """In which form a version is taken out."""

    format = fields.String(load_default="json", validate=validate.OneOf(EXPORTS))


class ImportQuery(Schema):
    """Where a checklist goes, in which form it comes, and whether it is only tried."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})
    format = fields.String(load_default="json", validate=validate.OneOf(EXPORTS))
    dry_run = fields.Boolean(load_default=False)


class Lost(Schema):
    """Something in a cell that a checklist has no place for: `/sheet/row/column`."""

    path = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ImportedTemplate(Schema):
    """What became of an import: a draft of which version of which template."""

    code = fields.String(required=True)
    template_id = fields.UUID(required=True, allow_none=True)
    version_id = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
    new_template = fields.Boolean(required=True)
    items = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)
    lost = fields.List(fields.Nested(Lost), required=True)
