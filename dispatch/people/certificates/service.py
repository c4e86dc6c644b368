"""What can be done about skills beside certifying them: record exams, bar from a skill, and record retraining."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.people import errors
from dispatch.people.authority import LEADERS, MANAGERS, Staff, check_role, present
from dispatch.people.eligibility import SkillBar
from dispatch.people.events import SkillBarred
from dispatch.people.leading import leaders_of
from dispatch.people.models import Skill, SkillBarRow, SkillExam
from dispatch.people.roster.keeping import announce_people
from dispatch.territory import queries as territory
from dispatch.texts import line, optional_line
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def record_exam(
    uow: UnitOfWork,
    *,
    technician_id: UUID,
    skill: str,
    taken_on: date,
    passed: bool,
    score: int | None = None,
    examiner: str | None = None,
    note: str | None = None,
    exam_id: UUID | None = None,
) -> UUID:
    """Record an exam that somebody sat, for ever, and return its id. Recorded again with the same `exam_id`, nothing changes.

    The latest exam of a skill counts, by its day: failed, it bars from the skill until one is passed.

    Raises:
        NotFound (people.unknown); Forbidden (forbidden); Conflict (people.left);
        Invalid (people.skill_unknown, people.score_wrong, people.in_the_future, invalid), with the path.
    """
    who = present(uow, technician_id)
    check_role(uow, who.places, MANAGERS)
    _check_skill(uow, who, skill)
    if score is not None and not 0 <= score <= 100:
        raise errors.SCORE_WRONG(path="/score")
    if taken_on > _today(uow, who):
        raise errors.IN_THE_FUTURE(path="/taken_on")
    key = exam_id or uow.new_id()
    row = {
        "id": key,
        "region_id": who.region_id,
        "technician_id": technician_id,
        "skill": skill,
        "taken_on": taken_on,
        "passed": passed,
        "score": score,
        "examiner": optional_line(examiner, longest=80, path="/examiner"),
        "note": optional_line(note, longest=500, path="/note"),
        "recorded_by": uow.actor.user_id,
        "recorded_at": uow.now,
    }
    if not insert_rows(uow.session, SkillExam, [row], on_conflict="(id) DO NOTHING", returning=["id"]):
        return key
    latest = uow.session.execute(
        select(SkillExam.passed, SkillExam.taken_on)
        .where(SkillExam.technician_id == technician_id, SkillExam.skill == skill)
        .order_by(SkillExam.taken_on.desc(), SkillExam.recorded_at.desc(), SkillExam.id.desc())
        .limit(1)
    ).one()
    if latest.passed:
        _lift(uow, who, skill, SkillBar.EXAM_FAILED, f"passed on {latest.taken_on}")
    else:
        _bar(uow, who, skill, SkillBar.EXAM_FAILED, f"failed on {latest.taken_on}")
    return key


def bar_from_skill(uow: UnitOfWork, *, technician_id: UUID, skill: str, reason: str) -> bool:
    """Take somebody off work that needs a skill until they were retrained; returns whether they were not barred before.

    Raises:
        NotFound (people.unknown); Forbidden (forbidden); Conflict (people.left);
        Invalid (people.skill_unknown, invalid), with the path.
    """
    who = present(uow, technician_id)
    check_role(uow, who.places, LEADERS)
    _check_skill(uow, who, skill)
    return _bar(uow, who, skill, SkillBar.RETRAINING, line(reason, longest=500, path="/reason"))


def record_retraining(uow: UnitOfWork, *, technician_id: UUID, skill: str, note: str) -> None:
    """Record that somebody was retrained, which lifts the bar. A failed exam stays one until it is passed.

    Raises:
        NotFound (people.unknown); Forbidden (forbidden); Conflict (people.left);
        Conflict (people.not_barred): no retraining was asked of them; Invalid (invalid), with the path.
    """
    who = present(uow, technician_id)
    check_role(uow, who.places, MANAGERS)
    if not _lift(uow, who, skill, SkillBar.RETRAINING, line(note, longest=500, path="/note")):
        raise errors.NOT_BARRED(path="/skill")


def _check_skill(uow: UnitOfWork, who: Staff, skill: str) -> None:
    known = select(Skill.code).where(Skill.region_id == who.region_id, Skill.code == skill)
    if uow.session.execute(known).first() is None:
        raise errors.SKILL_UNKNOWN(path="/skill")


def _today(uow: UnitOfWork, who: Staff) -> date:
    timezone = territory.timezones_of(uow, [who.region_id])[who.region_id]
    return uow.now.astimezone(ZoneInfo(timezone)).date()


def _bar(uow: UnitOfWork, who: Staff, skill: str, kind: SkillBar, reason: str) -> bool:
    row = {
        "id": uow.new_id(),
        "region_id": who.region_id,
        "technician_id": who.id,
        "skill": skill,
        "kind": kind.value,
        "reason": reason,
        "began_at": uow.now,
        "began_by": uow.actor.user_id,
    }
    standing = "(technician_id, skill, kind) WHERE lifted_at IS NULL DO NOTHING"
    if not insert_rows(uow.session, SkillBarRow, [row], on_conflict=standing, returning=["id"]):
        return False
    uow.publish(SkillBarred(who.id, who.region_id, skill, kind.value))
    _spread(uow, who, "people.barred", row["id"], skill, kind, reason)
    return True


def _lift(uow: UnitOfWork, who: Staff, skill: str, kind: SkillBar, why: str) -> bool:
    lifted = uow.session.execute(
        update(SkillBarRow)
        .where(
            SkillBarRow.technician_id == who.id,
            SkillBarRow.skill == skill,
            SkillBarRow.kind == kind.value,
            SkillBarRow.lifted_at.is_(None),
        )
        .values(lifted_at=uow.now, lifted_by=uow.actor.user_id, lifted_why=why)
        .returning(SkillBarRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if lifted is None:
        return False
    _spread(uow, who, "people.unbarred", lifted.id, skill, kind, why)
    return True


def _spread(uow: UnitOfWork, who: Staff, template: str, bar_id: Any, skill: str, kind: SkillBar, reason: str) -> None:
    """Tell the person and their leader, and the person's phones."""
    announce_people(uow, who.region_id, [who.id])
    name = uow.session.scalar(select(Skill.name).where(Skill.region_id == who.region_id, Skill.code == skill))
    values = {
        "name": accounts.contacts_of(uow, [who.id])[who.id].name,
        "skill": name or skill,
        "kind": Term(f"people.{kind.value}"),
        "reason": reason,
    }
    to = (who.id, *leaders_of(uow, [who])[who.id])
    tell(uow, [Notice(template, f"{template}:{bar_id}", to, values, who.region_id)])
