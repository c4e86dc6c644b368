"""The scene of rounds in tests: a station with two groups of two zones, a manager, and plans made short."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.rounds.generating import generate
from dispatch.rounds.models import RoundOccurrence
from dispatch.rounds.open_plan import Outcome
from dispatch.rounds.planning import Wanted
from dispatch.rounds.service import plan_round
from dispatch.rounds.standing import TargetKind
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.dispatch.beat import REPAIR, Beat, make_beat

SUNDAY = date(2026, 11, 22)
"""Today."""
WEEKLY = Wanted(
    "周检",
    REPAIR,
    "FREQ=WEEKLY;BYDAY=MO",
    SUNDAY,
    time(8),
    600,
    TargetKind.ZONE,
    description="看光缆",
    lead_days=7,
)


@dataclass
class Scene:
    """The beat, and who manages its station."""

    uow: UnitOfWork
    beat: Beat
    manager: UnitOfWork

    def plan(self, who: UnitOfWork | None = None, *, command_id: UUID | None = None, **changes: Any) -> Outcome:
        places = {name: changes.pop(name) for name in ("station_id", "group_id", "zone_id") if name in changes}
        if not places:
            places = {"group_id": self.beat.groups[0].id}
        return plan_round(who or self.manager, wanted=replace(WEEKLY, **changes), command_id=command_id, **places)

    def generate(self, days: int = 0, limit: int = 100) -> int:
        """Let the job run as it would in some days, and return how many transactions it took."""
        self.uow.now = NOW + timedelta(days=days)
        for count in range(1, 100):
            if generate(self.uow, limit=limit) == 0:
                return count
        raise AssertionError("the job does not end")

    def visits(self, plan_id: UUID) -> list[tuple[date, str]]:
        """Return the visits of a plan by day, and what became of each."""
        rows = self.uow.session.execute(
            select(RoundOccurrence.day, RoundOccurrence.state)
            .where(RoundOccurrence.plan_id == plan_id)
            .order_by(RoundOccurrence.day, RoundOccurrence.target_id)
        )
        return [(row.day, row.state) for row in rows]

    def orders(self, plan_id: UUID) -> list[UUID]:
        """Return the orders of a plan by day."""
        rows = self.uow.session.scalars(
            select(RoundOccurrence.work_order_id)
            .where(RoundOccurrence.plan_id == plan_id, RoundOccurrence.work_order_id.is_not(None))
            .order_by(RoundOccurrence.day, RoundOccurrence.target_id)
        )
        return [key for key in rows if key is not None]


def make_scene(uow: UnitOfWork) -> Scene:
    beat = make_beat(uow, groups=2, zones=2)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, beat.station_id, beat.region_id)
    return Scene(uow, beat, manager)


def refusal(call: Any, *args: Any, **kwargs: Any) -> tuple[str, list[str]]:
    """Return the code of a refusal, and the fields that it names."""
    try:
        call(*args, **kwargs)
    except DomainError as error:
        return error.code, [field.path for field in error.fields]
    raise AssertionError("was not refused")
