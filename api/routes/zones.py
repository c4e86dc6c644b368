"""Zones: the patches of ground that one person each answers for."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.routes.regions import region_or_own
from api.schemas.created import Created
from api.schemas.structure import Retirement
from api.schemas.territory import (
    DUTIES,
    ZONES,
    At,
    DutyPage,
    DutyQuery,
    NewDuty,
    NewZone,
    Position,
    Responsible,
    ZoneChange,
    ZoneDetail,
    ZonePage,
    ZoneQuery,
    ZonesAt,
)
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.accounts import queries as accounts
from dispatch.territory import queries, service
from dispatch.territory.coordinates import point_to_wgs84
from kernel.actor import Level
from kernel.errors import INVALID
from kernel.unit_of_work import Reading, UnitOfWork

blp = Blueprint("zones", "Zones (片区): where they lie, and who answers for them.")


def _shown(reading: Reading, zone_id: UUID) -> Answer:
    zone = queries.zone(reading, zone_id)
    return zone, etags.of_version(zone.row.version)


@blp.route("/zones")
class Zones(MethodView):
    """All zones in scope."""

    @blp.arguments(ZoneQuery, location="query")
    @blp.page(ZonePage)
    def get(self, query: Loaded) -> Answer:
        """List the zones in your scope, by code, without their boundaries."""
        with request_reading() as reading:
            return ZONES.show(queries.zones(reading, **query), query["sort"])

    @blp.arguments(NewZone)
    @blp.response(201, ZoneDetail)
    def post(self, body: Loaded) -> Answer:
        """Draw a zone in a maintenance group."""
        with request_transaction() as uow:
            return _shown(uow, service.draw_zone(uow, **body))


@blp.route("/zones/at")
class ZonesAtPosition(MethodView):
    """Zones by position."""

    @blp.arguments(Position, location="query")
    @blp.response(200, ZonesAt)
    def get(self, query: Loaded) -> Answer:
        """Tell which zones in your scope a position lies in."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query["region_id"])
            lat, lon = point_to_wgs84(query["coordinate_system"], query["lat"], query["lon"])
            found = queries.zones_at(reading, region_id, lat, lon)
            seen = queries.places_of_zones(reading, [zone.id for zone in found])
            return {"items": [zone for zone in found if zone.id in seen]}


@blp.route("/zones/<uuid:zone_id>")
class Zone(MethodView):
    """One zone."""

    @conditional
    @blp.response(200, ZoneDetail)
    def get(self, zone_id: UUID) -> Answer:
        """Show a zone with its boundary, and who answers for it now."""
        with request_reading() as reading:
            return _shown(reading, zone_id)

    @versioned
    @blp.arguments(ZoneChange)
    @blp.response(200, ZoneDetail)
    def patch(self, body: Loaded, zone_id: UUID) -> Answer:
        """Rename a zone, draw it anew, or correct its number of subscribers."""
        with request_transaction() as uow:
            _change(uow, zone_id, body)
            return _shown(uow, zone_id)


def _change(uow: UnitOfWork, zone_id: UUID, body: Loaded) -> None:
    version = expected_version()
    if "name" in body:
        version = service.rename(
            uow, level=Level.ZONE, place_id=zone_id, name=body.pop("name"), expected_version=version
        )
    if "boundary" in body:
        service.redraw_zone(uow, zone_id=zone_id, expected_version=version, **body)
    elif "coordinate_system" in body:
        raise INVALID("it says what a boundary is drawn in, and there is none", path="/coordinate_system")
    elif "subscribers" in body:
        service.recount(uow, zone_id=zone_id, subscribers=body["subscribers"], expected_version=version)


@blp.route("/zones/<uuid:zone_id>/retire")
class RetiredZone(MethodView):
    """The end of a zone."""

    @versioned
    @blp.arguments(Retirement)
    @blp.response(200, ZoneDetail)
    def post(self, body: Loaded, zone_id: UUID) -> Answer:
        """Take a zone out of work, now; its history stays.

        With open orders in it the body says what becomes of them, or they are counted and nothing is done. Send `{}` if nothing
        is to be decided.
        """
        with request_transaction() as uow:
            service.retire(uow, level=Level.ZONE, place_id=zone_id, expected_version=expected_version(), **body)
            return _shown(uow, zone_id)


@blp.route("/zones/<uuid:zone_id>/responsible")
class ResponsibleForZone(MethodView):
    """Who answers for a zone."""

    @blp.arguments(At, location="query")
    @blp.response(200, Responsible)
    def get(self, query: Loaded, zone_id: UUID) -> Answer:
        """Tell who answers for a zone now, or answered for it at a moment: the manager, or else the deputy."""
        with request_reading() as reading:
            queries.places_of_zone(reading, zone_id)
            at = query["at"] or reading.now
            user_id = queries.responsible(reading, [zone_id], at).get(zone_id)
            person = None if user_id is None else accounts.contacts_of(reading, [user_id]).get(user_id)
            named = {} if person is None else {"name": person.name, "phone": person.phone}
            return {"zone_id": zone_id, "at": at, "user_id": user_id, "name": None, "phone": None, **named}


@blp.route("/zones/<uuid:zone_id>/duties")
class ZoneDuties(MethodView):
    """Who answers for a zone, in every capacity."""

    @blp.arguments(DutyQuery, location="query")
    @blp.page(DutyPage)
    def get(self, query: Loaded, zone_id: UUID) -> Answer:
        """List who answers and answered for a zone, the latest first."""
        with request_reading() as reading:
            queries.places_of_zone(reading, zone_id)
            return DUTIES.show(queries.duties(reading, place_id=zone_id, **query))

    @blp.arguments(NewDuty)
    @blp.response(201, Created)
    def post(self, body: Loaded, zone_id: UUID) -> Answer:
        """Let somebody answer for a zone from a moment on; whoever does so far no longer does from then on."""
        with request_transaction() as uow:
            queries.places_of_zone(uow, zone_id)
            return {"id": service.appoint(uow, place_id=zone_id, **body)}


@blp.route("/zones/<uuid:zone_id>/duties/deputy")
class Deputy(MethodView):
    """The deputy of a zone."""

    @blp.response(204)
    def delete(self, zone_id: UUID) -> Answer:
        """End the duty of a zone's deputy, now."""
        with request_transaction() as uow:
            service.relieve_deputy(uow, zone_id=zone_id)
