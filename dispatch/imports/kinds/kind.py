"""What every kind of import is made of: its columns, its options, how a line is read, and how lines are brought in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from dispatch.csv_stream import Record
from dispatch.imports.batches import SourceLine
from dispatch.imports.states import LineOutcome
from kernel.actor import Role
from kernel.unit_of_work import Reading, UnitOfWork

IMPORTERS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who imports, each within the places they hold the role over."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in English and in Chinese, what else it may be called, and how a cell of it may look in both."""

    en: str
    zh: str
    also: tuple[str, ...] = ()
    example: tuple[str, str] = ("", "")
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an import before its lines are read. `timezone` is that of the region."""

    region_id: UUID
    station_id: UUID | None
    timezone: str
    header: Sequence[str]
    columns: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that could be read: what it says, and `key`, which lines about the same thing share."""

    record: Record
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not brought in: why, as a code and in words, and the heading of the column it lies at, if one."""

    record: Record
    code: str
    reason: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A line that was brought in: how, what it is about, and what was made of it, as ids by table."""

    record: Record
    outcome: LineOutcome
    subject_id: UUID | None
    made: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeLine:
    """A line that made something: its number, what it is about, and the ids of what was made, by table."""

    nth: int
    subject_id: UUID
    made: Mapping[str, UUID]


Undo = Callable[[UnitOfWork, Sequence[MadeLine]], Mapping[int, str | None]]
"""Takes back what lines made; returns by their numbers the code of why it stays, or None where it is gone."""


class Bringing(Protocol):
    """Brings lines of one import in, within one transaction."""

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line. It does not ask the database."""

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Bring lines in, which have different keys, and say of each what became of it. A constant number of statements.

        Raises DomainError when one of them cannot be stored; nobody knows then which, and none may be.
        """


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of thing that can be imported.

    `guess` proposes options from the first lines; `open` begins to bring in, and raises what makes the whole of it impossible.
    """

    columns: Mapping[str, Column]
    open: Callable[[UnitOfWork, Plan], Bringing]
    guess: Callable[[Plan, Sequence[Record]], dict[str, Any]] = lambda _plan, _records: {}
    regional: bool = False
    """Whether it takes somebody of the whole region."""

    def headings(self) -> dict[str, tuple[str, ...]]:
        """Return for each field all names that its column may have, the surest ones first."""
        return {name: (one.en, one.zh, name, *one.also) for name, one in self.columns.items()}

    def missing(self, columns: Mapping[str, str]) -> list[str]:
        """Return the fields that are needed and that no column has."""
        return [name for name, one in self.columns.items() if one.needed and name not in columns]


def may_import(reading: Reading, region_id: UUID, station_id: UUID | None) -> bool:
    """Tell whether the actor may import into a region, or into one station of it."""
    return not reading.actor.roles_over(region_id, station_id, None, None).isdisjoint(IMPORTERS)
