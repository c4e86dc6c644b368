"""What a region promises its customers: the times of each priority tier."""

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.created import Created
from api.schemas.sla_policies import POLICIES, RULES, NewPolicy, PolicyPage, PolicyQuery
from api.transactions import request_reading, request_transaction
from dispatch.sla import queries, service
from dispatch.sla.deadline import Targets
from dispatch.sla.pauses import PauseRule
from dispatch.sla.policy_rules import PolicyRules

blp = Blueprint("sla-policies", "Service levels (服务级别): by when orders are answered, reached and resolved.")


@blp.route("/sla-policies")
class Policies(MethodView):
    """The policies of a region."""

    @blp.arguments(PolicyQuery, location="query")
    @blp.page(PolicyPage)
    @blp.refuses(404)
    def get(self, query: Loaded) -> Answer:
        """List the service levels of a region and their history, the latest first."""
        with request_reading() as reading:
            query["region_id"] = region_or_own(reading, query["region_id"])
            return POLICIES.show(queries.page_of_policies(reading, **query))

    @blp.arguments(NewPolicy)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Set the times of a tier from a moment on."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            names = ("respond_minutes", "arrive_minutes", "resolve_minutes")
            targets = Targets(**{name: body.pop(name) for name in names})
            pauses = tuple(PauseRule(**{**one, "clocks": frozenset(one["clocks"])}) for one in body.pop("pauses"))
            rules = PolicyRules(pauses, **{name: body.pop(name) for name in RULES})
            return {"id": service.set_policy(uow, region_id=region_id, targets=targets, rules=rules, **body)}
