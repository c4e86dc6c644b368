"""What a kind of export is made of; and the names of the places and people in its rows, each looked up once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.territory.names import names_of
from kernel.actor import Level
from kernel.database import Page
from kernel.unit_of_work import Reading

Titles = tuple[str, str]
"""A word in English and in Chinese."""


@dataclass
class Names:
    """Names by id, kept from page to page: there are thousands of rows, and hundreds of places and people."""

    places: dict[Level, dict[UUID, str]] = field(default_factory=dict)
    people: dict[UUID, str] = field(default_factory=dict)

    def learn(self, reading: Reading, rows: Sequence[Any], named: Mapping[str, Level | None]) -> None:
        """Look up the names that these members of rows need and that are not known yet. A statement for each level at most."""
        wanted: dict[Level | None, set[UUID]] = {}
        for member, level in named.items():
            known = self.people if level is None else self.places.setdefault(level, {})
            found = {getattr(row, member) for row in rows}
            wanted.setdefault(level, set()).update(key for key in found if key is not None and key not in known)
        for level, ids in wanted.items():
            if not ids:
                continue
            if level is None:
                self.people.update((key, one.name) for key, one in accounts.contacts_of(reading, ids).items())
            else:
                self.places[level].update(names_of(reading, level, ids))

    def name(self, level: Level | None, key: UUID | None) -> str | None:
        """Return a name that was learnt."""
        known = self.people if level is None else self.places.get(level, {})
        return None if key is None else known.get(key)


@dataclass(frozen=True)
class ExportKind:
    """A kind of export.

    `columns` are members of its rows, or of `named`: a column with the name of what another member is the id of, a place of a
    level or a person (None). `personal` are those that tell of customers. `filters` is the dataclass of what the list is asked
    with; `page` and `count` are the list's own, so an export shows what the list shows.
    """

    titles: Titles
    columns: Mapping[str, Titles]
    filters: type
    page: Callable[[Reading, Any, int, Sequence[Any] | None], Page[Any]]
    count: Callable[[Reading, Any], int]
    named: Mapping[str, tuple[str, Level | None]] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()

    def cells(self, reading: Reading, rows: Sequence[Any], columns: Collection[str], names: Names) -> list[list[Any]]:
        """Return these columns of rows."""
        names.learn(reading, rows, {member: level for name, (member, level) in self.named.items() if name in columns})
        return [[self._cell(row, name, names) for name in columns] for row in rows]

    def _cell(self, row: Any, name: str, names: Names) -> Any:
        if name not in self.named:
            return getattr(row, name)
        member, level = self.named[name]
        return names.name(level, getattr(row, member))


STATION, GROUP, ZONE = ("station", "服务站"), ("group", "维护组"), ("zone", "片区")
PLACES: Mapping[str, tuple[str, Level | None]] = {
    "station": ("station_id", Level.STATION),
    "group": ("group_id", Level.GROUP),
    "zone": ("zone_id", Level.ZONE),
}
