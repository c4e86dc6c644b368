"""Tables of technicians: skills with their exams and bars, mentors, duty rosters and absences."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.people.availability import AbsenceKind
from dispatch.people.eligibility import SkillBar
from dispatch.people.states import AbsenceStatus, SwapStatus
from kernel.database import Base, Document, word, words


class Technician(Base):
    """A person who does work in the field (维护人员), and the group they belong to. The id is the user's."""

    __tablename__ = "technicians"
    __table_args__ = (
        Index("ix_technicians_region_id", "region_id"),
        Index("ix_technicians_station_id", "station_id"),
        Index("ix_technicians_group_id", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("maintenance_groups.id"))
    badge: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    # Where their days begin, WGS 84 degrees: a store, or what they name as home.
    base_lat: Mapped[float | None]
    base_lon: Mapped[float | None]


class Skill(Base):
    """Something that must be learnt and certified before it is done at a customer's."""

    __tablename__ = "skills"

    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class TechnicianSkill(Base):
    """A skill that a technician holds, at a level from 1 to 5, until a day (None: for good)."""

    __tablename__ = "technician_skills"
    __table_args__ = (Index("ix_technician_skills_valid_until", "valid_until", "technician_id"),)

    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(32), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)
    certificate: Mapped[str | None] = mapped_column(String(64))
    valid_until: Mapped[date | None]
    issuer: Mapped[str | None] = mapped_column(String(80))
    issued_on: Mapped[date | None]


class SkillExam(Base):
    """An exam that somebody sat in a skill, passed or failed; never changed."""

    __tablename__ = "skill_exams"
    __table_args__ = (Index("ix_skill_exams_technician_id", "technician_id", "skill", "taken_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    skill: Mapped[str] = mapped_column(String(32))
    taken_on: Mapped[date]
    passed: Mapped[bool]
    score: Mapped[int | None]
    examiner: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(500))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class SkillBarRow(Base):
    """Something that keeps somebody from using a skill, from a moment until it is lifted (None: still); kept for ever."""

    __tablename__ = "skill_bars"
    __table_args__ = (
        words("kind", SkillBar),
        Index(
            "ix_skill_bars_standing",
            "technician_id",
            "skill",
            "kind",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_skill_bars_technician_id", "technician_id", "began_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    skill: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(word(SkillBar))
    reason: Mapped[str] = mapped_column(String(500))
    began_at: Mapped[datetime]
    began_by: Mapped[UUID]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    lifted_why: Mapped[str | None] = mapped_column(String(500))


class CertificateWarning(Base):
    """That somebody was warned, so many days before a certificate ends; each once for each end."""

    __tablename__ = "certificate_warnings"

    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(String(32), primary_key=True)
    valid_until: Mapped[date] = mapped_column(primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    warned_at: Mapped[datetime]


class Mentorship(Base):
    """A mentor who looks after somebody new (师带徒), from a moment until another (None: still)."""

    __tablename__ = "mentorships"
    __table_args__ = (
        Index("ix_mentorships_mentor_id", "mentor_id", "valid_from"),
        Index("ix_mentorships_mentee_id", "mentee_id", "valid_from"),
        Index("ix_mentorships_region_id", "region_id", "valid_from", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    mentee_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    goal: Mapped[str | None] = mapped_column(String(500))
    ended_why: Mapped[str | None] = mapped_column(String(500))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class PeoplePolicy(Base):
    """The numbers that a region's rules about people go by, from a moment on; see `policy.PeopleRules` for the document."""

    __tablename__ = "people_policies"
    __table_args__ = (UniqueConstraint("region_id", "effective_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    effective_from: Mapped[datetime]
    rules: Mapped[dict[str, Any]] = mapped_column(Document)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class ShiftType(Base):
    """A shift as it recurs (班次), by the local clock, of a station or of one of its groups (`place_id` is which).

    One that ends at or before its start ends on the day after.
    """

    __tablename__ = "shift_types"
    __table_args__ = (
        UniqueConstraint("place_id", "code"),
        Index("ix_shift_types_region_id", "region_id", "code", "id"),
        Index("ix_shift_types_station_id", "station_id", "code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    place_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Rotation(Base):
    """A cycle of days (轮班) at a station or group: for each day the code of a shift type, or None for a day off."""

    __tablename__ = "rotations"
    __table_args__ = (
        UniqueConstraint("place_id", "code"),
        Index("ix_rotations_region_id", "region_id", "code", "id"),
        Index("ix_rotations_station_id", "station_id", "code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    place_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    cycle: Mapped[list[Any]] = mapped_column(Document)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class RosterDay(Base):
    """A day for which the roster of a station or group is published; `start_at` to `end_at` is that day there."""

    __tablename__ = "roster_days"
    __table_args__ = (Index("ix_roster_days_station_id", "station_id", "day"),)

    place_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    published_by: Mapped[UUID]
    published_at: Mapped[datetime]


class Shift(Base):
    """One person's shift on a day of the roster of a place. It is never changed: it is removed, and replaced by another."""

    __tablename__ = "shifts"
    __table_args__ = (
        Index("ix_shifts_technician_id", "technician_id", "start_at"),
        Index("ix_shifts_place_id", "place_id", "day"),
        Index("ix_shifts_region_id", "region_id", "start_at", "id"),
        Index("ix_shifts_station_id", "station_id", "start_at", "id"),
        Index("ix_shifts_group_id", "group_id", "start_at", "id"),
        Index("ix_shifts_end_at", "end_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    place_id: Mapped[UUID]
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    day: Mapped[date]
    type_code: Mapped[str] = mapped_column(String(16))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(500))
    replaces_id: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    removed_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]
    removed_why: Mapped[str | None] = mapped_column(String(500))


class ShiftSwap(Base):
    """A proposal that two people take each other's shifts, which takes effect when the other one agrees."""

    __tablename__ = "shift_swaps"
    __table_args__ = (
        words("status", SwapStatus),
        Index("ix_shift_swaps_region_id", "region_id", "asked_at", "id"),
        Index("ix_shift_swaps_station_id", "station_id", "asked_at", "id"),
        Index("ix_shift_swaps_asker_id", "asker_id", "asked_at", "id"),
        Index("ix_shift_swaps_other_id", "other_id", "asked_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    asker_shift_id: Mapped[UUID] = mapped_column(ForeignKey("shifts.id"))
    other_shift_id: Mapped[UUID] = mapped_column(ForeignKey("shifts.id"))
    reason: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(word(SwapStatus))
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class AbsenceRow(Base):
    """A time in which somebody is away, or asked to be."""

    __tablename__ = "absences"
    __table_args__ = (
        words("kind", AbsenceKind),
        words("status", AbsenceStatus),
        Index("ix_absences_technician_id", "technician_id", "end_at"),
        Index("ix_absences_region_id", "region_id", "start_at", "id"),
        Index("ix_absences_end_at", "end_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    technician_id: Mapped[UUID] = mapped_column(ForeignKey("technicians.id"))
    kind: Mapped[str] = mapped_column(word(AbsenceKind))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(word(AbsenceStatus))
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str | None] = mapped_column(String(500))
