"""The forms of service reports."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Word
from checklists.reports.report import LOCALES
from checklists.reports.states import ReportState


class NewServiceReport(Schema):
    """In which language a report is wanted."""

    locale = fields.String(load_default="zh-CN", validate=validate.OneOf(LOCALES))


class ServiceReport(Schema):
    """A service report of an order's checklist as it stood at one content."""

    id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    locale = fields.String(required=True)
    revision = fields.Integer(required=True)
    state = Word(ReportState, required=True)
    code = fields.String(required=True, metadata={"description": "What its genuineness is checked by."})
    content_digest = fields.String(required=True, metadata={"description": "What a customer signs (SHA-256)."})
    file_digest = fields.String(required=True, allow_none=True, metadata={"description": "SHA-256 of the PDF."})
    size_bytes = fields.Integer(required=True, allow_none=True)
    wanted_at = fields.AwareDateTime(required=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)


class ServiceReports(Schema):
    """The reports of an order, the latest first."""

    items = fields.List(fields.Nested(ServiceReport), required=True)


class GenuineReport(Schema):
    """What anybody who holds a report may know by its code: nothing about people."""

    number = fields.String(required=True)
    locale = fields.String(required=True)
    revision = fields.Integer(required=True)
    content_digest = fields.String(required=True)
    file_digest = fields.String(required=True, metadata={"description": "SHA-256 that the genuine PDF has."})
    made_at = fields.AwareDateTime(required=True)
    signed = fields.Boolean(required=True, metadata={"description": "Whether the customer signed this content."})
    current = fields.Boolean(required=True, metadata={"description": "Whether the order still holds this content."})
