"""What is listed, counted, exported, cached and refused tells nothing of other places either."""

import pytest

from api.idempotency import HEADER
from tests.api.leaks.asking import ask, foreign, home_of
from tests.api.leaks.calls import UNKNOWN
from tests.api.leaks.furnishing import mark
from tests.api.leaks.positions import JSON, METHODS, positions
from tests.api.leaks.rules import FURTHER
from tests.statements import counted

FORBIDDEN = {
    **dict.fromkeys(
        ("region_id", "station_id", "group_id", "zone_id", "user_id", "owner_id", "created_by", "id"), UNKNOWN
    ),
    "role": "administrator",
    "grants": [],
    "roles": ["administrator"],
    "state": "closed",
    "version": 1,
    "active": True,
    "everywhere": True,
}
"""Members with which a body would take over a place, an owner or a role."""

DOCUMENTS = frozenset({"POST /v1/checklist-templates/import", "POST /v1/working-calendars/{calendar_id}/notices"})
"""Bodies that are a document of a form of its own, in which nothing else is looked for."""
WHOLE_REGION = frozenset({"GET /v1/pilots"})
"""Lists that tell everybody of a region something that names places of all of it."""


def listings(house):
    return [
        one
        for one in house.operations
        if one.method == "GET" and not one.device and not one.open and "{" not in one.path
    ]


@pytest.mark.parametrize("who", FURTHER)
def test_lists_counts_and_files_hold_nothing_of_other_places(house, who):
    home = home_of(who)
    place = FURTHER[who][0]
    foreign = house.foreign_ids(place, home)
    wrong, shown = [], 0
    for operation in listings(house):
        if operation.name in WHOLE_REGION and place != "abroad":
            continue
        answer = house.call(who, operation, house.rows[home])
        assert answer.status in (200, 403, 404, 422), (operation.name, answer)
        shown += answer.status == 200
        told = answer.ids() & foreign
        if told or mark(place) in answer.text:
            wrong.append((operation.name, place, told, answer.text[:400]))
    assert not wrong, wrong
    assert shown > 10


def including(house):
    """All operations that take `include`, with all that they may include."""
    for one in house.operations:
        for asked in one.described.get("parameters", ()):
            if asked.get("name") == "include":
                yield one, {"include": ",".join(asked["schema"]["items"]["enum"])}


@pytest.mark.parametrize("who", FURTHER)
def test_what_comes_within_items_holds_nothing_of_other_places(house, who):
    home = home_of(who)
    place = FURTHER[who][0]
    foreign_ids = house.foreign_ids(place, home)
    for operation, query in including(house):
        answer = house.call(who, operation, house.rows[home], query=query)
        assert answer.status in (200, 403, 404), (operation.name, answer)
        assert not answer.ids() & foreign_ids, operation.name
        assert mark(place) not in answer.text, operation.name
        if "{" in operation.path:
            away = house.call(who, operation, house.rows[place], query=query)
            assert away.status in (403, 404), (operation.name, away)
            assert away.ids() & foreign_ids <= house.ids[place] & set(house.known)
            assert mark(place) not in away.text, operation.name


def test_all_that_includes_is_asked_for_it(house):
    shown = [
        operation.name
        for operation, query in including(house)
        if house.call("administrator", operation, house.rows["near"], query=query).status == 200
    ]
    assert len(shown) == 9, shown


def test_an_administrator_is_shown_them_in_most_lists(house):
    foreign = house.foreign_ids("abroad", "near")
    shown = [
        one.name for one in listings(house) if house.call("administrator", one, house.rows["abroad"]).ids() & foreign
    ]
    assert len(shown) > 45, shown


def test_a_body_takes_no_place_owner_role_or_id_that_is_not_its_own(house):
    wrong = []
    for operation in house.operations:
        if operation.open or operation.device or JSON not in operation.media_types or operation.name in DOCUMENTS:
            continue
        schema = house.document["components"]["schemas"]
        reference = operation.described["requestBody"]["content"][JSON]["schema"].get("$ref", "/")
        own = schema.get(reference.rsplit("/", 1)[1], {}).get("properties", {})
        extra = {name: value for name, value in FORBIDDEN.items() if name not in own}
        answer = house.call("administrator", operation, house.rows["near"], extra=extra)
        refused = [name for name in extra if f'"/{name}"' in answer.text]
        if answer.status != 422 or len(refused) != len(extra):
            wrong.append((operation.name, answer.status, sorted(set(extra) - set(refused)), answer.text[:200]))
    assert not wrong, wrong


def test_methods_that_are_not_there_are_refused_alike_whatever_the_id(house):
    offered = {}
    for operation in house.operations:
        offered.setdefault(operation.path, set()).add(operation.method)
    wrong = []
    for path, methods in offered.items():
        operation = next(one for one in house.operations if one.path == path)
        for method in {one.upper() for one in METHODS} - methods:
            answer = house.call("nobody", operation, house.rows["abroad"], method=method)
            if answer.status != 405:
                wrong.append((method, path, answer.status))
        if {"GET", "DELETE"} <= methods:
            read_only = next(one for one in house.operations if (one.path, one.method) == (path, "GET"))
            override = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
            assert house.call("administrator", read_only, house.rows["abroad"], headers=override).status != 204
    assert wrong == []


def test_a_tag_of_what_one_may_not_see_is_no_oracle(house):
    tagged = 0
    for operation in house.operations:
        if operation.method != "GET" or "{" not in operation.path or operation.open or operation.device:
            continue
        rows = house.rows["abroad"]
        tag = house.call("administrator", operation, rows).tag
        for sent in filter(None, (tag, "*")):
            answer = house.call("operations", operation, rows, headers={"If-None-Match": sent})
            assert answer.status != 304, (operation.name, sent)
            assert answer.tag is None or not answer.ids() & house.foreign_ids("abroad", "near"), operation.name
        tagged += tag is not None
    assert tagged > 10


def test_answers_to_people_are_kept_by_no_shared_cache(house):
    wrong = []
    for operation in house.operations:
        if operation.method == "GET" and not operation.open and not operation.device:
            answer = house.call("administrator", operation, house.rows["abroad"])
            if not {"no-store", "private"} & set(answer.caching):
                wrong.append((operation.name, answer.caching))
    assert wrong == []


def test_a_key_of_somebody_else_answers_nothing_of_theirs(house):
    made = next(one for one in house.operations if one.name == "POST /v1/customers")
    rows = house.rows
    key = {HEADER: "one-key-for-all"}
    theirs = house.call("operations_abroad", made, rows["abroad"], headers=key)
    own = house.call("operations", made, rows["near"], headers=key)
    assert theirs.status == own.status == 201
    assert not own.ids() & (theirs.ids() | house.foreign_ids("abroad", "near"))
    house.restore()


def test_a_page_token_of_somebody_else_leads_to_nothing_of_theirs(house):
    foreign = house.foreign_ids("abroad", "near")
    followed = 0
    for operation in listings(house):
        if not any(one["name"] == "after" for one in operation.described["parameters"]):
            continue
        first = house.call("administrator", operation, house.rows["abroad"], query={"limit": 1})
        after = first.next()
        if after is not None:
            answer = house.call("operations", operation, house.rows["near"], query={"after": after})
            assert answer.status in (200, 403, 404), (operation.name, answer)
            assert not answer.ids() & foreign, operation.name
            followed += 1
    assert followed > 20


def test_the_same_number_of_statements_whether_a_thing_is_foreign_or_not_there(house):
    wrong = []
    for operation in house.operations:
        if operation.method != "GET" or operation.device or operation.open:
            continue
        for position in positions(house.document, operation):
            if position.where == "path":
                _, key = foreign(house, "operations", position)
                counts = []
                for sent in (key, UNKNOWN):
                    with counted(house.runtime.engine) as seen:
                        ask(house, "operations", position, "near", sent)
                    counts.append(len(seen))
                if counts[0] != counts[1]:
                    wrong.append((str(position), counts))
    assert wrong == []
