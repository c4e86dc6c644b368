"""Regions, stations and maintenance groups."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas.created import Created
from api.schemas.structure import Retirement
from api.schemas.territory import (
    DUTIES,
    GROUPS,
    REGIONS,
    STATIONS,
    DutyPage,
    DutyQuery,
    Group,
    GroupPage,
    GroupQuery,
    NewDuty,
    NewGroup,
    NewRegion,
    NewStation,
    Region,
    RegionPage,
    RegionQuery,
    Rename,
    Station,
    StationPage,
    StationQuery,
)
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.territory import queries, service
from kernel.actor import Level

blp = Blueprint("places", "Regions, service stations and maintenance groups, and who answers for them.")


def _shown(row: Any) -> Answer:
    return row, etags.of_version(row.version)


@blp.route("/regions")
class Regions(MethodView):
    """All regions in scope."""

    @blp.arguments(RegionQuery, location="query")
    @blp.page(RegionPage)
    def get(self, query: Loaded) -> Answer:
        """List the regions in your scope, by code."""
        with request_reading() as reading:
            return REGIONS.show(queries.regions(reading, **query), query["sort"])

    @blp.arguments(NewRegion)
    @blp.response(201, Region)
    def post(self, body: Loaded) -> Answer:
        """Open a region. Administrators only."""
        with request_transaction() as uow:
            return _shown(queries.region(uow, service.open_region(uow, **body)))


@blp.route("/regions/<uuid:region_id>")
class OneRegion(MethodView):
    """One region."""

    @conditional
    @blp.response(200, Region)
    def get(self, region_id: UUID) -> Answer:
        """Show a region."""
        with request_reading() as reading:
            return _shown(queries.region(reading, region_id))

    @versioned
    @blp.arguments(Rename)
    @blp.response(200, Region)
    def patch(self, body: Loaded, region_id: UUID) -> Answer:
        """Rename a region."""
        with request_transaction() as uow:
            service.rename(uow, level=Level.REGION, place_id=region_id, expected_version=expected_version(), **body)
            return _shown(queries.region(uow, region_id))


@blp.route("/regions/<uuid:region_id>/retire")
class RetiredRegion(MethodView):
    """The end of a region."""

    @versioned
    @blp.arguments(Retirement)
    @blp.response(200, Region)
    def post(self, body: Loaded, region_id: UUID) -> Answer:
        """Take a region out of work; its stations must be out of work already. Administrators only."""
        with request_transaction() as uow:
            service.retire(uow, level=Level.REGION, place_id=region_id, expected_version=expected_version(), **body)
            return _shown(queries.region(uow, region_id))


@blp.route("/stations")
class Stations(MethodView):
    """All stations in scope."""

    @blp.arguments(StationQuery, location="query")
    @blp.page(StationPage)
    def get(self, query: Loaded) -> Answer:
        """List the service stations in your scope, by code."""
        with request_reading() as reading:
            return STATIONS.show(queries.stations(reading, **query), query["sort"])

    @blp.arguments(NewStation)
    @blp.response(201, Station)
    def post(self, body: Loaded) -> Answer:
        """Open a service station in a region."""
        with request_transaction() as uow:
            return _shown(queries.station(uow, service.open_station(uow, **body)))


@blp.route("/stations/<uuid:station_id>")
class OneStation(MethodView):
    """One station."""

    @conditional
    @blp.response(200, Station)
    def get(self, station_id: UUID) -> Answer:
        """Show a service station."""
        with request_reading() as reading:
            return _shown(queries.station(reading, station_id))

    @versioned
    @blp.arguments(Rename)
    @blp.response(200, Station)
    def patch(self, body: Loaded, station_id: UUID) -> Answer:
        """Rename a service station."""
        with request_transaction() as uow:
            service.rename(uow, level=Level.STATION, place_id=station_id, expected_version=expected_version(), **body)
            return _shown(queries.station(uow, station_id))


@blp.route("/stations/<uuid:station_id>/retire")
class RetiredStation(MethodView):
    """The end of a station."""

    @versioned
    @blp.arguments(Retirement)
    @blp.response(200, Station)
    def post(self, body: Loaded, station_id: UUID) -> Answer:
        """Take a service station out of work; its groups must be out of work already. Send `{}` if nothing is to be decided."""
        with request_transaction() as uow:
            service.retire(uow, level=Level.STATION, place_id=station_id, expected_version=expected_version(), **body)
            return _shown(queries.station(uow, station_id))


@blp.route("/stations/<uuid:station_id>/duties")
class StationDuties(MethodView):
    """Who answers for a station."""

    @blp.arguments(DutyQuery, location="query")
    @blp.page(DutyPage)
    def get(self, query: Loaded, station_id: UUID) -> Answer:
        """List who answers and answered for a service station, the latest first."""
        with request_reading() as reading:
            queries.station(reading, station_id)
            return DUTIES.show(queries.duties(reading, place_id=station_id, **query))

    @blp.arguments(NewDuty)
    @blp.response(201, Created)
    def post(self, body: Loaded, station_id: UUID) -> Answer:
        """Let somebody answer for a service station; whoever does so far no longer does from then on."""
        with request_transaction() as uow:
            queries.station(uow, station_id)
            return {"id": service.appoint(uow, place_id=station_id, **body)}


@blp.route("/groups")
class Groups(MethodView):
    """All maintenance groups in scope."""

    @blp.arguments(GroupQuery, location="query")
    @blp.page(GroupPage)
    def get(self, query: Loaded) -> Answer:
        """List the maintenance groups in your scope, by code."""
        with request_reading() as reading:
            return GROUPS.show(queries.groups(reading, **query), query["sort"])

    @blp.arguments(NewGroup)
    @blp.response(201, Group)
    def post(self, body: Loaded) -> Answer:
        """Open a maintenance group at a station."""
        with request_transaction() as uow:
            return _shown(queries.group(uow, service.open_group(uow, **body)))


@blp.route("/groups/<uuid:group_id>")
class OneGroup(MethodView):
    """One maintenance group."""

    @conditional
    @blp.response(200, Group)
    def get(self, group_id: UUID) -> Answer:
        """Show a maintenance group."""
        with request_reading() as reading:
            return _shown(queries.group(reading, group_id))

    @versioned
    @blp.arguments(Rename)
    @blp.response(200, Group)
    def patch(self, body: Loaded, group_id: UUID) -> Answer:
        """Rename a maintenance group."""
        with request_transaction() as uow:
            service.rename(uow, level=Level.GROUP, place_id=group_id, expected_version=expected_version(), **body)
            return _shown(queries.group(uow, group_id))


@blp.route("/groups/<uuid:group_id>/retire")
class RetiredGroup(MethodView):
    """The end of a maintenance group."""

    @versioned
    @blp.arguments(Retirement)
    @blp.response(200, Group)
    def post(self, body: Loaded, group_id: UUID) -> Answer:
        """Take a maintenance group out of work; its zones must be out of work, and its people elsewhere, already.

        Send `{}` if nothing is to be decided.
        """
        with request_transaction() as uow:
            service.retire(uow, level=Level.GROUP, place_id=group_id, expected_version=expected_version(), **body)
            return _shown(queries.group(uow, group_id))


@blp.route("/groups/<uuid:group_id>/duties")
class GroupDuties(MethodView):
    """Who answers for a maintenance group."""

    @blp.arguments(DutyQuery, location="query")
    @blp.page(DutyPage)
    def get(self, query: Loaded, group_id: UUID) -> Answer:
        """List who answers and answered for a maintenance group, the latest first."""
        with request_reading() as reading:
            queries.group(reading, group_id)
            return DUTIES.show(queries.duties(reading, place_id=group_id, **query))

    @blp.arguments(NewDuty)
    @blp.response(201, Created)
    def post(self, body: Loaded, group_id: UUID) -> Answer:
        """Let somebody answer for a maintenance group; whoever does so far no longer does from then on."""
        with request_transaction() as uow:
            queries.group(uow, group_id)
            return {"id": service.appoint(uow, place_id=group_id, **body)}
