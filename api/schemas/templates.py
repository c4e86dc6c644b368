"""The forms of checklist templates and their versions."""

from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Hex, JsonList, Moment, Text, Word, page_of, page_query
from api.schemas.flat import Flat
from checklists.templates.steps import VersionEvent, VersionStatus

TEMPLATES = Cursor("templates", str, UUID)
VERSIONS = Cursor("template-versions", int)
HISTORY = Cursor("template-history", UUID)
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
    """A version of a template, who wrote it, who published it and since when it counts; once published it never changes."""

    id = fields.UUID(required=True)
    template_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    status = Word(VersionStatus, required=True)
    digest = Hex(required=True, metadata={"description": "SHA-256 of the steps."})
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    published_by = fields.UUID(required=True, allow_none=True)
    published_at = Moment(required=True, allow_none=True)
    effective_from = Moment(required=True, allow_none=True, metadata={"description": "From when on new orders get it."})
    on_trial = fields.Boolean(
        required=True, metadata={"description": "Whether only new orders of pilot zones get it for now."}
    )
    retired_at = Moment(required=True, allow_none=True)
    reviewed_by = fields.UUID(required=True, allow_none=True)
    reviewed_at = Moment(required=True, allow_none=True)
    review_due_at = Moment(required=True, allow_none=True, metadata={"description": "When it is to be looked over."})
    revision = fields.Integer(required=True, metadata={"description": "Counts its changes; its ETag, for If-Match."})


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


class VersionTrial(Schema):
    """Pilot zones whose new orders get a version first, and why."""

    zone_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))
    reason = Text(500, required=True)


class Publishing(Schema):
    """From when on new orders get a version (null: now), and in which zones first."""

    effective_from = Moment(load_default=None, allow_none=True)
    trial = fields.Nested(VersionTrial, load_default=None, allow_none=True)


class Submission(Schema):
    """What the author has to say to whoever reviews a draft."""

    text = Text(2000, load_default=None, allow_none=True)


class SentBack(Schema):
    """Why a version does not come into force as it is."""

    reason = Text(2000, required=True)


class Remark(Schema):
    """Something to say about a version."""

    text = Text(2000, required=True)


class VersionEventShown(Schema):
    """Something that was done to a version, or said about it."""

    id = fields.UUID(required=True)
    kind = Word(VersionEvent, required=True)
    user_id = fields.UUID(required=True)
    text = fields.String(required=True, allow_none=True)
    at = Moment(required=True)


VersionQuery = page_query(VERSIONS, "VersionQuery")
VersionPage = page_of(Version, "VersionPage")
HistoryQuery = page_query(HISTORY, "VersionHistoryQuery")
HistoryPage = page_of(VersionEventShown, "VersionHistoryPage")
TemplateQuery = page_query(TEMPLATES, "TemplateQuery", region_id=fields.UUID())
TemplatePage = page_of(Template, "TemplatePage")
