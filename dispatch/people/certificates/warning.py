"""Warns people and their leaders that certificates are about to expire: each stage once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.people.certificates.stages import stage_due
from dispatch.people.leading import leaders_of
from dispatch.people.models import CertificateWarning, Skill, Technician, TechnicianSkill
from dispatch.people.rules.queries import rules_of
from dispatch.territory import queries as territory
from kernel.bulk import insert_rows
from kernel.database import Page, read_page
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork

FARTHEST = timedelta(days=368)
"""No rule warns longer before, whatever the time zone."""


def warn_of_expiry(uow: UnitOfWork, *, after: Sequence[Any] | None = None, limit: int = 500) -> Sequence[Any] | None:
    """Look at the certificates that end next, at most `limit` after a key, and warn of those that are due.

    Returns the key to go on after, or None when that was all. For the system; the statements are the same for any number.
    """
    page = _next(uow, after, limit)
    if not page.items:
        return None
    regions = {row.region_id for row in page.items}
    rules = rules_of(uow, regions)
    zones = territory.timezones_of(uow, regions)
    today = {key: uow.now.astimezone(ZoneInfo(zones[key])).date() for key in regions}
    due: list[tuple[Any, int]] = []
    for row in page.items:
        stage = stage_due(row.valid_until, today[row.region_id], rules[row.region_id].warn_days, row.warned)
        if stage is not None:
            due.append((row, stage))
    _warn(uow, due, today)
    # They are in the order of their ends: once one lies beyond every rule, so do all that follow.
    beyond = all(
        (row.valid_until - today[row.region_id]).days > max(rules[row.region_id].warn_days, default=0)
        for row in page.items
    )
    return None if beyond else page.after


def _next(uow: UnitOfWork, after: Sequence[Any] | None, limit: int) -> Page[Any]:
    warned = (
        select(func.min(CertificateWarning.days_before))
        .where(
            CertificateWarning.technician_id == TechnicianSkill.technician_id,
            CertificateWarning.skill == TechnicianSkill.skill,
            CertificateWarning.valid_until == TechnicianSkill.valid_until,
        )
        .scalar_subquery()
    )
    statement = (
        select(
            TechnicianSkill.technician_id,
            TechnicianSkill.skill,
            TechnicianSkill.valid_until,
            TechnicianSkill.certificate,
            Technician.region_id,
            Technician.station_id,
            Technician.group_id,
            Technician.id,
            warned.label("warned"),
        )
        .join(Technician, Technician.id == TechnicianSkill.technician_id)
        .where(
            Technician.left_at.is_(None),
            TechnicianSkill.valid_until >= (uow.now - timedelta(days=1)).date(),
            TechnicianSkill.valid_until <= (uow.now + FARTHEST).date(),
        )
    )
    key = (TechnicianSkill.valid_until, TechnicianSkill.technician_id, TechnicianSkill.skill)
    return read_page(uow.session, statement, key=key, limit=limit, after=after, descending=False)


def _warn(uow: UnitOfWork, due: Sequence[tuple[Any, int]], today: Mapping[UUID, date]) -> None:
    if not due:
        return
    rows = [
        {
            "technician_id": row.technician_id,
            "skill": row.skill,
            "valid_until": row.valid_until,
            "days_before": stage,
            "warned_at": uow.now,
        }
        for row, stage in due
    ]
    conflict = "(technician_id, skill, valid_until, days_before) DO NOTHING"
    insert_rows(uow.session, CertificateWarning, rows, on_conflict=conflict)
    names = accounts.contacts_of(uow, [row.technician_id for row, _ in due])
    known = uow.session.execute(
        select(Skill.region_id, Skill.code, Skill.name).where(Skill.region_id.in_({row.region_id for row, _ in due}))
    )
    skills = {(row.region_id, row.code): row.name for row in known}
    leaders = leaders_of(uow, [row for row, _ in due])
    notices = []
    for row, stage in due:
        key = derived_id("certificate", str(row.technician_id), row.skill, row.valid_until.isoformat(), str(stage))
        values = {
            "name": names[row.technician_id].name,
            "skill": skills.get((row.region_id, row.skill), row.skill),
            "certificate": row.certificate or "-",
            "day": row.valid_until,
            "days": (row.valid_until - today[row.region_id]).days,
        }
        to = (row.technician_id, *leaders[row.technician_id])
        notices.append(Notice("people.certificate", f"people.certificate:{key}", to, values, row.region_id))
    tell(uow, notices)
