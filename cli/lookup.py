"""Finds what a person names on the command line: a place by its code, somebody by their login."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from cli.console import Complaint
from dispatch.accounts import queries as accounts
from dispatch.accounts.queries import PersonRow
from dispatch.accounts.service import normal_login
from dispatch.territory import queries as territory
from dispatch.territory.rows import RegionRow
from kernel.actor import Level
from kernel.database import Page
from kernel.unit_of_work import Reading

ROWS_AT_ONCE = 500
HOW_TO_WRITE = "write `everywhere`, or a level and a code, such as station:LS01 or group:LS/G01 (in region LS)"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the territory; both ids are None for everywhere."""

    level: Level
    id: UUID | None
    region_id: UUID | None


def find_place(reading: Reading, text: str) -> Place:
    """Find a place by its level and code, such as `station:LS01`, `group:LS/G01` (in region LS), or `everywhere`.

    Raises Complaint when there is none, or more than one.
    """
    if text == Level.EVERYWHERE:
        return Place(Level.EVERYWHERE, None, None)
    word, _, path = text.partition(":")
    *above, code = path.split("/")
    if word not in (Level.REGION, Level.STATION, Level.GROUP, Level.ZONE) or not code or len(above) > 1:
        raise Complaint(f"{text!r} names no place: {HOW_TO_WRITE}.", status=2)
    level = Level(word)
    if level is Level.REGION:
        region = find_region(reading, code)
        return Place(level, region.id, region.id)
    region_id = find_region(reading, above[0]).id if above else None
    found = [row for row in _places(reading, level, region_id) if row.code == code]
    if not found:
        raise Complaint(f"There is no {level} with the code {code!r}.")
    if len(found) > 1:
        raise Complaint(
            f"There are {len(found)} places with the code {code!r}: write the region's before it, as in {level}:REGION/{code}."
        )
    return Place(level, found[0].id, found[0].region_id)


def find_region(reading: Reading, code: str) -> RegionRow:
    """Find a region by its code. Raises Complaint, naming those that there are."""
    regions = all_regions(reading)
    for region in regions:
        if region.code == code:
            return region
    known = ", ".join(region.code for region in regions[:20]) or "none yet"
    raise Complaint(f"There is no region with the code {code!r} (there is: {known}).")


def all_regions(reading: Reading) -> list[RegionRow]:
    """Return every region in scope."""
    return list(_all(lambda after: territory.regions(reading, limit=ROWS_AT_ONCE, after=after)))


def find_person(reading: Reading, login: str) -> PersonRow:
    """Find somebody by their login. Raises Complaint."""
    wanted = normal_login(login)
    for person in _all(lambda after: accounts.page_of_users(reading, limit=ROWS_AT_ONCE, after=after, q=wanted)):
        if person.login == wanted:
            return person
    raise Complaint(f"Nobody has the login {wanted!r}.")


def _places(reading: Reading, level: Level, region_id: UUID | None) -> Iterator[Any]:
    lists: dict[Level, Callable[..., Page[Any]]] = {
        Level.STATION: territory.stations,
        Level.GROUP: territory.groups,
        Level.ZONE: territory.zones,
    }
    return _all(lambda after: lists[level](reading, limit=ROWS_AT_ONCE, after=after, region_id=region_id))


def _all(page_after: Callable[[Sequence[Any] | None], Page[Row]]) -> Iterator[Row]:
    """Yield the rows of all pages."""
    after: Sequence[Any] | None = None
    while True:
        page = page_after(after)
        yield from page.items
        after = page.after
        if after is None:
            return
