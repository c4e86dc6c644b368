"""Finds the rule that counts in a zone, also while another is tried there, and keeps a new one only if its work types exist."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from dispatch.assignment import errors
from dispatch.assignment.rules import STANDARD, SUBJECT, AssignmentRule, read_rule
from dispatch.policies import errors as policy_errors
from dispatch.policies import queries as policies
from dispatch.territory.pilot_events import PilotStarting
from dispatch.territory.pilot_queries import pilot_history
from dispatch.territory.pilots import PilotKind
from dispatch.territory.places import Places
from dispatch.work_orders.work_types import codes_of
from kernel.unit_of_work import Reading, UnitOfWork


def rules_for(reading: Reading, places: Collection[Places]) -> dict[Places, AssignmentRule]:
    """Return the rule that counts now at each of these places: the latest decided that is not kept to trial zones elsewhere.

    For places that the caller knows from something in scope. Three statements at most.
    """
    regions = {one.region_id for one in places}
    decided = policies.rules_by_code(reading, regions, SUBJECT, reading.now, unnamed=STANDARD)
    rules = {region_id: [read_rule(one) for one in documents] for region_id, documents in decided.items()}
    trials = pilot_history(reading, PilotKind.ASSIGNMENT_RULE, region_ids=regions) if rules else None
    found = {}
    for place in places:
        own = rules.get(place.region_id, ())
        counting = (one for one in own if trials is None or trials.counts(one.code, place.zone_id, reading.now))
        found[place] = next(counting, AssignmentRule())
    return found


def check_rule(reading: Reading, region_id: UUID, given: Mapping[str, Any]) -> None:
    """Refuse a rule that cannot be read, or that names a work type which the region does not have.

    Raises Invalid (policy.rules_wrong) with the path.
    """
    rule = read_rule(given)
    strange = sorted(rule.automatic.work_types - set(codes_of(reading, region_id)))
    if strange:
        detail = f"the region has no work type {strange[0]!r}"
        nth = list(given["automatic"]["work_types"]).index(strange[0])
        raise policy_errors.RULES_WRONG(detail, path=f"/rules/automatic/work_types/{nth}")


def on_pilot_starting(uow: UnitOfWork, event: PilotStarting) -> None:
    """Refuse to try a rule that the region never decided on. Raises Invalid (assignment.rule_unknown) with the path."""
    if event.kind is not PilotKind.ASSIGNMENT_RULE:
        return
    known = {code or STANDARD for code in policies.codes_of(uow, event.region_id, SUBJECT)}
    if event.subject not in known:
        raise errors.RULE_UNKNOWN(path="/subject")
