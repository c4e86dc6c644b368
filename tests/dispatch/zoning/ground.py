"""Grounds for the tests of proposals: squares in rows, with groups, people and something to do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dispatch.territory.group_size import Bounds
from dispatch.zoning.adjacency import neighbours
from dispatch.zoning.basis import Basis, GroupFact, PersonFact, ZoneFact

SIZE_DEGREES = 0.01


def square(column: int, row: int) -> dict[str, Any]:
    """Draw a square of a chessboard, about a kilometre wide."""
    west, south = 119 + column * SIZE_DEGREES, 33 + row * SIZE_DEGREES
    east, north = west + SIZE_DEGREES, south + SIZE_DEGREES
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def zone_id(nth: int) -> UUID:
    return UUID(int=1000 + nth)


def group_id(nth: int) -> UUID:
    return UUID(int=2000 + nth)


def person_id(nth: int) -> UUID:
    return UUID(int=3000 + nth)


def basis(
    cells: Sequence[tuple[int, int] | None],
    groups: Sequence[int],
    subscribers: Sequence[int],
    *,
    people: Sequence[int] = (),
    minutes: Sequence[int] | None = None,
    bounds: Bounds | None = None,
    managers: Sequence[int | None] | None = None,
) -> Basis:
    """Make a basis: squares by column and row (None: not drawn), each in a group; `people` say in which group each works."""
    ground = neighbours([None if cell is None else square(*cell) for cell in cells], groups)
    managed = managers or [None] * len(cells)
    zones = tuple(
        ZoneFact(
            zone_id(nth),
            f"Z{nth:03}",
            f"片区 {nth}",
            group_id(groups[nth]),
            None if (manager := managed[nth]) is None else person_id(manager),
            subscribers[nth],
            0,
            {} if minutes is None else {"repair": minutes[nth]},
            1,
            tuple(zone_id(other) for other in sorted(ground.touching[nth])),
            tuple(zone_id(other) for other in sorted(ground.bridged[nth])),
        )
        for nth in range(len(cells))
    )
    return Basis(
        zones,
        tuple(GroupFact(group_id(nth), f"G{nth + 1:02}", f"维护{nth + 1}组", 1, None) for nth in sorted(set(groups))),
        tuple(PersonFact(person_id(nth), f"人 {nth}", group_id(where)) for nth, where in enumerate(people)),
        bounds or Bounds(),
        90,
        50,
    )


def board(columns: int, rows: int) -> list[tuple[int, int]]:
    """Return the squares of a board, row by row."""
    return [(column, row) for row in range(rows) for column in range(columns)]
