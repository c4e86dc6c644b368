"""Who answers for what: of a person, of a whole station, and where nobody does."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.created import Created
from api.schemas.structure import VACANCIES, NewVacancy, StationAnswering, VacancyPage, VacancyQuery
from api.schemas.territory import DUTIES, At, DutyPage, DutyQuery
from api.transactions import request_reading, request_transaction
from dispatch.accounts import errors as account_errors
from dispatch.accounts import queries as accounts
from dispatch.territory import answering, appointing, queries

blp = Blueprint("duties", "Who answers for which place, from when until when.")


@blp.route("/users/<uuid:user_id>/duties")
class OfPerson(MethodView):
    """What a person answers for."""

    @blp.arguments(DutyQuery, location="query")
    @blp.page(DutyPage)
    def get(self, query: Loaded, user_id: UUID) -> Answer:
        """List what a person answers, answered or will answer for in your scope, the latest first."""
        with request_reading() as reading:
            if not accounts.may_see_user(reading, user_id):
                raise account_errors.UNKNOWN()
            return DUTIES.show(answering.duties_of_person(reading, user_id, **query))


@blp.route("/stations/<uuid:station_id>/answering")
class OfStation(MethodView):
    """Who answers in a station."""

    @blp.arguments(At, location="query")
    @blp.response(200, StationAnswering)
    def get(self, query: Loaded, station_id: UUID) -> Answer:
        """Tell who answers for a station, its groups and its zones now, or answered at a moment."""
        with request_reading() as reading:
            queries.station(reading, station_id)
            at = query["at"] or reading.now
            return {"at": at, "items": answering.answering_at(reading, station_id, at)}


@blp.route("/vacancies")
class Vacancies(MethodView):
    """Places without anybody."""

    @blp.arguments(VacancyQuery, location="query")
    @blp.page(VacancyPage)
    def get(self, query: Loaded) -> Answer:
        """List the places in your scope that nobody answers for, or soon nobody will."""
        with request_reading() as reading:
            return VACANCIES.show(answering.vacancies(reading, **query))


@blp.route("/duties/<uuid:duty_id>")
class OneDuty(MethodView):
    """One appointment."""

    @blp.response(204)
    def delete(self, duty_id: UUID) -> Answer:
        """Take back an appointment that has not begun; whoever answers before goes on."""
        with request_transaction() as uow:
            appointing.revoke(uow, duty_id=duty_id)


@blp.route("/stations/<uuid:station_id>/vacancies")
class AtStation(MethodView):
    """That nobody answers for a station."""

    @blp.arguments(NewVacancy)
    @blp.response(201, Created)
    def post(self, body: Loaded, station_id: UUID) -> Answer:
        """State that nobody answers for a station from a moment on, and why."""
        with request_transaction() as uow:
            return {"id": appointing.vacate(uow, place_id=station_id, **body)}


@blp.route("/groups/<uuid:group_id>/vacancies")
class AtGroup(MethodView):
    """That nobody answers for a group."""

    @blp.arguments(NewVacancy)
    @blp.response(201, Created)
    def post(self, body: Loaded, group_id: UUID) -> Answer:
        """State that nobody answers for a maintenance group from a moment on, and why."""
        with request_transaction() as uow:
            return {"id": appointing.vacate(uow, place_id=group_id, **body)}


@blp.route("/zones/<uuid:zone_id>/vacancies")
class AtZone(MethodView):
    """That nobody answers for a zone."""

    @blp.arguments(NewVacancy)
    @blp.response(201, Created)
    def post(self, body: Loaded, zone_id: UUID) -> Answer:
        """State that nobody answers for a zone from a moment on, as its manager or deputy, and why."""
        with request_transaction() as uow:
            return {"id": appointing.vacate(uow, place_id=zone_id, **body)}
