"""When people are away: asked for, decided, and what follows from it."""

from dataclasses import asdict
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.absences import (
    ABSENCES,
    AbsenceDetail,
    AbsencePage,
    AbsenceQuery,
    Decision,
    NewAbsence,
    Refusal,
    UncoveredPage,
    UncoveredQuery,
)
from api.transactions import request_reading, request_transaction
from dispatch.people.absences import queries, service
from dispatch.work_orders import workload
from kernel.unit_of_work import Reading

blp = Blueprint("absences", "Absences (请假), and zones that nobody answers for meanwhile.")


def _shown(reading: Reading, absence_id: UUID) -> Answer:
    absence = queries.absence(reading, absence_id)
    return {
        **asdict(absence),
        "open_orders": workload.loads_of(reading, [absence.technician_id]).get(absence.technician_id, 0),
        "uncovered_zones": queries.uncovered_by(reading, [absence]),
    }


@blp.route("/absences")
class Absences(MethodView):
    """All absences in scope."""

    @blp.arguments(AbsenceQuery, location="query")
    @blp.page(AbsencePage)
    def get(self, query: Loaded) -> Answer:
        """List the absences of the technicians in your scope, and your own, the earliest first."""
        with request_reading() as reading:
            return ABSENCES.show(queries.page_of_absences(reading, **query))

    @blp.arguments(NewAbsence)
    @blp.response(201, AbsenceDetail)
    def post(self, body: Loaded) -> Answer:
        """Ask for an absence; whoever leads the person hears of it, and decides."""
        key = body.pop("id")
        with request_transaction() as uow:
            body["technician_id"] = body["technician_id"] or uow.actor.user_id
            return _shown(uow, service.request_absence(uow, absence_id=key, **body))


@blp.route("/absences/<uuid:absence_id>")
class OneAbsence(MethodView):
    """One absence."""

    @blp.response(200, AbsenceDetail)
    def get(self, absence_id: UUID) -> Answer:
        """Show an absence with the orders that are with the person and the zones that nobody answers for meanwhile."""
        with request_reading() as reading:
            return _shown(reading, absence_id)


@blp.route("/absences/<uuid:absence_id>/approval")
class Approval(MethodView):
    """An absence is approved."""

    @blp.arguments(Decision)
    @blp.response(200, AbsenceDetail)
    def post(self, body: Loaded, absence_id: UUID) -> Answer:
        """Approve an absence; the answer says which zones and orders need somebody else."""
        with request_transaction() as uow:
            service.approve_absence(uow, absence_id=absence_id, **body)
            return _shown(uow, absence_id)


@blp.route("/absences/<uuid:absence_id>/refusal")
class Refused(MethodView):
    """An absence is refused."""

    @blp.arguments(Refusal)
    @blp.response(200, AbsenceDetail)
    def post(self, body: Loaded, absence_id: UUID) -> Answer:
        """Refuse an absence, with the reason."""
        with request_transaction() as uow:
            service.refuse_absence(uow, absence_id=absence_id, **body)
            return _shown(uow, absence_id)


@blp.route("/absences/<uuid:absence_id>/cancellation")
class Cancellation(MethodView):
    """An absence is cancelled."""

    @blp.arguments(Decision)
    @blp.response(200, AbsenceDetail)
    def post(self, body: Loaded, absence_id: UUID) -> Answer:
        """Cancel an absence that is not over: your own, or that of somebody whom you lead."""
        with request_transaction() as uow:
            service.cancel_absence(uow, absence_id=absence_id, **body)
            return _shown(uow, absence_id)


@blp.route("/uncovered-zones")
class UncoveredZones(MethodView):
    """Zones without anybody."""

    @blp.arguments(UncoveredQuery, location="query")
    @blp.page(UncoveredPage)
    def get(self, query: Loaded) -> Answer:
        """List the zones whose manager is away without a deputy; a page looks at `limit` absences."""
        with request_reading() as reading:
            return ABSENCES.show(queries.page_of_uncovered_zones(reading, **query))
