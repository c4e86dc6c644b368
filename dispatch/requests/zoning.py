"""In which zone an imported request lies: its position decides, and where that cannot, the rules that were given do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from dispatch.requests.mapping import Reason
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.territory.decisions import Decision
from dispatch.territory.features import shortened


class Prefer(StrEnum):
    """What settles it when a position lies in two zones; by default nothing does, and the row is rejected.

    With `ask` the row is taken without a zone, and waits for a person to say it.
    """

    NONE = "none"
    SMALLEST = "smallest"
    RECORDED = "recorded"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """How zones are found.

    `fixed_zone`, a code or name, is for every row, whatever its position. With `by_recorded` the zone that the source recorded
    decides, and positions do not; with `create` zones that it names are made, without a boundary. `keep_outside` takes rows
    outside every zone without one.
    """

    fixed_zone: str | None = None
    by_recorded: bool = False
    create: bool = False
    keep_outside: bool = False
    prefer: Prefer = Prefer.NONE


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A zone as people name it. `area` is comparable within a region; None without a boundary."""

    id: UUID
    code: str
    name: str
    area: float | None = None


class Row(Protocol):
    """What a row says of where it lies: WGS 84 degrees, the zone that its source recorded, and one that a person decided."""

    @property
    def lat(self) -> float | None:
        """Degrees."""

    @property
    def lon(self) -> float | None:
        """Degrees."""

    @property
    def zone(self) -> str | None:
        """The code or name as the source recorded it."""

    @property
    def decided_zone(self) -> str | None:
        """What a person wrote into a rejects file."""


@dataclass(frozen=True, slots=True)
class Found:
    """The zone of a row and how it is known; without one the row is kept outside of all, and `needs` tells why."""

    zone_id: UUID | None
    by: ZoneBy | None = None
    decision_id: UUID | None = None
    needs: ZoneNeed | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a row has no zone, and at which field that shows."""

    code: Reason
    reason: str
    field: str | None = None


class ZoneNames:
    """Finds the zones of a region by their codes, or else by their names, without regard to case."""

    def __init__(self, zones: Iterable[NamedZone]) -> None:
        self.by_id = {zone.id: zone for zone in zones}
        self._codes: dict[str, list[NamedZone]] = {}
        self._names: dict[str, list[NamedZone]] = {}
        for zone in self.by_id.values():
            self._codes.setdefault(zone.code.casefold(), []).append(zone)
            self._names.setdefault(zone.name.casefold(), []).append(zone)

    def find(self, text: str) -> list[NamedZone]:
        """Return the zones that a text may mean: one, none, or several of the same name. Long ones are cut as a zone's is."""
        key = shortened(text.strip()).casefold()
        return self._codes.get(key) or self._names.get(key, [])


def choose_zone(
    row: Row, at_position: Sequence[UUID], names: ZoneNames, rule: ZoneRule, decision: Decision | None = None
) -> Found | NotFound:
    """Say in which zone a row lies, given the zones at its position, and what somebody decided about the same place.

    What a person wrote into the rejects file goes first, then the fixed zone, the position, and the decision. A row without a
    position lies in the zone that its source recorded.
    """
    if row.decided_zone is not None:
        return _by_name(row.decided_zone, names, by=ZoneBy.GIVEN)
    if rule.fixed_zone is not None:
        return _by_name(rule.fixed_zone, names, by=ZoneBy.GIVEN)
    if rule.by_recorded:
        if row.zone is None:
            return NotFound(Reason.UNKNOWN_ZONE, "the row names no zone", "zone")
        return _by_name(row.zone, names, "zone")
    if len(at_position) == 1:
        return Found(at_position[0], ZoneBy.POSITION)
    if decision is not None and decision.zone_id in names.by_id:
        return Found(decision.zone_id, ZoneBy.DECISION, decision.id)
    if row.lat is None:
        return _without_position(row, names, rule)
    if not at_position:
        if rule.keep_outside:
            return Found(None, needs=ZoneNeed.OUTSIDE)
        return NotFound(Reason.OUTSIDE_EVERY_ZONE, f"{row.lat}, {row.lon} lies in no zone")
    return _between(row, at_position, names, rule)


def _by_name(
    text: str, names: ZoneNames, field: str | None = None, *, by: ZoneBy = ZoneBy.RECORDED
) -> Found | NotFound:
    found = names.find(text)
    if len(found) == 1:
        return Found(found[0].id, by)
    how = "there is no zone" if not found else f"{len(found)} zones have the name"
    return NotFound(Reason.UNKNOWN_ZONE, f"{how} {text!r}", field)


def _without_position(row: Row, names: ZoneNames, rule: ZoneRule) -> Found | NotFound:
    found = [] if row.zone is None else names.find(row.zone)
    if len(found) == 1:
        return Found(found[0].id, ZoneBy.RECORDED)
    if rule.keep_outside:
        return Found(None, needs=ZoneNeed.UNLOCATED)
    recorded = "names no zone" if row.zone is None else f"names the zone {row.zone!r}, which is not known"
    return NotFound(Reason.NO_POSITION, f"the row has no position, and {recorded}")


def _between(row: Row, at_position: Sequence[UUID], names: ZoneNames, rule: ZoneRule) -> Found | NotFound:
    if rule.prefer is Prefer.SMALLEST:
        smallest = min(at_position, key=lambda zone_id: (names.by_id[zone_id].area or 0, zone_id))
        return Found(smallest, ZoneBy.POSITION)
    if rule.prefer is Prefer.RECORDED and row.zone is not None:
        recorded = [zone.id for zone in names.find(row.zone) if zone.id in at_position]
        if len(recorded) == 1:
            return Found(recorded[0], ZoneBy.RECORDED)
    if rule.prefer is Prefer.ASK:
        return Found(None, needs=ZoneNeed.AMBIGUOUS)
    both = " and ".join(_label(names.by_id, zone_id) for zone_id in at_position)
    return NotFound(Reason.IN_TWO_ZONES, f"{row.lat}, {row.lon} lies in {both}")


def _label(zones: Mapping[UUID, NamedZone], zone_id: UUID) -> str:
    zone = zones[zone_id]
    return zone.name if zone.name == zone.code else f"{zone.name} ({zone.code})"
