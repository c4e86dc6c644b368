"""Who is told about a clock: whoever has the order, then the group leader, the station manager, and regional operations."""

from dataclasses import dataclass
from uuid import UUID

from dispatch.sla.notices import RANK, Notice


@dataclass(frozen=True, slots=True)
class Chain:
    """The people above an order. `handler_id` has it, or answers for its zone while nobody does."""

    handler_id: UUID | None
    leader_id: UUID | None
    manager_id: UUID | None
    operations: tuple[UUID, ...] = ()


def coordinator(chain: Chain) -> UUID | None:
    """Return who sees to an overdue order: the group leader, or the next above who exists."""
    return chain.leader_id or chain.manager_id or next(iter(chain.operations), None)


def recipients(chain: Chain, before: Notice, notice: Notice) -> tuple[UUID, ...]:
    """Return who is told now: the people of every step after the last notice, so that nobody is passed over.

    Half gone and nearly due are for the handler (or, without one, whoever would coordinate); overdue also for the coordinator.
    """
    handler = chain.handler_id or coordinator(chain)
    steps = {
        Notice.BLUE: (handler,),
        Notice.YELLOW: (handler,),
        Notice.RED: (handler, coordinator(chain)),
        Notice.STATION: (chain.manager_id,),
        Notice.REGION: chain.operations,
    }
    found = [who for step, people in steps.items() if RANK[before] < RANK[step] <= RANK[notice] for who in people]
    return tuple(dict.fromkeys(who for who in found if who is not None))


def chats(
    group_id: UUID | None, station_id: UUID | None, region_id: UUID, before: Notice, notice: Notice
) -> tuple[UUID, ...]:
    """Return the places whose chats are told now: overdue is for the group's, then the station's, then the region's."""
    steps = {Notice.RED: group_id, Notice.STATION: station_id, Notice.REGION: region_id}
    return tuple(
        place_id
        for step, place_id in steps.items()
        if place_id is not None and RANK[before] < RANK[step] <= RANK[notice]
    )
