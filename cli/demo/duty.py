"""Puts the technicians of the demo on duty: a roster round the clock, an absence, a certificate that ends, a mentor."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from cli.demo.crew import user_id_of
from cli.demo.ground import Ground
from cli.demo.people import Person
from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.mentors.service import pair_up
from dispatch.people.roster import patterns
from dispatch.people.roster.rotation import Member, planned
from dispatch.people.roster.service import publish
from dispatch.territory import queries as territory
from kernel.unit_of_work import UnitOfWork

SHIFTS = {"day": ("白班", "08:00", "20:00"), "night": ("夜班", "20:00", "08:00")}
CYCLE = ("day", "night", None)
"""With three people, one is on duty by day, one by night, and one is off."""
DAYS = 14


def put_on_duty(uow: UnitOfWork, staff: Sequence[Person], ground: Ground) -> None:
    """Publish two weeks of rosters for a station's groups; somebody goes on leave, a certificate ends, one has a mentor."""
    timezone = ZoneInfo(territory.timezones_of(uow, [ground.region_id])[ground.region_id])
    today = uow.now.astimezone(timezone).date()
    for code, (name, starts, ends) in SHIFTS.items():
        patterns.add_shift_type(uow, station_id=ground.station_id, code=code, name=name, starts=starts, ends=ends)
    patterns.add_rotation(uow, station_id=ground.station_id, code="1-1-1", name="白班夜班休息", cycle=CYCLE)
    crews = groupby((one for one in staff if one.is_technician), key=lambda one: str(one.place))
    first: list[UUID] = []
    for code, members in crews:
        crew = [Member(user_id_of(one.login), nth) for nth, one in enumerate(members)]
        # From yesterday on, for its night shift lasts until this morning.
        first_day, last_day = today - timedelta(days=1), today + timedelta(days=DAYS - 1)
        shifts = planned(CYCLE, today, crew, first_day, last_day)
        publish(uow, group_id=ground.groups[code], first_day=first_day, last_day=last_day, shifts=shifts)
        first = first or [one.technician_id for one in crew]
    mentor, mentee, away = first
    pair_up(uow, mentor_id=mentor, mentee_id=mentee, goal="独立完成宽带装机")
    until = today + timedelta(days=20)
    people.certify(uow, technician_id=mentor, skill="catv", level=4, certificate="苏广电-0815", valid_until=until)
    request_absence(
        uow,
        technician_id=away,
        kind=AbsenceKind.LEAVE,
        start_at=uow.now + timedelta(days=2),
        end_at=uow.now + timedelta(days=4),
        reason="回老家",
        approve=True,
    )
