"""Zoning proposals: how a station could be split, side by side with how it is."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.schemas.zoning import (
    PROPOSALS,
    NewZoningProposal,
    ZoningApplication,
    ZoningEdits,
    ZoningProposalDetail,
    ZoningProposalPage,
    ZoningProposalQuery,
)
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.zoning import drafting, queries, service
from dispatch.zoning.plan import Edit
from kernel.unit_of_work import Reading

blp = Blueprint(
    "zoning", "Zoning proposals (划片方案): zones split into groups, and people to zones, so that the load is balanced."
)


def _shown(reading: Reading, proposal_id: UUID) -> Answer:
    proposal = queries.proposal(reading, proposal_id)
    return proposal, etags.of_version(proposal.row.version)


@blp.route("/zoning-proposals")
class Proposals(MethodView):
    """All proposals in scope."""

    @blp.arguments(ZoningProposalQuery, location="query")
    @blp.page(ZoningProposalPage)
    def get(self, query: Loaded) -> Answer:
        """List the proposals for stations in your scope, the latest first."""
        with request_reading() as reading:
            return PROPOSALS.show(queries.page_of_proposals(reading, **query))

    @blp.arguments(NewZoningProposal)
    @blp.response(201, ZoningProposalDetail)
    def post(self, body: Loaded) -> Answer:
        """Propose how a station is split: groups of neighbouring zones, of the right size and evenly loaded.

        Nothing changes until it is applied. Where today's groups are in order, the proposal is never less even than they are.
        """
        proposal_id = body.pop("id")
        # Looked at and thought about first, so that nothing is locked for the seconds that it takes.
        with request_reading() as reading:
            new = drafting.draft(reading, proposal_id=proposal_id, **body)
        with request_transaction() as uow:
            return _shown(uow, service.keep(uow, new))


@blp.route("/zoning-proposals/<uuid:proposal_id>")
class Proposal(MethodView):
    """One proposal."""

    @conditional
    @blp.response(200, ZoningProposalDetail)
    def get(self, proposal_id: UUID) -> Answer:
        """Show a proposal beside the day it was made on, with the figures of both."""
        with request_reading() as reading:
            return _shown(reading, proposal_id)

    @versioned
    @blp.response(204)
    def delete(self, proposal_id: UUID) -> Answer:
        """Discard a draft; it stays on record."""
        with request_transaction() as uow:
            service.discard(uow, proposal_id=proposal_id, expected_version=expected_version())


@blp.route("/zoning-proposals/<uuid:proposal_id>/edits")
class EditedProposal(MethodView):
    """Changes by hand."""

    @versioned
    @blp.arguments(ZoningEdits)
    @blp.response(200, ZoningProposalDetail)
    def post(self, body: Loaded, proposal_id: UUID) -> Answer:
        """Change a draft by hand: zones go to other groups of it, or to other managers."""
        edits = tuple(Edit(**one) for one in body["edits"])
        with request_transaction() as uow:
            service.edit(uow, proposal_id=proposal_id, edits=edits, expected_version=expected_version())
            return _shown(uow, proposal_id)


@blp.route("/zoning-proposals/<uuid:proposal_id>/apply")
class AppliedProposal(MethodView):
    """The confirmation of a proposal."""

    @versioned
    @blp.arguments(ZoningApplication)
    @blp.response(200, ZoningProposalDetail)
    def post(self, body: Loaded, proposal_id: UUID) -> Answer:
        """Put a proposal into effect, as one. If the station changed since, it is refused, with what changed."""
        with request_transaction() as uow:
            service.apply(uow, proposal_id=proposal_id, expected_version=expected_version(), **body)
            return _shown(uow, proposal_id)


@blp.route("/zoning-proposals/<uuid:proposal_id>/undo")
class UndoneProposal(MethodView):
    """The way back."""

    @versioned
    @blp.arguments(ZoningApplication)
    @blp.response(200, ZoningProposalDetail)
    def post(self, body: Loaded, proposal_id: UUID) -> Answer:
        """Take back what was applied, as one. If anything else changed since, it is refused, with what changed."""
        body.pop("size_reason")
        with request_transaction() as uow:
            service.undo(uow, proposal_id=proposal_id, expected_version=expected_version(), **body)
            return _shown(uow, proposal_id)
