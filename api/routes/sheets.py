"""Technicians and rosters as tables to bring in and take out."""

from flask.views import MethodView

from api import staff_export
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.sheets import RosterSheetQuery, SheetReport, TechnicianSheetQuery
from api.schemas.shifts import ShiftQuery
from api.schemas.technicians import TechnicianQuery
from api.transactions import raw_body, request_transaction
from dispatch.people.sheets.rosters import import_roster
from dispatch.people.sheets.technicians import import_technicians

blp = Blueprint("sheets", "Technicians and rosters as CSV, to bring in and to take out.")
LARGEST = 4 * 1024 * 1024
_BODY = {
    "required": True,
    "description": "A table with a line of headings, in English or Chinese (docs/people.md).",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
_TABLE = "A table, UTF-8 with a byte order mark."


@blp.route("/technicians/import")
class TechnicianImport(MethodView):
    """A table of technicians is brought in."""

    @blp.arguments(TechnicianSheetQuery, location="query")
    @blp.doc(requestBody=_BODY)
    @blp.response(200, SheetReport)
    def post(self, query: Loaded) -> Answer:
        """Bring in technicians with their accounts, groups and skills; the report says what became of each line."""
        data = raw_body(LARGEST)
        with request_transaction() as uow:
            region_id = region_or_own(uow, query.pop("region_id"))
            return import_technicians(uow, region_id=region_id, data=data, coding=query.pop("encoding"), **query)


@blp.route("/technicians.csv")
class TechnicianExport(MethodView):
    """Technicians as a table."""

    @blp.arguments(TechnicianQuery, location="query")
    @blp.response(200, {"type": "string"}, content_type="text/csv", description=_TABLE)
    def get(self, query: Loaded) -> Answer:
        """Take out the technicians in your scope, in a form that can be brought in again."""
        return staff_export.technicians(_filters(query))


@blp.route("/rosters/import")
class RosterImport(MethodView):
    """A roster is brought in as a table."""

    @blp.arguments(RosterSheetQuery, location="query")
    @blp.doc(requestBody=_BODY)
    @blp.response(200, SheetReport)
    def post(self, query: Loaded) -> Answer:
        """Publish a roster from a table, in place of what is published; the report says what became of each line."""
        data = raw_body(LARGEST)
        with request_transaction() as uow:
            return import_roster(uow, data=data, coding=query.pop("encoding"), **query)


@blp.route("/shifts.csv")
class ShiftExport(MethodView):
    """Shifts as a table."""

    @blp.arguments(ShiftQuery, location="query")
    @blp.response(200, {"type": "string"}, content_type="text/csv", description=_TABLE)
    def get(self, query: Loaded) -> Answer:
        """Take out the shifts in your scope, in a form that can be brought in again."""
        return staff_export.shifts(_filters(query))


def _filters(query: Loaded) -> Loaded:
    return {name: value for name, value in query.items() if name not in ("limit", "after")}
