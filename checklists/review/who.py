"""Who plans and who reviews, over which places; and whose groups somebody is of."""

from collections.abc import Collection
from uuid import UUID

from dispatch.people import queries as people
from dispatch.territory import queries as territory
from kernel.actor import Actor, Level, Role, Scope, system_actor
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading

PLANNERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who plans, draws, picks, hands over, and decides on appeals, over the whole region."""
REVIEWERS = PLANNERS | {Role.STATION_MANAGER}
"""Who reviews what lies in their places. Assessors review what was handed to them."""
LEADERS = REVIEWERS | {Role.GROUP_LEADER}
"""Who knows what reviews came to in their places, as whose work it was does."""


def scope_as(actor: Actor, roles: Collection[Role]) -> Scope:
    """Return the places over which somebody holds one of these roles."""
    return Scope.of(actor.user_id, [grant for grant in actor.grants if grant.role in roles])


def planner_scope(actor: Actor) -> Scope:
    """Return the regions whose planner somebody is."""
    return scope_as(actor, PLANNERS)


def check_planner(reading: Reading, region_id: UUID) -> None:
    """Check that the caller plans reviews over this region. Raises Forbidden (forbidden)."""
    if not planner_scope(reading.actor).covers(region_id=region_id):
        raise FORBIDDEN()


def own_groups(reading: Reading) -> frozenset[UUID]:
    """Return the groups that the caller is of: where they work, or hold a role at the group or one of its zones.

    Whoever is responsible for more than that is of no group by it. Two statements at most.
    """
    grants = reading.actor.grants
    groups = {grant.place_id for grant in grants if grant.level is Level.GROUP}
    zones = {grant.place_id for grant in grants if grant.level is Level.ZONE} - {None}
    if zones:
        everything = Reading(reading.session, system_actor(), reading.now)
        found = territory.places_of_zones(everything, [zone for zone in zones if zone is not None])
        groups |= {places.group_id for places in found.values()}
    post = people.posts_of(reading, [reading.actor.user_id]).get(reading.actor.user_id)
    if post is not None:
        groups.add(post[1])
    return frozenset(group for group in groups if group is not None)
