"""Offers of orders: to several people at once, of whom one takes it, or from one technician to another."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.offers import (
    OFFERS,
    NewHandover,
    NewOffer,
    OfferDetailShown,
    OfferNote,
    OfferPage,
    OfferQuery,
    OfferRefusal,
    OfferTaken,
    OrdersMovedOn,
    OrdersOfAbsent,
    SubstituteChoices,
)
from api.transactions import request_reading, request_transaction
from dispatch.assignment import absent, offer_queries, offering, taking

blp = Blueprint("offers", "Offers (抢单), hand-overs (交接), and orders of people who are away (缺勤改派).")
SHOWN = 5
"""Candidates that are shown with each order of somebody who is away."""


@blp.route("/offers")
class Offers(MethodView):
    """All offers in scope."""

    @blp.arguments(OfferQuery, location="query")
    @blp.page(OfferPage)
    def get(self, query: Loaded) -> Answer:
        """List the offers of orders that you see, that you made, or that you are offered, the latest first."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return OFFERS.show(offer_queries.page_of_offers(reading, states=states, **query))


@blp.route("/work-orders/<uuid:order_id>/offers")
class OrderOffers(MethodView):
    """The offers of an order."""

    @blp.arguments(NewOffer)
    @blp.response(201, OfferDetailShown)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Offer an open order to several people at once: whoever takes it first has it."""
        with request_transaction() as uow:
            key = offering.offer_order(uow, order_id=order_id, offer_id=body.pop("id"), **body)
            return offer_queries.offer(uow, key)


@blp.route("/work-orders/<uuid:order_id>/hand-over")
class HandOver(MethodView):
    """An order that changes hands."""

    @blp.arguments(NewHandover)
    @blp.response(201, OfferDetailShown)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Offer your order to a colleague; it is theirs when they take it. A leader reassigns without asking."""
        with request_transaction() as uow:
            key = offering.offer_handover(uow, order_id=order_id, offer_id=body.pop("id"), **body)
            return offer_queries.offer(uow, key)


@blp.route("/offers/<uuid:offer_id>")
class OneOffer(MethodView):
    """One offer."""

    @blp.response(200, OfferDetailShown)
    def get(self, offer_id: UUID) -> Answer:
        """Show an offer."""
        with request_reading() as reading:
            return offer_queries.offer(reading, offer_id)


@blp.route("/offers/<uuid:offer_id>/take")
class Taking(MethodView):
    """The claim of an offer."""

    @blp.response(200, OfferTaken)
    def post(self, offer_id: UUID) -> Answer:
        """Take an order that you are offered; it is yours, and accepted. Who was slower gets `assignment.offer_taken`."""
        with request_transaction() as uow:
            return taking.take(uow, offer_id=offer_id)


@blp.route("/offers/<uuid:offer_id>/decline")
class Declining(MethodView):
    """The refusal of an offer."""

    @blp.arguments(OfferRefusal)
    @blp.response(200, OfferDetailShown)
    def post(self, body: Loaded, offer_id: UUID) -> Answer:
        """Say that you do not want an order that you are offered."""
        with request_transaction() as uow:
            taking.decline(uow, offer_id=offer_id, **body)
            return offer_queries.offer(uow, offer_id)


@blp.route("/offers/<uuid:offer_id>/withdraw")
class Withdrawal(MethodView):
    """The end of an offer."""

    @blp.arguments(OfferNote)
    @blp.response(200, OfferDetailShown)
    def post(self, body: Loaded, offer_id: UUID) -> Answer:
        """Take an offer back."""
        with request_transaction() as uow:
            taking.withdraw(uow, offer_id=offer_id, **body)
            return offer_queries.offer(uow, offer_id)


@blp.route("/absences/<uuid:absence_id>/orders")
class AbsenceOrders(MethodView):
    """The orders that an absence concerns."""

    @blp.response(200, OrdersOfAbsent)
    def get(self, absence_id: UUID) -> Answer:
        """Propose who does the orders of somebody who is away when they are to be done."""
        with request_reading() as reading:
            return {"items": [_shown(one) for one in absent.concerned_by(reading, absence_id)]}

    @blp.arguments(SubstituteChoices)
    @blp.response(200, OrdersMovedOn)
    def post(self, body: Loaded, absence_id: UUID) -> Answer:
        """Give the orders of somebody who is away to others, all at once or none."""
        chosen = body["choices"]
        choices = None if chosen is None else [absent.Choice(**one) for one in chosen]
        with request_transaction() as uow:
            return {"items": absent.reassign(uow, absence_id=absence_id, choices=choices)}


def _shown(one: absent.Concerned) -> dict[str, object]:
    demand, ranking = one.case.demand, one.ranking
    return {
        "order_id": demand.order_id,
        "number": demand.number,
        "version": one.version,
        "priority": demand.priority,
        "window_start_at": demand.window_start_at,
        "window_end_at": demand.window_end_at,
        "due_at": demand.due_at,
        "proposal_id": one.proposal_id,
        "candidates": ranking.candidates[:SHOWN],
        "candidates_total": len(ranking.candidates),
        "excluded_total": len(ranking.excluded),
    }
