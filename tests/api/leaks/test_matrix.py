"""Every operation, every role, every place where an id goes: what one may not see is what does not exist."""

from fnmatch import fnmatchcase

import pytest

from tests.api.leaks import kinds
from tests.api.leaks.asking import ask, foreign, home_of, people_s
from tests.api.leaks.calls import UNKNOWN
from tests.api.leaks.furnishing import mark
from tests.api.leaks.positions import positions
from tests.api.leaks.rules import ALIKE, EVERY, FURTHER, MAY


def test_every_place_of_an_id_says_which_thing_it_names(house):
    unknown = [
        str(position)
        for operation in house.operations
        for position in positions(house.document, operation)
        if not kinds.is_own(position) and kinds.kind(operation, position.last) is None
    ]
    assert not unknown, f"say in tests/api/leaks/kinds.py which table these ids are of: {unknown}"


@pytest.mark.parametrize("who", FURTHER)
def test_what_one_may_not_see_is_what_does_not_exist(house, who):
    home, wrong, asked = home_of(who), [], 0
    offset = list(FURTHER).index(who)
    watched = {key for place in FURTHER[who] for key in house.foreign_ids(place, home)}
    before = house.foreign_rows(watched)
    for number, position in enumerate(people_s(house)):
        if (number + offset) % EVERY[who]:
            continue
        place, key = foreign(house, who, position)
        there, nowhere = (ask(house, who, position, home, sent) for sent in (key, UNKNOWN))
        told = there.ids() & house.foreign_ids(place, home)
        if told or mark(place) in there.text:
            wrong.append((str(position), place, "tells", told, there.text[:300]))
        if there != nowhere:
            wrong.append((str(position), place, there.status, nowhere.status, there.text[:300], nowhere.text[:300]))
        asked += 1
    assert not wrong, (
        f"{who}: the answer for a foreign id is not that for an unknown one (rules: tests/api/leaks/rules.py): {wrong}"
    )
    assert asked > 500 / EVERY[who]
    assert house.foreign_rows(watched) == before


def test_for_those_who_may_see_it_the_id_makes_a_difference(house):
    alike = []
    for position in people_s(house):
        if any(fnmatchcase(str(position), pattern.replace("[", "[[]")) for pattern in ALIKE):
            continue
        kind = kinds.of(position)
        for who, place in MAY:
            key = str(house.rows[place][kind.table][kind.column])
            shown = ask(house, who, position, place, key)
            if position.where == "path" and shown.status < 300:
                break  # that an unknown one is not shown like this is what the matrix says
            if shown != ask(house, who, position, place, UNKNOWN):
                break
        else:
            alike.append(str(position))
    assert not alike, (
        f"give these what they need in tests/api/leaks/bodies.py, or a reason in rules.py (ALIKE): {alike}"
    )
