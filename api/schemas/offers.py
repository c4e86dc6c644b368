"""The forms of offers, hand-overs, and orders of people who are away."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.assignment import Candidate
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from dispatch.assignment.offer_states import OfferKind, OfferState
from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import Status

OFFERS = Cursor("offers", datetime, UUID)
MOST_OFFERED = 100
_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}


class OfferShown(Schema):
    """An order that several people are offered (抢单), or one by another (交接)."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    kind = Word(OfferKind, required=True)
    state = Word(OfferState, required=True)
    made_by = fields.UUID(required=True)
    made_at = Moment(required=True)
    expires_at = Moment(required=True)
    note = fields.String(required=True, allow_none=True)
    taken_by = fields.UUID(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    end_note = fields.String(required=True, allow_none=True)


class OrderOffered(Schema):
    """What is shown of the order before it is taken: never its customer, address or telephone."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    work_type = fields.String(required=True)
    priority = Word(Priority, required=True)
    zone_id = fields.UUID(required=True, allow_none=True)


class OffereeShown(Schema):
    """Somebody who is offered the order, and since when they do not want it."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    declined_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class OfferDetailShown(Flat, OfferShown):
    """An offer with what is shown of its order, and who is offered it."""

    order = fields.Nested(OrderOffered, required=True)
    maker = fields.String(required=True)
    offerees = fields.List(fields.Nested(OffereeShown), required=True)


_MINUTES = {"description": "How long it waits; as the region's rule says if left out."}


class NewOffer(Schema):
    """An open order that is offered to several people at once."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    user_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_OFFERED),
        metadata={"description": "The best of the ranking if left out."},
    )
    minutes = Whole(1, 24 * 60, load_default=None, allow_none=True, metadata=_MINUTES)
    note = Text(500, load_default=None, allow_none=True)


class NewHandover(Schema):
    """Your order that you offer a colleague."""

    id = fields.UUID(load_default=None, allow_none=True, metadata=_ID)
    user_id = fields.UUID(required=True)
    minutes = Whole(1, 7 * 24 * 60, load_default=None, allow_none=True, metadata=_MINUTES)
    note = Text(500, load_default=None, allow_none=True)


class OfferRefusal(Schema):
    """Why you do not want what you are offered."""

    reason = Text(500, required=True)


class OfferNote(Schema):
    """Why an offer is taken back."""

    note = Text(500, load_default=None, allow_none=True)


class OfferTaken(Schema):
    """An order that is yours now, and accepted."""

    offer_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    status = Word(Status, required=True)
    version = fields.Integer(required=True)


OfferQuery = page_query(
    OFFERS,
    "OfferQuery",
    state=fields.List(Word(OfferState)),
    work_order_id=fields.UUID(),
    to_me=fields.Boolean(metadata={"description": "Only those that you are offered, or only others."}),
)
OfferPage = page_of(OfferShown, "OfferPage")


class OrderOfAbsent(Schema):
    """An order of somebody who is away when it is to be done, and who could do it instead."""

    order_id = fields.UUID(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    priority = Word(Priority, required=True)
    window_start_at = Moment(required=True, allow_none=True)
    window_end_at = Moment(required=True, allow_none=True)
    due_at = Moment(required=True, allow_none=True)
    proposal_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null: nobody is fit for it."})
    candidates = fields.List(fields.Nested(Candidate), required=True)
    candidates_total = fields.Integer(required=True)
    excluded_total = fields.Integer(required=True)


class OrdersOfAbsent(Schema):
    """All orders in your scope that somebody's absence concerns."""

    items = fields.List(fields.Nested(OrderOfAbsent), required=True)


class SubstituteChoice(Schema):
    """Who gets an order instead; with the version at which you saw it, it is refused if it has changed."""

    order_id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True)
    version = Whole(1, load_default=None, allow_none=True)


class SubstituteChoices(Schema):
    """Who gets which order; all as proposed if left out."""

    choices = fields.List(
        fields.Nested(SubstituteChoice), load_default=None, allow_none=True, validate=validate.Length(min=1, max=200)
    )


class OrderMovedOn(Schema):
    """What became of an order; null: it stays where it is, as nobody is fit for it."""

    order_id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True, allow_none=True)


class OrdersMovedOn(Schema):
    """What became of the orders of somebody who is away."""

    items = fields.List(fields.Nested(OrderMovedOn), required=True)
