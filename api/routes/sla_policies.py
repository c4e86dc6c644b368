"""What a region promises its customers: the times of each priority tier."""

from dataclasses import fields
from typing import Any

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.created import Created
from api.schemas.sla_policies import POLICIES, RULES, NewPolicy, PolicyPage, PolicyQuery
from api.transactions import request_reading, request_transaction
from dispatch.sla import queries, service
from dispatch.sla.deadline import Targets
from dispatch.sla.pauses import PauseRule
from dispatch.sla.policies import Policy
from dispatch.sla.policy_rules import PolicyRules
from dispatch.territory.pilot_queries import pilot_history
from dispatch.territory.pilots import PilotKind
from kernel.database import Page

blp = Blueprint("sla-policies", "Service levels (服务级别): by when orders are answered, reached and resolved.")


def fields_of(policy: Policy) -> dict[str, Any]:
    """Return the fields of a policy by their names."""
    return {one.name: getattr(policy, one.name) for one in fields(policy)}


@blp.route("/sla-policies")
class Policies(MethodView):
    """The policies of a region."""

    @blp.arguments(PolicyQuery, location="query")
    @blp.page(PolicyPage)
    def get(self, query: Loaded) -> Answer:
        """List the service levels of a region and their history, the latest first."""
        with request_reading() as reading:
            query["region_id"] = region_or_own(reading, query["region_id"])
            page = queries.page_of_policies(reading, **query)
            pilots = pilot_history(reading, PilotKind.SLA_POLICY, region_ids=[query["region_id"]])
            items = tuple({**fields_of(one), "stage": pilots.stage(str(one.id), reading.now)} for one in page.items)
            return POLICIES.show(Page(items, page.after))

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
            asked = body.pop("trial")
            trial = asked and service.Trial(tuple(asked["zone_ids"]), asked["reason"])
            return {
                "id": service.set_policy(uow, region_id=region_id, targets=targets, rules=rules, trial=trial, **body)
            }
