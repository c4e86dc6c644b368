"""Trials: service levels, assignment rules and checklists that count in pilot zones first."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.pilots import PILOTS, NewPilot, PilotEnd, PilotPage, PilotQuery, PilotShown, PilotZones
from api.transactions import request_reading, request_transaction
from dispatch.territory import pilot_queries, piloting
from dispatch.territory.pilots import Pilot
from kernel.database import Page

blp = Blueprint("pilots", "Trials (试点): what counts in pilot zones first, until it is rolled out or given up.")


def shown(pilot: Pilot) -> dict[str, Any]:
    """Return a trial with its zones as a list."""
    names = ("id", "region_id", "kind", "subject", "reason", "started_at", "ended_at", "outcome")
    zones = [{"zone_id": zone_id, "valid_from": begins} for zone_id, begins in pilot.zones.items()]
    return {name: getattr(pilot, name) for name in names} | {"zones": zones}


@blp.route("/pilots")
class Pilots(MethodView):
    """The trials of a region."""

    @blp.arguments(PilotQuery, location="query")
    @blp.page(PilotPage)
    def get(self, query: Loaded) -> Answer:
        """List the trials of a region, the latest first."""
        with request_reading() as reading:
            query["region_id"] = region_or_own(reading, query["region_id"])
            page = pilot_queries.page_of_pilots(reading, **query)
            return PILOTS.show(Page(tuple(shown(one) for one in page.items), page.after))

    @blp.arguments(NewPilot)
    @blp.response(201, PilotShown)
    def post(self, body: Loaded) -> Answer:
        """Let something count in some zones only, from now on."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            return shown(pilot_queries.pilot(uow, piloting.start_pilot(uow, region_id=region_id, **body)))


@blp.route("/pilots/<uuid:pilot_id>")
class OnePilot(MethodView):
    """One trial."""

    @blp.response(200, PilotShown)
    def get(self, pilot_id: UUID) -> Answer:
        """Show a trial."""
        with request_reading() as reading:
            return shown(pilot_queries.pilot(reading, pilot_id))


@blp.route("/pilots/<uuid:pilot_id>/zones")
class WiderPilot(MethodView):
    """The zones of a trial."""

    @blp.arguments(PilotZones)
    @blp.response(200, PilotShown)
    def post(self, body: Loaded, pilot_id: UUID) -> Answer:
        """Let a trial count in more zones."""
        with request_transaction() as uow:
            piloting.widen_pilot(uow, pilot_id=pilot_id, **body)
            return shown(pilot_queries.pilot(uow, pilot_id))


@blp.route("/pilots/<uuid:pilot_id>/roll-out")
class PilotForAll(MethodView):
    """The good end of a trial."""

    @blp.arguments(PilotEnd)
    @blp.response(200, PilotShown)
    def post(self, body: Loaded, pilot_id: UUID) -> Answer:
        """End a trial by letting it count everywhere (trial → full)."""
        with request_transaction() as uow:
            piloting.roll_out(uow, pilot_id=pilot_id, **body)
            return shown(pilot_queries.pilot(uow, pilot_id))


@blp.route("/pilots/<uuid:pilot_id>/stop")
class PilotGivenUp(MethodView):
    """The other end of a trial."""

    @blp.arguments(PilotEnd)
    @blp.response(200, PilotShown)
    def post(self, body: Loaded, pilot_id: UUID) -> Answer:
        """End a trial by letting it count nowhere; what began with it keeps it."""
        with request_transaction() as uow:
            piloting.stop_pilot(uow, pilot_id=pilot_id, **body)
            return shown(pilot_queries.pilot(uow, pilot_id))
