"""Technicians and what they are certified for."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.technicians import (
    TECHNICIANS,
    BaseShown,
    Certificate,
    Hire,
    InRegion,
    Move,
    NewBase,
    NewSkill,
    Skill,
    Skills,
    Technician,
    TechnicianPage,
    TechnicianQuery,
)
from api.transactions import request_reading, request_transaction
from dispatch.people import bases, queries, service

blp = Blueprint("technicians", "Technicians (维护人员), their groups and their skills.")


@blp.route("/technicians")
class Technicians(MethodView):
    """All technicians in scope."""

    @blp.arguments(TechnicianQuery, location="query")
    @blp.page(TechnicianPage)
    def get(self, query: Loaded) -> Answer:
        """List the technicians in your scope, the newest first."""
        with request_reading() as reading:
            return TECHNICIANS.show(queries.page_of_technicians(reading, **query), query["sort"])

    @blp.arguments(Hire)
    @blp.response(201, Technician)
    def post(self, body: Loaded) -> Answer:
        """Make a person a technician of a maintenance group."""
        with request_transaction() as uow:
            service.hire(uow, **body)
            return queries.technician(uow, body["user_id"])


@blp.route("/technicians/<uuid:technician_id>")
class OneTechnician(MethodView):
    """One technician."""

    @blp.response(200, Technician)
    def get(self, technician_id: UUID) -> Answer:
        """Show a technician with their skills."""
        with request_reading() as reading:
            return queries.technician(reading, technician_id)

    @blp.arguments(Move)
    @blp.response(200, Technician)
    def patch(self, body: Loaded, technician_id: UUID) -> Answer:
        """Move a technician to another group of the region."""
        with request_transaction() as uow:
            service.move_to_group(uow, technician_id=technician_id, **body)
            return queries.technician(uow, technician_id)


@blp.route("/technicians/<uuid:technician_id>/leave")
class Departure(MethodView):
    """A technician leaves."""

    @blp.response(200, Technician)
    def post(self, technician_id: UUID) -> Answer:
        """Note that a technician has left; the account stays."""
        with request_transaction() as uow:
            service.leave(uow, technician_id=technician_id)
            return queries.technician(uow, technician_id)


@blp.route("/technicians/<uuid:technician_id>/base")
class TechnicianBase(MethodView):
    """Where a technician's days begin."""

    @blp.response(200, BaseShown)
    def get(self, technician_id: UUID) -> Answer:
        """Show where a technician's days begin."""
        with request_reading() as reading:
            return _base(bases.base_of(reading, technician_id))

    @blp.arguments(NewBase)
    @blp.response(200, BaseShown)
    def put(self, body: Loaded, technician_id: UUID) -> Answer:
        """Say where a technician's days begin; rankings count the way to the site from there. One's own, or as who leads them."""
        with request_transaction() as uow:
            bases.set_base(uow, technician_id=technician_id, **body)
            return _base(bases.base_of(uow, technician_id))


def _base(found: bases.Base | None) -> dict[str, float | None]:
    lat, lon = found or (None, None)
    return {"lat": lat, "lon": lon}


@blp.route("/technicians/<uuid:technician_id>/skills/<string:skill>")
class TechnicianSkill(MethodView):
    """A skill of a technician."""

    @blp.arguments(Certificate)
    @blp.response(200, Technician)
    def put(self, body: Loaded, technician_id: UUID, skill: str) -> Answer:
        """Certify that a technician holds a skill; what was noted before is replaced."""
        with request_transaction() as uow:
            service.certify(uow, technician_id=technician_id, skill=skill, **body)
            return queries.technician(uow, technician_id)

    @blp.response(200, Technician)
    def delete(self, technician_id: UUID, skill: str) -> Answer:
        """Note that a technician no longer holds a skill."""
        with request_transaction() as uow:
            service.withdraw_skill(uow, technician_id=technician_id, skill=skill)
            return queries.technician(uow, technician_id)


@blp.route("/skills")
class RegionSkills(MethodView):
    """The skills of a region."""

    @blp.arguments(InRegion, location="query")
    @blp.response(200, Skills)
    def get(self, query: Loaded) -> Answer:
        """List the skills of a region, by code."""
        with request_reading() as reading:
            return {"items": queries.skills(reading, region_or_own(reading, query["region_id"]))}

    @blp.arguments(NewSkill)
    @blp.response(200, Skill)
    def post(self, body: Loaded) -> Answer:
        """Define a skill of a region, or give it another name."""
        with request_transaction() as uow:
            service.define_skill(uow, **body)
            return body
