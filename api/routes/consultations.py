"""Expert consultations (会诊): a question from an order, and the answers."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional
from api.schemas.consultations import (
    CONSULTATIONS,
    AcceptedAnswer,
    ClosingNote,
    ConsultationDetail,
    ConsultationPage,
    ConsultationQuery,
    NewConsultation,
    NewConsultationAnswer,
)
from api.transactions import request_reading, request_transaction
from checklists.runs import service as runs
from dispatch.consultations import queries, service
from kernel.unit_of_work import Reading

blp = Blueprint("consultations", "Expert consultations (会诊): a question from an order, and the answers.")


def _shown(reading: Reading, consultation_id: UUID) -> Answer:
    found = queries.consultation(reading, consultation_id)
    return found, etags.of_version(found.row.version)


@blp.route("/consultations")
class Consultations(MethodView):
    """All questions in scope."""

    @blp.arguments(ConsultationQuery, location="query")
    @blp.page(ConsultationPage)
    def get(self, query: Loaded) -> Answer:
        """List the questions on orders that you see, that you asked, or that you are asked, the latest first."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return CONSULTATIONS.show(queries.page_of_consultations(reading, states=states, **query))


@blp.route("/work-orders/<uuid:order_id>/consultations")
class OrderConsultations(MethodView):
    """The questions of an order."""

    @blp.arguments(NewConsultation)
    @blp.response(201, ConsultationDetail)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Ask a person, or whoever holds a skill, about an order: for those who do it or dispatch it.

        Who is asked sees the question, the items shown with it, and the order's number, title and kind; nothing else of it.
        """
        with request_transaction() as uow:
            excerpt = runs.excerpt(uow, order_id, body.pop("items"))
            key = service.ask(uow, order_id=order_id, consultation_id=body.pop("id"), excerpt=excerpt, **body)
            return _shown(uow, key)


@blp.route("/consultations/<uuid:consultation_id>")
class OneConsultation(MethodView):
    """One question."""

    @conditional
    @blp.response(200, ConsultationDetail)
    def get(self, consultation_id: UUID) -> Answer:
        """Show a question with its answers."""
        with request_reading() as reading:
            return _shown(reading, consultation_id)


@blp.route("/consultations/<uuid:consultation_id>/answers")
class Answers(MethodView):
    """What is answered."""

    @blp.arguments(NewConsultationAnswer)
    @blp.response(201, ConsultationDetail)
    def post(self, body: Loaded, consultation_id: UUID) -> Answer:
        """Answer a question that you were asked. The first answer answers it, further ones are kept beside."""
        with request_transaction() as uow:
            service.answer(uow, consultation_id=consultation_id, answer_id=body.pop("id"), **body)
            return _shown(uow, consultation_id)


@blp.route("/consultations/<uuid:consultation_id>/accept")
class Acceptance(MethodView):
    """The answer that holds."""

    @blp.arguments(AcceptedAnswer)
    @blp.response(200, ConsultationDetail)
    def post(self, body: Loaded, consultation_id: UUID) -> Answer:
        """Accept an answer to your question, which is over then."""
        with request_transaction() as uow:
            service.accept(uow, consultation_id=consultation_id, **body)
            return _shown(uow, consultation_id)


@blp.route("/consultations/<uuid:consultation_id>/close")
class Closing(MethodView):
    """The end of a question."""

    @blp.arguments(ClosingNote)
    @blp.response(200, ConsultationDetail)
    def post(self, body: Loaded, consultation_id: UUID) -> Answer:
        """Close your question without an answer that holds."""
        with request_transaction() as uow:
            service.close(uow, consultation_id=consultation_id, **body)
            return _shown(uow, consultation_id)
