"""Exams, bars and retraining, and certificates that are about to expire."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.certificates import (
    BARS,
    EXAMS,
    EXPIRING,
    BarPage,
    BarQuery,
    ExamPage,
    ExamQuery,
    ExpiringPage,
    ExpiringQuery,
    NewBar,
    NewExam,
    Retraining,
)
from api.schemas.created import Created
from api.schemas.technicians import Technician
from api.transactions import request_reading, request_transaction
from dispatch.people import queries as people
from dispatch.people.certificates import queries, service

blp = Blueprint("certificates", "Certificates (持证), exams (考核), and what keeps people from skills.")


@blp.route("/technicians/<uuid:technician_id>/exams")
class Exams(MethodView):
    """The exams of a technician."""

    @blp.arguments(ExamQuery, location="query")
    @blp.page(ExamPage)
    def get(self, query: Loaded, technician_id: UUID) -> Answer:
        """List the exams that a technician sat, the latest first."""
        with request_reading() as reading:
            return EXAMS.show(queries.page_of_exams(reading, technician_id, **query))

    @blp.arguments(NewExam)
    @blp.response(201, Created)
    def post(self, body: Loaded, technician_id: UUID) -> Answer:
        """Record an exam. A failed one bars from the skill until it is passed; the latest by its day counts."""
        key = body.pop("id")
        with request_transaction() as uow:
            return {"id": service.record_exam(uow, technician_id=technician_id, exam_id=key, **body)}


@blp.route("/technicians/<uuid:technician_id>/bars")
class Bars(MethodView):
    """What keeps a technician from skills."""

    @blp.arguments(BarQuery, location="query")
    @blp.page(BarPage)
    def get(self, query: Loaded, technician_id: UUID) -> Answer:
        """List what keeps a technician from skills, and what did, the latest first."""
        with request_reading() as reading:
            return BARS.show(queries.page_of_bars(reading, technician_id, **query))

    @blp.arguments(NewBar)
    @blp.response(200, Technician)
    def post(self, body: Loaded, technician_id: UUID) -> Answer:
        """Take a technician off work that needs a skill, until they were retrained."""
        with request_transaction() as uow:
            service.bar_from_skill(uow, technician_id=technician_id, **body)
            return people.technician(uow, technician_id)


@blp.route("/technicians/<uuid:technician_id>/retraining")
class Retrained(MethodView):
    """A technician was retrained."""

    @blp.arguments(Retraining)
    @blp.response(200, Technician)
    def post(self, body: Loaded, technician_id: UUID) -> Answer:
        """Record that a technician was retrained in a skill, which lets them use it again."""
        with request_transaction() as uow:
            service.record_retraining(uow, technician_id=technician_id, **body)
            return people.technician(uow, technician_id)


@blp.route("/expiring-certificates")
class ExpiringCertificates(MethodView):
    """Certificates that are about to expire."""

    @blp.arguments(ExpiringQuery, location="query")
    @blp.page(ExpiringPage)
    def get(self, query: Loaded) -> Answer:
        """List the certificates in your scope that end until a day, the earliest first; also those that have ended."""
        with request_reading() as reading:
            return EXPIRING.show(queries.page_of_expiring(reading, **query))
