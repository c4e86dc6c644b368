"""Who may give which role where, and who is in charge of whose account."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kernel.actor import Grant, Level, Role

GIVES: Mapping[Role, frozenset[Role]] = {
    # Always roles below one's own; only an administrator makes administrators.
    Role.ADMINISTRATOR: frozenset(Role),
    Role.REGIONAL_OPERATIONS: frozenset(
        {Role.STATION_MANAGER, Role.GROUP_LEADER, Role.TECHNICIAN, Role.AGENT, Role.ASSESSOR}
    ),
    Role.STATION_MANAGER: frozenset({Role.GROUP_LEADER, Role.TECHNICIAN, Role.AGENT}),
    Role.GROUP_LEADER: frozenset(),
    Role.TECHNICIAN: frozenset(),
    Role.AGENT: frozenset(),
    Role.ASSESSOR: frozenset(),
}
"""The roles that somebody in a role may give, at a place that their own role covers, and take away again."""

IN_CHARGE = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_OPERATIONS})
"""The roles that look after the accounts of a region, when held over all of it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A role at a place. `within` holds that place and all that are above it; it is empty when the post is everywhere."""

    role: Role
    within: frozenset[UUID]


def may_give(grants: Iterable[Grant], post: Post) -> bool:
    """Tell whether somebody with these grants may give this post: one and the same grant must be high and wide enough."""
    return any(post.role in GIVES[grant.role] and _covers(grant, post.within) for grant in grants)


def may_manage(grants: Iterable[Grant], region_id: UUID | None, roles: Collection[Role]) -> bool:
    """Tell whether somebody with these grants is in charge of the account of a person of this region with these roles.

    A person of no region belongs to those who are responsible for everything.
    """
    home = frozenset() if region_id is None else frozenset({region_id})
    return any(
        grant.role in IN_CHARGE and GIVES[grant.role].issuperset(roles) and _covers(grant, home) for grant in grants
    )


def may_reset_factor(grants: Collection[Grant], region_id: UUID | None, posts: Collection[Post]) -> bool:
    """Tell whether somebody with these grants may take the second factor from a person of this region with these posts.

    Those in charge of the account may, and whoever could give the person all that they hold, by one and the same grant: the
    manager of a station, for those who work there and nowhere else.
    """
    if may_manage(grants, region_id, {post.role for post in posts}):
        return True
    return bool(posts) and any(all(may_give([grant], post) for post in posts) for grant in grants)


def _covers(grant: Grant, within: frozenset[UUID]) -> bool:
    return grant.level is Level.EVERYWHERE or grant.place_id in within
