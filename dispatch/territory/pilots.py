"""Where a new way of working counts while it is tried: first in pilot zones, then everywhere or nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID


class PilotKind(StrEnum):
    """What may be tried in pilot zones first."""

    SLA_POLICY = "sla_policy"
    ASSIGNMENT_RULE = "assignment_rule"
    CHECKLIST_TEMPLATE = "checklist_template"


class PilotOutcome(StrEnum):
    """How a trial ended: rolled out to everybody, or given up."""

    FULL = "full"
    STOPPED = "stopped"


class Stage(StrEnum):
    """How far the trial of something has come."""

    NONE = "none"
    TRIAL = "trial"
    FULL = "full"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pilot:
    """One trial: of what (`subject` is an id or a code), since when, in which zones and from when on in each."""

    id: UUID
    region_id: UUID
    kind: PilotKind
    subject: str
    reason: str
    started_at: datetime
    ended_at: datetime | None
    outcome: PilotOutcome | None
    zones: Mapping[UUID, datetime]

    def stage_at(self, at: datetime) -> Stage:
        """Tell how far it has come at a moment; the moment of its end belongs to what comes after."""
        if at < self.started_at:
            return Stage.NONE
        if self.ended_at is None or at < self.ended_at or self.outcome is None:
            return Stage.TRIAL
        return Stage(self.outcome.value)

    def covers(self, zone_id: UUID | None, at: datetime) -> bool:
        """Tell whether what is tried counts in a zone at a moment."""
        stage = self.stage_at(at)
        if stage is not Stage.TRIAL:
            return stage is Stage.FULL
        begins = None if zone_id is None else self.zones.get(zone_id)
        return begins is not None and begins <= at


@dataclass(frozen=True)
class PilotHistory:
    """The trials of one kind by their subjects, to ask for many zones and moments."""

    by_subject: Mapping[str, tuple[Pilot, ...]]

    @classmethod
    def of(cls, pilots: Iterable[Pilot]) -> Self:
        """Gather trials."""
        found: dict[str, list[Pilot]] = defaultdict(list)
        for pilot in pilots:
            found[pilot.subject].append(pilot)
        return cls({key: tuple(sorted(each, key=lambda one: one.started_at)) for key, each in found.items()})

    def stage(self, subject: str, at: datetime) -> Stage:
        """Tell how far the latest trial of something has come at a moment; a running one anywhere counts before all others."""
        begun = self._begun(subject, at)
        stages = [one.stage_at(at) for one in begun]
        if Stage.TRIAL in stages:
            return Stage.TRIAL
        return stages[-1] if stages else Stage.NONE

    def counts(self, subject: str, zone_id: UUID | None, at: datetime) -> bool:
        """Tell whether something counts in a zone at a moment: everywhere unless it is being tried or was given up."""
        begun = self._begun(subject, at)
        running = [one for one in begun if one.stage_at(at) is Stage.TRIAL]
        return any(one.covers(zone_id, at) for one in running or begun[-1:]) if begun else True

    def _begun(self, subject: str, at: datetime) -> list[Pilot]:
        return [one for one in self.by_subject.get(subject, ()) if one.started_at <= at]
