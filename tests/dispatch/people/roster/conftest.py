"""A group with shifts round the clock and three technicians."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from dispatch.people.roster import patterns
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import Published, publish
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.unit_of_work import UnitOfWork
from tests import factories

TODAY = date(2026, 11, 22)
"""09:00 of that day in Shanghai is the tests' now."""
SHIFTS = {"day": ("08:00", "16:00"), "late": ("16:00", "00:00"), "night": ("00:00", "08:00")}


@dataclass
class Crew:
    """The group, whoever leads it, and its technicians."""

    uow: UnitOfWork
    here: Places
    leader: UnitOfWork
    ann: UUID
    ben: UUID
    cyd: UUID

    def publish(
        self, plan: Mapping[tuple[UUID, date], str], first: date = TODAY, last: date = TODAY, *, replace: bool = False
    ) -> Published:
        """Publish the group's roster; the plan has a shift's code by person and day."""
        return publish(
            self.leader,
            group_id=self.here.group_id,
            first_day=first,
            last_day=last,
            shifts=[PlannedShift(who, day, code) for (who, day), code in plan.items()],
            replace=replace,
        )


@pytest.fixture
def crew(uow: UnitOfWork) -> Crew:
    here = factories.places(uow)
    for code, (starts, ends) in SHIFTS.items():
        patterns.add_shift_type(uow, station_id=here.station_id, code=code, name=code, starts=starts, ends=ends)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    people = [factories.technician(uow, here, name=name) for name in ("Ann", "Ben", "Cyd")]
    return Crew(uow, here, leader, *people)
