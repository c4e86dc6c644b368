"""What a key with narrow scopes is answered: outside of them nothing at all, inside what its person is."""

from tests.api.leaks.asking import people_s
from tests.api.leaks.calls import UNKNOWN
from tests.api.world import NARROW


def opens(operation) -> bool:
    return any(set(scheme.get("key", ("",))) <= NARROW for scheme in operation.described["security"] if "key" in scheme)


def test_outside_of_its_scopes_every_operation_refuses_a_key_whatever_is_asked(house):
    wrong, asked = [], 0
    for operation in house.operations:
        if operation.open or operation.device or opens(operation):
            continue
        answers = [house.call("key", operation, house.rows[place]) for place in ("near", "abroad")]
        asked += 1
        wrong += [
            (operation.name, answer.status, answer.text[:200])
            for answer in answers
            if answer.status != 403 or '"code":"keys.' not in answer.text
        ]
        if answers[0].about(UNKNOWN, house.known) != answers[1].about(UNKNOWN, house.known):
            wrong.append((operation.name, "differs", answers[0].text[:200], answers[1].text[:200]))
    assert not wrong, wrong
    assert asked > 200


def test_inside_of_its_scopes_a_key_is_answered_as_its_person_is(house):
    wrong, asked = [], 0
    for operation in house.operations:
        if operation.method == "GET" and not operation.device and not operation.open and opens(operation):
            for place in ("near", "next_group", "abroad"):
                key, person = (
                    house.call(who, operation, house.rows[place]).about(UNKNOWN, house.known)
                    for who in ("key", "leader")
                )
                asked += 1
                if key != person:
                    wrong.append((operation.name, place, key, person))
    assert not wrong, wrong
    assert asked > 60


def test_what_a_key_may_not_see_is_what_does_not_exist_and_costs_the_same(house):
    positions = [one for one in people_s(house) if opens(one.operation) and one.where == "path"]
    for position in positions:
        there = str(house.rows["abroad"]["work_orders"]["id"])
        if position.name == "order_id" and position.operation.method == "GET":
            answers = [
                house.call("key", position.operation, house.rows["near"], at=position, sent=sent).about(
                    sent, house.known
                )
                for sent in (there, UNKNOWN)
            ]
            assert answers[0] == answers[1], position
