"""The forms of what a desk does with requests, and of how mail and web forms bring them."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Flag, Moment, Text, Word, page_of, page_query
from dispatch.sla.deadline import Priority

FORMS = Cursor("web-forms", UUID)


class Classification(Schema):
    """What a request is; what is left out is as the rules proposed."""

    work_type = Text(48, load_default=None, allow_none=True)
    priority = Word(Priority, load_default=None, allow_none=True)
    join = Flag(load_default=True, metadata={"description": "False: it is no duplicate, whatever it looks like."})
    despite_outage = Flag(
        load_default=False, metadata={"description": "Make an order although a planned outage explains it."}
    )
    assign = Flag(load_default=True, metadata={"description": "Whether the order finds its technician by itself."})


class RequestAnswer(Schema):
    """What the customer was told."""

    answer = Text(4000, required=True)


class WithReason(Schema):
    """Why."""

    reason = Text(400, required=True)


class HandOver(Schema):
    """Who owns a request from now on, and why."""

    user_id = fields.UUID(required=True)
    reason = Text(400, required=True)


class Expectation(Schema):
    """By when the customer was told to expect a solution."""

    expected_at = Moment(required=True)
    reason = Text(400, load_default=None, allow_none=True)


class Joining(Schema):
    """The request whose order this one shares from now on."""

    request_id = fields.UUID(required=True)
    reason = Text(400, load_default=None, allow_none=True)


class Report(Schema):
    """What somebody says, before it is received; your region if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    category = Text(200, load_default=None, allow_none=True)
    title = Text(400, required=True)
    description = Text(8000, load_default=None, allow_none=True)


class Proposal(Schema):
    """What a report seems to be about: nothing when no rule knows."""

    work_type = fields.String(required=True, allow_none=True)
    priority = Word(Priority, required=True, allow_none=True)
    rule = fields.Integer(required=True, allow_none=True, metadata={"description": "The number of the rule, from 0."})
    because = fields.String(
        required=True, allow_none=True, metadata={"description": "The category or word it went by."}
    )


class MailQuery(Schema):
    """Of which region."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})
    assign = fields.Boolean(load_default=True)


class FormReport(Schema):
    """What a customer filled in. A telephone number or an e-mail address is needed."""

    key = Text(128, required=True, metadata={"description": "The key of the form."})
    title = Text(200, required=True)
    description = Text(4000, load_default=None, allow_none=True)
    category = Text(120, load_default=None, allow_none=True)
    contact_name = Text(120, load_default=None, allow_none=True)
    contact_phone = Text(32, load_default=None, allow_none=True)
    contact_email = Text(254, load_default=None, allow_none=True)
    address = Text(300, load_default=None, allow_none=True)
    lat = Degrees(90, load_default=None, allow_none=True)
    lon = Degrees(180, load_default=None, allow_none=True)
    submission_id = Text(
        64,
        load_default=None,
        allow_none=True,
        metadata={"description": "Made up by the page; sent again under the same one, it is the same report."},
    )


class FormAnswer(Schema):
    """What a customer is told: a reference to name on the telephone, and whether an outage there is planned."""

    reference = fields.String(required=True)
    planned_outage_until = Moment(required=True, allow_none=True)


class WebForm(Schema):
    """A web form of a region."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    label = fields.String(required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class NewWebForm(Schema):
    """A web form to open; your region if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    label = Text(200, required=True)


class OpenedForm(Schema):
    """A form with its key, which is shown this once."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)


WebFormQuery = page_query(FORMS, "WebFormQuery", region_id=fields.UUID())
WebFormPage = page_of(WebForm, "WebFormPage")
