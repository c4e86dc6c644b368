"""What an export is filtered by is no way around either: its file holds for a foreign id what it holds for an unknown one."""

import pytest
from marshmallow import fields

from api.schemas.exports import FILTERS
from dispatch.exports.jobs import write_exports
from tests.api.leaks import kinds
from tests.api.leaks.asking import home_of
from tests.api.leaks.calls import UNKNOWN, read
from tests.api.leaks.furnishing import mark
from tests.api.leaks.rules import COLLEAGUES, EVERY, FURTHER, REGION_WIDE

FILTERED = [
    (kind, name)
    for kind, (form, _) in FILTERS.items()
    for name, one in form().fields.items()
    if isinstance(getattr(one, "inner", one), fields.UUID)
]
"""Every filter of every kind that takes an id: a new one comes in by itself."""


def file_of(house, who, kind, filters):
    """Return status and text of the order for an export, and of its file; ids of the export itself are left out."""
    headers = {"Authorization": f"Bearer {house.call.tokens[who]}"}
    body = {"kind": kind.value, "filters": filters, "language": "en"}
    wanted = house.call.client.post("/v1/exports", json=body, headers=headers)
    if wanted.status_code != 202:
        answer = read(wanted)
        return [answer.about(next(iter(filters.values())), house.known)]
    path = wanted.headers["Location"]
    write_exports(house.runtime)
    shown = house.call.client.get(path, headers=headers).json
    answer = read(house.call.client.get(f"{path}/file", headers=headers))
    house.restore()
    return [shown["state"], shown["rows"], answer.status, answer.text]


def thing(house, who, name):
    """Return the nearest place that somebody does not see, and the id of the thing there."""
    named = kinds.KINDS[name]
    home = house.rows[home_of(who)][named]["id"]
    for place in FURTHER[who]:
        there = house.rows[place][named]["id"]
        if there != home and (named not in REGION_WIDE or "abroad" in (place, home_of(who))):
            return place, str(there)
    raise AssertionError(f"{who} sees everything that {name} names")


def test_every_id_that_filters_an_export_is_known_and_there_are_some():
    assert {name for _, name in FILTERED} <= kinds.KINDS.keys()
    assert {kind for kind, _ in FILTERED} == set(FILTERS)
    assert not COLLEAGUES & {f"POST /v1/exports body:filters/{name}" for _, name in FILTERED}


@pytest.mark.parametrize("who", [who for who in FURTHER if who != "key"])
def test_a_file_for_a_foreign_id_is_that_for_an_unknown_one(house, who):
    offset, wrong, asked = list(FURTHER).index(who), [], 0
    for number, (kind, name) in enumerate(FILTERED):
        if (number + offset) % EVERY[who]:
            continue
        place, key = thing(house, who, name)
        there, nowhere = (file_of(house, who, kind, {name: sent}) for sent in (key, UNKNOWN))
        if there != nowhere or mark(place) in str(there):
            wrong.append((kind, name, place, there, nowhere))
        asked += 1
    assert not wrong, wrong
    assert asked >= len(FILTERED) // EVERY[who]


def test_for_those_who_may_see_it_the_id_fills_the_file(house):
    """Otherwise the test above would hold for filters that find nothing for anybody."""
    filled = {
        (kind, name)
        for kind, name in FILTERED
        if file_of(house, "administrator", kind, {name: str(house.rows["near"][kinds.KINDS[name]]["id"])})[1]
    }
    assert len(filled) > len(FILTERED) // 2, set(FILTERED) - filled
