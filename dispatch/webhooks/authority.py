"""Who keeps webhooks: administrators and regional operations, of all that lies in their region."""

from uuid import UUID

from kernel.actor import Actor, Level, Role

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_OPERATIONS})


def keeps(actor: Actor, region_id: UUID | None) -> bool:
    """Tell whether somebody keeps the webhooks of a region, or (None) those of everywhere."""
    return not actor.roles_over(region_id, None, None, None).isdisjoint(KEEPERS)


def kept_regions(actor: Actor) -> frozenset[UUID] | None:
    """Return the regions whose webhooks somebody keeps, or None: all of them, and those of everywhere."""
    held = [grant for grant in actor.grants if grant.role in KEEPERS]
    if any(grant.level is Level.EVERYWHERE for grant in held):
        return None
    return frozenset(grant.place_id for grant in held if grant.level is Level.REGION and grant.place_id is not None)
