"""Asks one thing twice: with the id of something that somebody may not see, and with the id of nothing."""

from collections.abc import Iterator

from tests.api.leaks import kinds
from tests.api.leaks.calls import Answer
from tests.api.leaks.house import House
from tests.api.leaks.positions import Position, positions
from tests.api.leaks.rules import COLLEAGUES, FURTHER, REGION_WIDE


def home_of(who: str) -> str:
    return "abroad" if who == "operations_abroad" else "near"


def people_s(house: House) -> Iterator[Position]:
    """Yield every position of what people (not phones) may call."""
    for operation in house.operations:
        if not operation.device and not operation.open:
            for position in positions(house.document, operation):
                if not kinds.is_own(position):
                    yield position


def foreign(house: House, who: str, position: Position) -> tuple[str, str]:
    """Return the nearest place that somebody does not see, and the id of the thing there that goes into a position."""
    kind = kinds.of(position)
    wide = kind.table in REGION_WIDE or str(position) in COLLEAGUES
    home = house.rows[home_of(who)][kind.table][kind.column]
    for place in FURTHER[who]:
        there = house.rows[place][kind.table][kind.column]
        if there != home and (not wide or "abroad" in (place, home_of(who))):
            return place, str(there)
    raise AssertionError(f"{who} sees everything that goes into {position}")


def ask(house: House, who: str, position: Position, place: str, sent: str) -> Answer:
    """Ask with an id at a position and everything else from a place, and undo what was done."""
    answer = house.call(who, position.operation, house.rows[place], at=position, sent=sent)
    if answer.status < 300 and position.operation.method != "GET":
        house.restore()
    return answer.about(sent, house.known)
