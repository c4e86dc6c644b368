"""How many zones maintenance groups hold: the rule, and who is out of it."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.structure import (
    ODD_GROUPS,
    SIZE_POLICIES,
    NewSizePolicy,
    OddGroupPage,
    OddGroupQuery,
    SizePolicyPage,
    SizePolicyQuery,
    SizeReason,
)
from api.transactions import request_reading, request_transaction
from dispatch.territory import sizes, sizing

blp = Blueprint("group-sizes", "How many zones a maintenance group holds: 3 to 5, unless its region says otherwise.")


@blp.route("/group-sizes")
class OddGroups(MethodView):
    """Groups out of bounds."""

    @blp.arguments(OddGroupQuery, location="query")
    @blp.page(OddGroupPage)
    def get(self, query: Loaded) -> Answer:
        """List the groups in your scope that hold fewer or more zones than they should, with the reason that was given."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query.pop("region_id"))
            return ODD_GROUPS.show(sizes.odd_groups(reading, region_id=region_id, **query))


@blp.route("/groups/<uuid:group_id>/size-reason")
class OneReason(MethodView):
    """Why a group is as large as it is."""

    @blp.arguments(SizeReason)
    @blp.response(204)
    def put(self, body: Loaded, group_id: UUID) -> Answer:
        """Say why a group holds the number of zones that it holds now; who said it and when is kept."""
        with request_transaction() as uow:
            sizing.explain_size(uow, group_id=group_id, **body)


@blp.route("/group-size-policies")
class Policies(MethodView):
    """The rule of a region."""

    @blp.arguments(SizePolicyQuery, location="query")
    @blp.page(SizePolicyPage)
    def get(self, query: Loaded) -> Answer:
        """List how many zones the groups of a region hold, the latest rule first; 3 to 5 before the first."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query.pop("region_id"))
            return SIZE_POLICIES.show(sizes.policies(reading, region_id=region_id, **query))

    @blp.arguments(NewSizePolicy)
    @blp.response(204)
    def post(self, body: Loaded) -> Answer:
        """Say how many zones the groups of a region hold from a moment on. Set as it is already, nothing changes."""
        with request_transaction() as uow:
            sizing.set_bounds(uow, region_id=region_or_own(uow, body.pop("region_id")), **body)
