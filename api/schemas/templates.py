"""The forms of checklist templates and their versions."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Hex, JsonList, Moment, Text, Word, page_of, page_query
from api.schemas.flat import Flat
from checklists.templates.steps import VersionStatus

TEMPLATES = Cursor("templates", str, UUID)
NAME = {
    "description": "The name by locale; zh-CN at least.",
    "example": {"zh-CN": "有线电视故障检修", "en": "Cable TV fault repair"},
}
STEPS = {
    "description": "The five steps with their items, as docs/sync-protocol.md describes a template.",
    "type": "array",
    "items": {"type": "object"},
}


class Template(Schema):
    """A checklist for one kind of work, and which of its versions is in force."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=NAME)
    current_version_id = fields.UUID(required=True, allow_none=True)
    current_version = fields.Integer(required=True, allow_none=True)


class Version(Schema):
    """A version of a template; once published it never changes."""

    id = fields.UUID(required=True)
    template_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    status = Word(VersionStatus, required=True)
    digest = Hex(required=True, metadata={"description": "SHA-256 of the steps."})
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    published_by = fields.UUID(required=True, allow_none=True)
    published_at = Moment(required=True, allow_none=True)
    retired_at = Moment(required=True, allow_none=True)


class TemplateDetail(Flat, Template):
    """A template with its latest versions, the newest first."""

    versions = fields.List(fields.Nested(Version), required=True)


class VersionDetail(Flat, Version):
    """A version with its steps."""

    region_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=NAME)
    steps = fields.Raw(required=True, metadata=STEPS)


class NewTemplate(Schema):
    """A template with its first version, a draft."""

    region_id = fields.UUID(required=True)
    code = Text(48, required=True)
    name = fields.Dict(keys=Text(16), values=Text(400), required=True, metadata=NAME)
    steps = JsonList(required=True, metadata=STEPS)


class NewVersion(Schema):
    """A new version, a draft."""

    steps = JsonList(required=True, metadata=STEPS)


TemplateQuery = page_query(TEMPLATES, "TemplateQuery", region_id=fields.UUID())
TemplatePage = page_of(Template, "TemplatePage")
