"""What each region decides on a subject: warranties, requests, orders, fees, rounds, outages."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.created import Created
from api.schemas.region_policies import POLICIES, NewRegionPolicy, PolicyPage, PolicyQuery
from api.transactions import request_reading, request_transaction
from checklists.evidence import comparing as evidence
from checklists.review import policy as review_policy
from checklists.templates import review_rules
from dispatch.assets import warranty
from dispatch.assignment import rules as assignment_rules
from dispatch.assignment.rule_of import check_rule
from dispatch.fees import policy as fee_policy
from dispatch.policies import queries, service
from dispatch.requests import policy as request_policy
from dispatch.requests.policy_of import check_policy
from dispatch.territory.piloting import start_pilot
from dispatch.territory.pilots import PilotKind
from dispatch.work_orders import catalogue
from dispatch.work_orders import rules as order_rules
from kernel.errors import INVALID, NOT_FOUND
from kernel.unit_of_work import UnitOfWork
from sync.erasure import policy as retention

blp = Blueprint("region-policies", "What each region decides (策略), by subject and from a moment on.")

Check = Callable[[UnitOfWork, Any, Mapping[str, Any]], object]


def _check_fees(uow: UnitOfWork, region_id: Any, rules: Mapping[str, Any]) -> None:
    """Read a price list that a region is about to set, and send it to its phones with the other rules about orders."""
    fee_policy.read_rules(rules)
    catalogue.tell_phones(uow, region_id)


SUBJECTS: Mapping[str, Check] = {
    warranty.SUBJECT: lambda _uow, _region_id, rules: warranty.read_policy(rules),
    request_policy.SUBJECT: check_policy,
    order_rules.SUBJECT: catalogue.check_rules,
    assignment_rules.SUBJECT: check_rule,
    evidence.SUBJECT: lambda _uow, _region_id, rules: evidence.read_rules(rules),
    review_policy.SUBJECT: lambda _uow, _region_id, rules: review_policy.read_rules(rules),
    fee_policy.SUBJECT: _check_fees,
    retention.SUBJECT: lambda _uow, _region_id, rules: retention.read_policy(rules),
    review_rules.SUBJECT: lambda _uow, _region_id, rules: review_rules.read_rules(rules),
}
"""Who reads the rules of each subject before they are kept; unreadable ones are refused with their path."""
TRIED: Mapping[str, tuple[PilotKind, Callable[[Mapping[str, Any]], str]]] = {
    assignment_rules.SUBJECT: (PilotKind.ASSIGNMENT_RULE, lambda rules: assignment_rules.read_rule(rules).code),
}
"""What may be tried in some zones first, and what a trial calls it."""


@blp.route("/region-policies/<string:subject>")
class RegionPolicies(MethodView):
    """What a region decided on a subject."""

    @blp.arguments(PolicyQuery, location="query")
    @blp.page(PolicyPage)
    def get(self, query: Loaded, subject: str) -> Answer:
        """List what a region decided on a subject, the latest first."""
        with request_reading() as reading:
            _check(subject)
            query["region_id"] = region_or_own(reading, query["region_id"])
            return POLICIES.show(queries.page_of_policies(reading, subject=subject, **query))

    @blp.arguments(NewRegionPolicy)
    @blp.response(201, Created)
    def post(self, body: Loaded, subject: str) -> Answer:
        """Decide on a subject from a moment on; see docs/policies.md for the rules of each."""
        with request_transaction() as uow:
            check = _check(subject)
            region_id = region_or_own(uow, body.pop("region_id"))
            check(uow, region_id, body["rules"])
            trial = body.pop("trial")
            key = service.set_policy(uow, region_id=region_id, subject=subject, **body)
            if trial is not None:
                _try_first(uow, region_id, subject, body["rules"], trial)
            return {"id": key}


def _try_first(uow: UnitOfWork, region_id: UUID, subject: str, rules: Mapping[str, Any], trial: Loaded) -> None:
    if subject not in TRIED:
        raise INVALID("only " + ", ".join(TRIED) + " can be tried in some zones first", path="/trial")
    kind, code_of = TRIED[subject]
    start_pilot(uow, region_id=region_id, kind=kind, subject=code_of(rules), **trial, path="/trial")


def _check(subject: str) -> Check:
    if subject not in SUBJECTS:
        raise NOT_FOUND("subjects are " + ", ".join(sorted(SUBJECTS)))
    return SUBJECTS[subject]
