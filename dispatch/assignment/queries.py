"""Who could do which order, best first, with reasons; within the caller's scope."""

from uuid import UUID

from dispatch.assignment.gathering import cases_of
from dispatch.assignment.ranking import Ranking, rank
from dispatch.assignment.rules import Nearness
from dispatch.work_orders import errors
from dispatch.work_orders.workload import demands_of
from kernel.unit_of_work import Reading


def candidates(reading: Reading, order_id: UUID, *, reach: Nearness | None = None) -> Ranking:
    """Rank the people of an order's station for it, or those within another reach (None: as the region's rule says).

    Raises NotFound (work_order.unknown).
    """
    demands = demands_of(reading, [order_id])
    if order_id not in demands:
        raise errors.UNKNOWN()
    case = cases_of(reading, demands.values(), reach=reach)[order_id]
    return rank(case.work, case.crowd.values(), case.rule)
