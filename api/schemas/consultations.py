"""The forms of expert consultations (会诊)."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from dispatch.consultations.book import LONGEST_ANSWER, LONGEST_QUESTION, MOST_MEDIA
from dispatch.consultations.standing import Rung, State, Urgency
from dispatch.sla.deadline import Priority

CONSULTATIONS = Cursor("consultations", datetime, UUID)
_MEDIA = validate.Length(max=MOST_MEDIA)
_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}


class Consultation(Schema):
    """A question about an order, as lists show it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    asked_by = fields.UUID(required=True)
    asked_at = Moment(required=True)
    question = fields.String(required=True)
    media = fields.List(fields.String(), required=True)
    excerpt = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={"description": "What the asker shows of the checklist, as it was then."},
    )
    urgency = Word(Urgency, required=True)
    skill = fields.String(required=True, allow_none=True)
    min_level = fields.Integer(required=True)
    state = Word(State, required=True)
    rung = Word(Rung, required=True, metadata={"description": "Who was asked last."})
    next_look_at = Moment(
        required=True, allow_none=True, metadata={"description": "When the next above are asked, if nobody answers."}
    )
    answered_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    accepted_id = fields.UUID(required=True, allow_none=True)
    end_note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    updated_at = Moment(required=True)


class OrderExcerpt(Schema):
    """What is lent of the order: never its customer, address or telephone."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    work_type = fields.String(required=True)
    priority = Word(Priority, required=True)


class Asked(Schema):
    """Somebody who was asked."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    rung = Word(Rung, required=True)
    on_duty = fields.Boolean(required=True)
    asked_at = Moment(required=True)


class ConsultationAnswer(Schema):
    """An answer, and from whom."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    text = fields.String(required=True)
    media = fields.List(fields.String(), required=True)
    effective_at = Moment(required=True)


class ConsultationDetail(Flat, Consultation):
    """A question with what is lent of its order, who was asked, and the answers, the earliest first."""

    order = fields.Nested(OrderExcerpt, required=True)
    asker = fields.String(required=True)
    asked = fields.List(fields.Nested(Asked), required=True)
    answers = fields.List(fields.Nested(ConsultationAnswer), required=True)


class NewConsultation(Schema):
    """A question to one person, or to whoever holds a skill."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    question = Text(LONGEST_QUESTION, required=True)
    user_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "This person, or `skill`."})
    skill = Text(32, load_default=None, allow_none=True, metadata={"description": "Whoever holds it, those on duty."})
    min_level = Whole(1, 5, load_default=1)
    urgency = Word(Urgency, load_default=Urgency.NORMAL)
    within_minutes = Whole(
        1,
        10_080,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "How long an answer is waited for before the next above are asked: 60, or 15 if urgent."
        },
    )
    media = fields.List(Text(200), load_default=list, validate=_MEDIA)
    items = fields.List(
        Text(64),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Items of the order's checklist to show with the question, by key."},
    )


class NewConsultationAnswer(Schema):
    """An answer."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    text = Text(LONGEST_ANSWER, required=True)
    media = fields.List(Text(200), load_default=list, validate=_MEDIA)


class AcceptedAnswer(Schema):
    """The answer that holds."""

    answer_id = fields.UUID(required=True)
    note = Text(200, load_default=None, allow_none=True)


class ClosingNote(Schema):
    """Why a question needs no answer any more."""

    note = Text(200, load_default=None, allow_none=True)


ConsultationQuery = page_query(
    CONSULTATIONS,
    "ConsultationQuery",
    state=fields.List(Word(State), metadata={"description": "One or several."}),
    work_order_id=fields.UUID(),
    asked_of_me=fields.Boolean(metadata={"description": "Those that you were asked in, or the others."}),
)
ConsultationPage = page_of(Consultation, "ConsultationPage")
