"""People's data: told on request, erased on request, kept by a hold, and what is over by a region's rules."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.erasure import (
    CustomerErasure,
    CustomerHold,
    Disclosure,
    NewDisclosure,
    NewErasure,
    NewHold,
    RetentionQuery,
    RetentionReport,
)
from api.transactions import SPOOL_BYTES, request_reading, request_transaction, write_down
from kernel.errors import FORBIDDEN
from sync.erasure import service
from sync.erasure.disclosing import disclose
from sync.erasure.retaining import report

PIECE_BYTES = 64 * 1024

blp = Blueprint("erasure", "The end of people's data (个人信息删除): on request, by a region's rules, or not yet.")


@blp.route("/customers/<uuid:customer_id>/erasure")
class CustomerErasures(MethodView):
    """Erasing all data of a customer."""

    @blp.arguments(NewErasure)
    @blp.response(200, CustomerErasure)
    def post(self, body: Loaded, customer_id: UUID) -> Answer:
        """Erase all data of a customer, for good; with `dry_run` only count what would be erased.

        Regional operations and administrators may. It is refused while an order or a report of the customer is open, while
        something that phones handed in waits, and while there is a hold. Figures, clocks, fees and digests stay.
        """
        with request_transaction() as uow:
            return service.erase_customer(uow, customer_id=customer_id, **body)


@blp.route("/customers/<uuid:customer_id>/disclosure")
class CustomerDisclosure(MethodView):
    """All that is kept about a customer."""

    @blp.arguments(NewDisclosure)
    @blp.response(200, Disclosure)
    def post(self, body: Loaded, customer_id: UUID) -> Answer:
        """Take out all that is kept about a customer, for whoever has a right to know it; in a form that programs read.

        Regional operations and administrators may. Who read it, and why, is in the audit log before anything of it is sent.
        """
        with ExitStack() as kept:
            file = kept.enter_context(tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))
            with request_reading(of_one_moment=True) as reading:
                told = disclose(reading, customer_id=customer_id, out=cast(BinaryIO, file), **body)
            write_down(told.act())
            kept.pop_all()  # it is closed once it was sent
        response = Response(_pieces(file), content_type="application/json")
        response.content_length = file.tell()
        response.headers["Content-Disposition"] = f'attachment; filename="customer-{customer_id}.json"'
        response.headers["Cache-Control"] = "no-store"
        response.call_on_close(file.close)
        return response


def _pieces(file: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


@blp.route("/customers/<uuid:customer_id>/hold")
class CustomerHolds(MethodView):
    """The hold on a customer's data."""

    @blp.response(200, CustomerHold)
    def get(self, customer_id: UUID) -> Answer:
        """Show why nothing of a customer may be erased."""
        with request_reading() as reading:
            return service.hold_of(reading, customer_id)

    @blp.arguments(NewHold)
    @blp.response(200, CustomerHold)
    def put(self, body: Loaded, customer_id: UUID) -> Answer:
        """Forbid that anything of a customer is erased, until the hold is lifted."""
        with request_transaction() as uow:
            return service.hold(uow, customer_id=customer_id, **body)

    @blp.response(204)
    def delete(self, customer_id: UUID) -> None:
        """Lift the hold on a customer."""
        with request_transaction() as uow:
            service.lift(uow, customer_id=customer_id)


@blp.route("/retention")
class Retention(MethodView):
    """What is over by the rules of a region."""

    @blp.arguments(RetentionQuery, location="query")
    @blp.response(200, RetentionReport)
    def get(self, query: Loaded) -> Answer:
        """Tell what the next round erases by the region policy `retention`; nothing is changed by asking."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query["region_id"])
            if reading.actor.roles_over(region_id, None, None, None).isdisjoint(service.DECIDERS):
                raise FORBIDDEN()
            return {"region_id": region_id, "items": report(reading, region_id)}
