"""Moves of zones and maintenance groups."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, versioned
from api.schemas.structure import GroupMove, ZoneMove, ZoneMoves, ZonesMoved
from api.schemas.territory import Group, ZoneDetail
from api.transactions import expected_version, request_transaction
from dispatch.territory import queries
from dispatch.territory.moving import ZoneTarget, move_group, move_zones

blp = Blueprint(
    "moves", "Zones go to other groups, groups to other stations, and everything that lies there goes along."
)


@blp.route("/zone-moves")
class ManyZones(MethodView):
    """Moves of several zones at once."""

    @blp.arguments(ZoneMoves)
    @blp.response(200, ZonesMoved)
    def post(self, body: Loaded) -> Answer:
        """Move zones to other groups, all or none: two groups can swap zones this way."""
        targets = [ZoneTarget(**one) for one in body.pop("moves")]
        with request_transaction() as uow:
            return {"moved": move_zones(uow, targets=targets, **body)}


@blp.route("/zones/<uuid:zone_id>/move")
class OneZone(MethodView):
    """The move of a zone."""

    @versioned
    @blp.arguments(ZoneMove)
    @blp.response(200, ZoneDetail)
    def post(self, body: Loaded, zone_id: UUID) -> Answer:
        """Move a zone to another group of its region; customers, orders and requests go along, old ones too.

        Open orders that would be stranded are counted and named, and nothing is done, unless `open_orders` says what becomes of
        them.
        """
        with request_transaction() as uow:
            move_zones(uow, targets=[ZoneTarget(zone_id, body.pop("group_id"), expected_version())], path="", **body)
            zone = queries.zone(uow, zone_id)
            return zone, etags.of_version(zone.row.version)


@blp.route("/groups/<uuid:group_id>/move")
class OneGroup(MethodView):
    """The move of a maintenance group."""

    @versioned
    @blp.arguments(GroupMove)
    @blp.response(200, Group)
    def post(self, body: Loaded, group_id: UUID) -> Answer:
        """Move a maintenance group, with its zones and people, to another station of its region."""
        with request_transaction() as uow:
            move_group(uow, group_id=group_id, expected_version=expected_version(), **body)
            group = queries.group(uow, group_id)
            return group, etags.of_version(group.version)
