"""Who could do which order, best first, with reasons; within the caller's scope."""

from uuid import UUID

from dispatch.assignment.gathering import cases_of
from dispatch.assignment.ranking import Ranking, rank
from dispatch.assignment.rules import Nearness
from dispatch.work_orders import errors
from dispatch.work_orders.workload import demands_of
from kernel.unit_of_work import Reading


def candidates(
    reading: Reading, order_id: UUID, *, reach: Nearness | None = None, technician_id: UUID | None = None
) -> Ranking:
    """Rank the people of an order's station for it, or those within another reach (None: as the region's rule says).

    With a technician only that one is shown, wherever they work; the others are looked at all the same.

    Raises NotFound (work_order.unknown).
    """
    demands = demands_of(reading, [order_id])
    if order_id not in demands:
        raise errors.UNKNOWN()
    also = () if technician_id is None else (technician_id,)
    case = cases_of(reading, demands.values(), reach=reach, also=also)[order_id]
    ranking = rank(case.work, case.crowd.values(), case.rule)
    return ranking if technician_id is None else ranking.of(technician_id)
