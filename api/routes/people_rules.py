"""The numbers that a region's rules about people go by."""

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.people_rules import RULES, NewRules, RegionRules, RulesPage, RulesQuery
from api.schemas.technicians import InRegion
from api.transactions import request_reading, request_transaction
from dispatch.people.rules import queries, service
from dispatch.people.rules.numbers import PeopleRules

blp = Blueprint("people-rules", "The numbers that a region's rules about people go by.")


@blp.route("/people-rules")
class AllRules(MethodView):
    """The rules of a region, past and planned."""

    @blp.arguments(RulesQuery, location="query")
    @blp.page(RulesPage)
    def get(self, query: Loaded) -> Answer:
        """List the rules that were set in a region, the latest first; where none are, the defaults hold."""
        with request_reading() as reading:
            query["region_id"] = region_or_own(reading, query["region_id"])
            return RULES.show(queries.page_of_policies(reading, **query))

    @blp.arguments(NewRules)
    @blp.response(200, RegionRules)
    def post(self, body: Loaded) -> Answer:
        """Set the rules of a region from a moment on (left out: now)."""
        effective_from = body.pop("effective_from")
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            rules = PeopleRules(**{**body, "warn_days": tuple(body["warn_days"])})
            found = service.set_rules(uow, region_id=region_id, rules=rules, effective_from=effective_from)
            return {"region_id": region_id, "rules": found}


@blp.route("/people-rules/current")
class CurrentRules(MethodView):
    """The rules that are in force."""

    @blp.arguments(InRegion, location="query")
    @blp.response(200, RegionRules)
    def get(self, query: Loaded) -> Answer:
        """Show the rules of a region that are in force now, with the defaults where none were set."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query["region_id"])
            return {"region_id": region_id, "rules": queries.rules_of(reading, [region_id])[region_id]}
