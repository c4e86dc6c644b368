"""Mentors and mentees."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.created import Created
from api.schemas.mentorships import MENTORSHIPS, MentorshipPage, MentorshipQuery, NewMentorship, PairEnd
from api.transactions import request_reading, request_transaction
from dispatch.people.mentors import queries, service

blp = Blueprint("mentorships", "Mentors of new staff (师带徒).")


@blp.route("/mentorships")
class Mentorships(MethodView):
    """All pairs in scope."""

    @blp.arguments(MentorshipQuery, location="query")
    @blp.page(MentorshipPage)
    def get(self, query: Loaded) -> Answer:
        """List mentors and mentees of whom you see at least one, the latest first; also those of the past."""
        with request_reading() as reading:
            return MENTORSHIPS.show(queries.page_of_mentorships(reading, **query))

    @blp.arguments(NewMentorship)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Let a mentor look after somebody, from a moment until another."""
        with request_transaction() as uow:
            return {"id": service.pair_up(uow, **body)}


@blp.route("/mentorships/<uuid:mentorship_id>/end")
class MentorshipEnd(MethodView):
    """A pair ends."""

    @blp.arguments(PairEnd)
    @blp.response(204)
    def post(self, body: Loaded, mentorship_id: UUID) -> Answer:
        """End a pair now, with the reason."""
        with request_transaction() as uow:
            service.end_pair(uow, mentorship_id=mentorship_id, **body)
