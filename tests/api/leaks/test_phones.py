"""What phones may ask: the ids and cursors of other phones, people and regions are to them what does not exist."""

import base64
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from api.pacing import LAG
from dispatch.accounts.service import announce_person
from kernel.actor import system_actor
from kernel.change_feed import read_head
from sync.devices.models import Device
from sync.ingest.lag import LagWatch
from sync.reconcile.runner import drain
from tests.api.leaks import kinds
from tests.api.leaks.calls import NEW, UNKNOWN, Answer, read
from tests.api.leaks.furnishing import mark
from tests.api.leaks.house import House
from tests.api.leaks.positions import Operation, Position, positions
from tests.api.leaks.rules import REGION_WIDE
from tests.checklists.media.pictures import picture
from tests.statements import counted

ELSEWHERE = {"phone": ("near", "next_zone", "next_station", "abroad"), "phone_abroad": ("abroad", "near")}
"""Places by the phones that ask: also their own, where the rows of phones are those of another phone of the same person."""
HOME = {"phone": "near", "phone_abroad": "abroad"}
OF_ONE_PHONE = frozenset({"uploads"})
"""Tables whose rows belong to one phone: another one of the same person has none of them."""
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
AT = "2026-11-22T00:30:00Z"

ABOUT: dict[str, tuple[str, Any]] = {
    "work_order_id": ("log.note", {"data": {"text": "补记"}}),
    "assignment_id": ("work_order.accept", {}),
    "template/id": ("checklist.answer", {"data": {"item": "x", "value": True}}),
    "base": ("checklist.answer", {"data": {"item": "x", "value": True}}),
    "data/consultation_id": ("consultation.answer", {"data": {"text": "换分光器"}}),
    "data/line_id": ("fee.remove", {"data": {"reason": "记错了"}}),
    "data/user_id": ("consultation.ask", {"data": {"question": "怎么办?"}}),
    "data/asset_id": ("log.part_used", {"data": {"part": "分光器", "quantity": "1", "unit_price": "5"}}),
    "data/appointment_id": ("log.note", {"data": {"text": "补记"}}),
}
"""Places in ops where an id goes, with a type that has it there and the rest of such an op."""
OF_COLLEAGUES = {"data/user_id"}
"""Where anybody of the region may be asked, as over HTTP (`rules.COLLEAGUES`)."""


def asked(house: House) -> Iterator[Position]:
    for operation in house.operations:
        if operation.device:
            yield from positions(house.document, operation)


def foreign(house: House, phone: str, position: Position) -> Iterator[tuple[str, str]]:
    """Yield places, each with the id there that goes into a position and that the phone may not know of."""
    kind = kinds.of(position)
    own = house.rows[HOME[phone]][kind.table][kind.column]
    for place in ELSEWHERE[phone]:
        key = house.rows[place][kind.table][kind.column]
        of_region = kind.table in REGION_WIDE and "abroad" not in (place, HOME[phone])
        if not of_region and (key != own or kind.table in OF_ONE_PHONE):
            yield place, str(key)


def ask(house: House, phone: str, position: Position, sent: str) -> Answer:
    answer = house.call(phone, position.operation, house.rows[HOME[phone]], at=position, sent=sent, headers=TUS)
    if answer.status < 300 and position.operation.method != "GET":
        house.restore()
    return answer.about(sent, house.known)


def named(house: House, name: str) -> Operation:
    return next(one for one in house.operations if one.name == name)


@pytest.mark.parametrize("phone", HOME)
def test_what_is_not_a_phones_own_is_what_does_not_exist(house, phone):
    wrong, tried = [], 0
    others = set().union(*(house.foreign_ids(place, HOME[phone]) for place in ELSEWHERE[phone]))
    before = house.foreign_rows(others)
    for position in asked(house):
        nowhere = ask(house, phone, position, UNKNOWN)
        for place, key in foreign(house, phone, position):
            there = ask(house, phone, position, key)
            tried += 1
            told = there.ids() & house.foreign_ids(place, HOME[phone])
            if there != nowhere or told or mark(place) in there.text:
                wrong.append((str(position), place, there.status, nowhere.status, told, there.text[:300]))
    assert wrong == []
    assert tried >= len(list(asked(house)))
    assert house.foreign_rows(others) == before


def test_it_takes_as_many_statements_as_what_does_not_exist(house, monkeypatch):
    wrong = []
    # How far the workers are behind is looked up for all phones now and then: here once.
    monkeypatch.setitem(house.app.extensions, LAG, LagWatch(house.runtime, lambda: 0.0))
    for position in asked(house):
        ask(house, "phone", position, UNKNOWN)
        for _place, key in foreign(house, "phone", position):
            counts = []
            for sent in (key, UNKNOWN):
                with counted(house.runtime.engine) as seen:
                    ask(house, "phone", position, sent)
                counts.append(len(seen))
            if counts[0] != counts[1]:
                wrong.append((str(position), counts))
    assert wrong == []


def begin(house: House, phone: str, order: UUID, media_id: str, **more: str) -> Answer:
    told = {"media_id": media_id, "work_order_id": str(order), **more}
    pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": pairs}
    headers["Authorization"] = f"Bearer {house.world.tokens[phone]}"
    return read(house.app.test_client().post("/v1/media", headers=headers))


def test_for_its_own_the_id_makes_a_difference(house):
    """Else the tests above would be true of anything."""
    rows, alike = house.rows["near"], []
    begun = begin(house, "phone", house.world.orders["near"], "own")
    own = {"uploads": begun.headers.rsplit("/", 1)[1]}
    for position in asked(house):
        kind = kinds.of(position)
        key = own.get(kind.table, str(rows[kind.table][kind.column]))
        answers = [
            house.call("phone", position.operation, rows, at=position, sent=sent, headers=TUS).about(sent, house.known)
            for sent in (key, UNKNOWN)
        ]
        if answers[0] == answers[1]:
            alike.append(str(position))
    house.restore()
    assert alike == []


@pytest.mark.parametrize("thumbnail", ["", "/thumbnail"])
def test_a_file_of_an_order_of_others_is_not_there_whatever_it_is_called(house, thumbnail):
    client, photo = house.app.test_client(), picture(size=(60, 40))

    def get(phone: str, order: object, tag: str = '"none"') -> Answer:
        token = {"Authorization": f"Bearer {house.world.tokens[phone]}", "If-None-Match": tag, "Range": "bytes=0-9"}
        return read(client.get(f"/v1/media/orders/{order}/p1{thumbnail}", headers=token)).about(str(order), set())

    for who, place in (("technician", "near"), ("technician_next_zone", "next_zone"), ("technician_abroad", "abroad")):
        token = {"Authorization": f"Bearer {house.world.tokens[who]}", "Content-Type": "image/jpeg"}
        where = f"/v1/work-orders/{house.world.orders[place]}/media/p1"
        assert client.put(where, data=photo, headers=token).status_code == 200
    nowhere = get("phone", UNKNOWN)
    assert nowhere.status == 404
    for place in ("next_zone", "abroad"):
        order = house.world.orders[place]
        for tag in ("*", '"none"'):
            assert get("phone", order, tag) == nowhere
        assert get(f"phone_{place}", order) != nowhere
    house.restore()


def test_uploads_of_other_phones_stand_in_nobodys_way_and_are_shown_to_nobody(house):
    near, far = house.world.orders["near"], house.world.orders["next_zone"]
    refused = [begin(house, "phone", order, "m").about(str(order), house.known) for order in (far, UUID(UNKNOWN))]
    assert refused[0] == refused[1]
    assert refused[0].status == 404
    # The same name on another phone is another upload, also of one person's two phones, and whatever its length.
    theirs = begin(house, "phone_next_zone", far, "m")
    first, second = begin(house, "phone", near, "m"), begin(house, "second_phone", near, "m")
    assert len({one.headers for one in (theirs, first, second)}) == 3
    # An op of somebody else keeps it from nothing, and tells nothing.
    ops = [str(house.rows["next_zone"]["sync_ops"]["op_id"]), UNKNOWN]
    answers = [begin(house, "phone", near, "n", op_id=op).about(op, house.known) for op in ops]
    assert answers[0] == answers[1]
    house.restore()


def test_what_an_op_says_of_others_comes_to_what_nothing_comes_to(house):
    wrong = []
    house.restore()  # also pulls leave something behind: how far a phone has come
    for where, (kind, rest) in ABOUT.items():
        column = kinds.KINDS.get(where.rsplit("/", 1)[-1], "")
        table = {"template/id": "checklist_template_versions", "base": "checklist_answers"}.get(where, column)
        nothing = outcome(house, where, kind, rest, UNKNOWN)
        for place in ("next_zone", "abroad"):
            key = str(house.rows[place][table]["id"])
            if (table in REGION_WIDE or where in OF_COLLEAGUES) and place != "abroad":
                continue
            there = outcome(house, where, kind, rest, key)
            told = {one for answer in there for one in answer.ids() & house.foreign_ids(place, "near")}
            if there != nothing or told or any(mark(place) in answer.text for answer in there):
                wrong.append((where, place, told, [one for pair in zip(there, nothing, strict=True) for one in pair]))
    assert wrong == []


def outcome(house: House, where: str, kind: str, rest: dict[str, Any], sent: str) -> list[Answer]:
    """Hand in an op with an id at a place, let the worker do it, and return all that its phone hears of it; then undo it."""
    op = {"id": NEW, "seq": 1, "type": kind, "v": 1, "occurred_at": AT, "data": {}}
    op = orjson.loads(orjson.dumps({**op, "work_order_id": str(house.world.orders["near"]), **rest}))
    within = op
    *path, last = where.split("/")
    for part in path:
        within = within.setdefault(part, {})
    within[last] = sent
    answers = [send(house, "phone", "/v1/sync/push", {"protocol": "fsync/1", "ops": [op]})]
    drain(house.runtime, str(house.world.places["near"].region_id))
    answers.append(send(house, "phone", "/v1/sync/ops/status", {"ids": [NEW]}))
    answers.append(pull(house, "phone", 0))
    house.restore()
    return [one.about(sent, house.known) for one in answers]


def send(house: House, phone: str, path: str, body: dict[str, Any]) -> Answer:
    token = {"Authorization": f"Bearer {house.world.tokens[phone]}"}
    return read(house.app.test_client().post(path, json=body, headers=token))


def get(house: House, phone: str, path: str, **headers: str) -> Answer:
    token = {"Authorization": f"Bearer {house.world.tokens[phone]}", **headers}
    return read(house.app.test_client().get(path, headers=token))


def pull(house: House, phone: str, since: int) -> Answer:
    return get(house, phone, f"/v1/sync/pull?since={since}")


def test_an_id_of_anothers_op_is_told_to_be_taken_and_nothing_else_of_it(house):
    """An op's id is its identity in its region, for ever: whoever knows the 122 bits of one learns that it is used."""
    used = str(house.rows["next_zone"]["sync_ops"]["op_id"])
    order = str(house.world.orders["near"])
    op = {"seq": 1, "type": "log.note", "v": 1, "work_order_id": order, "occurred_at": AT, "data": {"text": "补记"}}
    answer = send(house, "phone", "/v1/sync/push", {"protocol": "fsync/1", "ops": [{**op, "id": used}]})
    assert orjson.loads(answer.text)["results"] == [{"id": used, "status": "quarantined", "code": "id-reuse"}]
    drain(house.runtime, str(house.world.places["near"].region_id))
    assert orjson.loads(send(house, "phone", "/v1/sync/ops/status", {"ids": [used]}).text)["ops"] == {}
    assert mark("next_zone") not in pull(house, "phone", 0).text
    house.restore()
    # In another region it is as good as any.
    foreign_op = str(house.rows["abroad"]["sync_ops"]["op_id"])
    answer = send(house, "phone", "/v1/sync/push", {"protocol": "fsync/1", "ops": [{**op, "id": foreign_op}]})
    assert orjson.loads(answer.text)["results"] == [{"id": foreign_op, "status": "accepted"}]
    house.restore()


def test_a_cursor_is_a_number_and_shows_nobody_anything_but_their_own(house):
    near, abroad = (house.world.places[place].region_id for place in ("near", "abroad"))
    with house.runtime.unit_of_work(system_actor()) as uow:
        for who in ("technician_next_zone", "technician_abroad"):
            announce_person(uow, house.world.people[who], abroad if who == "technician_abroad" else near)
    with house.runtime.session() as session:
        heads = {region: read_head(session, region).seq for region in (near, abroad)}
        acked = session.scalars(select(Device.acked_seq)).all()
    everything = orjson.loads(pull(house, "phone", 0).text)
    foreign_ids = house.foreign_ids("next_zone", "near") | house.foreign_ids("abroad", "near")
    for since in {
        *heads.values(),
        *(head - 1 for head in heads.values()),
        *acked,
        heads[near] + 1,
        heads[near] + 10**6,
    }:
        answer = pull(house, "phone", since)
        if since > heads[near]:
            assert (answer.status, orjson.loads(answer.text)["seq"]) == (410, heads[near])
        elif since == 0 or since >= everything["changes"][0]["seq"] // 2**40 * 2**40:
            page = orjson.loads(answer.text)
            assert page["changes"] == [one for one in everything["changes"] if one["seq"] > since]
            assert page["seq"] == heads[near]
        assert not answer.ids() & foreign_ids
    house.restore()


def test_what_happens_in_another_region_moves_nothing_of_a_phones(house):
    def seen() -> list[Answer]:
        head = get(house, "phone", "/v1/sync/head")
        since = orjson.loads(head.text)["seq"]
        paths = (f"/v1/sync/pull?since={since}", "/v1/sync/pull?since=0", "/v1/sync/stream", "/v1/sync/head?wait=0")
        again = get(house, "phone", "/v1/sync/head", **{"If-None-Match": head.tag or ""})
        assert again.status == 304
        return [head, *(get(house, "phone", path) for path in paths)]

    before = seen()
    with house.runtime.unit_of_work(system_actor()) as uow:
        announce_person(uow, house.world.people["technician_abroad"], house.world.places["abroad"].region_id)
    assert seen() == before
    # In its own region the number moves, and there is nothing behind it.
    with house.runtime.unit_of_work(system_actor()) as uow:
        announce_person(uow, house.world.people["technician_next_zone"], house.world.places["near"].region_id)
    since = orjson.loads(before[0].text)["seq"]
    page = orjson.loads(pull(house, "phone", since).text)
    assert (page["seq"], page["changes"], page["has_more"]) == (since + 1, [], False)
    house.restore()


@pytest.mark.parametrize("phone", ["phone", "phone_abroad"])
def test_nothing_that_a_phone_is_told_without_asking_for_an_id_is_of_others(house, phone):
    home = HOME[phone]
    others = set().union(*(house.foreign_ids(place, home) for place in ELSEWHERE[phone]))
    for operation in house.operations:
        if operation.device and operation.method == "GET" and "{" not in operation.path:
            answer = house.call(phone, operation, house.rows[home])
            assert answer.status == 200, operation.name
            assert not answer.ids() & others, operation.name


def test_the_token_of_a_person_opens_no_phones_door_and_that_of_a_phone_no_persons(house):
    wrong = []
    for operation in house.operations:
        if not operation.open:
            other = "technician" if operation.device else "phone"
            answer = house.call(other, operation, house.rows["near"], headers=TUS)
            # A body of the wrong form is refused before anybody is asked who they are; of many commands each is.
            if answer.status not in (400, 401, 422) and '"token-invalid"' not in answer.text:
                wrong.append((operation.name, answer.status))
    assert wrong == []


def test_every_door_of_phones_is_asked(house):
    """A new one comes into these tests by itself; here is what else they hold, by hand."""
    doors = {one.name for one in house.operations if one.device}
    by_hand = {"POST /v1/media", "POST /v1/sync/push", "GET /v1/sync/pull", "GET /v1/sync/head", "GET /v1/sync/stream"}
    of_its_own = {
        *("GET /v1/sync/gateway", "PUT /v1/sync/gateway", "DELETE /v1/sync/gateway"),
        *("GET /v1/sync/limits", "POST /v1/sync/wiped"),
    }
    assert doors == {position.operation.name for position in asked(house)} | by_hand | of_its_own
