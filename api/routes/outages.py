"""Planned outages and upgrades (计划停机/升级): planned, announced to those affected, moved, ended."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api import csv_tables, etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas import outages as forms
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.outages import queries, service
from dispatch.outages.open_outage import Outcome
from dispatch.outages.where import Wherever

blp = Blueprint("outages", "Planned outages and upgrades (计划停机/升级), and whom they affect.")
COLUMNS = {
    "name": ("customer", "客户"),
    "phone": ("telephone", "电话"),
    "address": ("address", "地址"),
    "can_be_told": ("can be told", "可通知"),
    "zone_id": ("zone", "片区"),
    "customer_id": ("customer id", "客户编号"),
}
_LISTS = ("zone_ids", "group_ids", "station_ids", "asset_ids")
_NAMES = (*_LISTS, "boundary", "region_id")


def _answer(outcome: Outcome) -> Answer:
    return outcome, etags.of_version(outcome.version)


def _where(body: Loaded) -> Wherever:
    """Take what is said of the place out of a body."""
    system = body.pop("coordinate_system")
    said = {name: body.pop(name) for name in _NAMES if name in body}
    lists: dict[str, Any] = {name: tuple(said.pop(name)) for name in _LISTS if name in said}
    return Wherever(**lists, **said, coordinate_system=system)


@blp.route("/outages")
class Outages(MethodView):
    """All outages in scope."""

    @blp.arguments(forms.OutageQuery, location="query")
    @blp.page(forms.OutagePage)
    def get(self, query: Loaded) -> Answer:
        """List the outages at your places, and those that reach your zones; the latest to begin first."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return forms.OUTAGES.show(queries.page_of_outages(reading, states=states, **query))

    @blp.arguments(forms.NewOutage)
    @blp.response(201, forms.OutageOutcome)
    def post(self, body: Loaded) -> Answer:
        """Plan an outage as a draft. Nobody is told of it yet."""
        where = _where(body)
        with request_transaction() as uow:
            return _answer(service.plan_outage(uow, where=where, **body))


@blp.route("/outages/<uuid:outage_id>")
class Outage(MethodView):
    """One outage."""

    @conditional
    @blp.response(200, forms.OutageDetail)
    def get(self, outage_id: UUID) -> Answer:
        """Show an outage, what its customers were told, and how many requests wait for its end."""
        with request_reading() as reading:
            found = queries.outage(reading, outage_id)
            return found, etags.of_version(found.row.version)

    @versioned
    @blp.arguments(forms.OutageChange)
    @blp.response(200, forms.OutageOutcome)
    def patch(self, body: Loaded, outage_id: UUID) -> Answer:
        """Change an outage, or move it: another window is told to all who know of the first."""
        elsewhere = any(name in body for name in _NAMES)
        command_id, where = body.pop("command_id"), _where(body)
        with request_transaction() as uow:
            outcome = service.change_outage(
                uow,
                outage_id=outage_id,
                changes=body,
                where=where if elsewhere else None,
                command_id=command_id,
                expected_version=expected_version(),
            )
            return _answer(outcome)


@blp.route("/outages/<uuid:outage_id>/steps")
class OutageSteps(MethodView):
    """What is asked of an outage."""

    @versioned
    @blp.arguments(forms.OutageStep)
    @blp.response(200, forms.OutageOutcome)
    def post(self, body: Loaded, outage_id: UUID) -> Answer:
        """Announce, start, end or cancel an outage. Its people and its customers are told; what waited goes back to a person."""
        with request_transaction() as uow:
            return _answer(service.step_outage(uow, outage_id=outage_id, **body, expected_version=expected_version()))


@blp.route("/outages/<uuid:outage_id>/order")
class OutageOrder(MethodView):
    """The work order of an outage."""

    @versioned
    @blp.arguments(forms.OutageOrder)
    @blp.response(200, forms.OutageOutcome)
    def post(self, body: Loaded, outage_id: UUID) -> Answer:
        """Give an outage its work order, due with its end."""
        with request_transaction() as uow:
            version = expected_version()
            return _answer(service.open_outage_order(uow, outage_id=outage_id, **body, expected_version=version))


@blp.route("/outages/<uuid:outage_id>/preview")
class OutagePreview(MethodView):
    """Whom an outage affects, in numbers."""

    @blp.response(200, forms.OutageCount)
    def get(self, outage_id: UUID) -> Answer:
        """Count whom an outage affects, and how many of them can be told."""
        with request_reading() as reading:
            return queries.count(reading, outage_id)


@blp.route("/outages/<uuid:outage_id>/affected")
class OutageAffected(MethodView):
    """Whom an outage affects."""

    @blp.arguments(forms.AffectedQuery, location="query")
    @blp.page(forms.AffectedPage)
    def get(self, query: Loaded, outage_id: UUID) -> Answer:
        """List whom an outage affects, in your scope; of a telephone number only its end.

        A page may hold fewer than asked for, even none, and still be followed by another.
        """
        with request_reading() as reading:
            return forms.AFFECTED.show(queries.page_of_affected(reading, outage_id, **query))


@blp.route("/outages/<uuid:outage_id>/affected.csv")
class OutageAffectedCsv(MethodView):
    """Whom an outage affects, as a table."""

    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, outage_id: UUID) -> Answer:
        """Export whom an outage affects, in your scope, as CSV."""

        def read(reading: Any, limit: int, after: Any) -> Any:
            return queries.page_of_affected(reading, outage_id, limit=limit, after=after)

        return csv_tables.respond("outage-affected.csv", COLUMNS, read)


@blp.route("/outages/<uuid:outage_id>/events")
class OutageEvents(MethodView):
    """The log of an outage."""

    @blp.arguments(forms.OutageEventQuery, location="query")
    @blp.page(forms.OutageEventPage)
    def get(self, query: Loaded, outage_id: UUID) -> Answer:
        """List what was asked of an outage, by whom and when, the earliest first."""
        with request_reading() as reading:
            return forms.EVENTS.show(queries.log_of(reading, outage_id, **query))
