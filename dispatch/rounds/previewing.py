"""Shows which visits of a round come next, before any order of them is made."""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.rounds.generating import schedules_of, targets_of_plans
from dispatch.rounds.queries import round_of
from dispatch.rounds.schedule import TimedVisit
from dispatch.rounds.standing import PlanState
from dispatch.rounds.visits import DAY
from dispatch.territory import queries as territory
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Preview:
    """What comes next of a round: its days, and how many there are to visit now, as far as the caller sees them."""

    timezone: str
    targets: int
    visits: tuple[TimedVisit, ...]


def preview(reading: Reading, plan_id: UUID, *, count: int) -> Preview:
    """Return the next days of a round's rule from today on, also those without a visit because of holidays; none once it is over.

    Raises NotFound (round.unknown).
    """
    plan = round_of(reading, plan_id).row
    zone = territory.timezones_of(reading, [plan.region_id])[plan.region_id]
    targets = targets_of_plans(reading, [plan])[plan.id]
    if plan.state == PlanState.ENDED.value:
        return Preview(zone, len(targets), ())
    yesterday = reading.now.astimezone(ZoneInfo(zone)).date() - DAY
    visits = islice(schedules_of(reading, [plan])[plan.id].after(yesterday), count)
    return Preview(zone, len(targets), tuple(visits))
