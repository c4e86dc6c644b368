"""A creating POST is done once for each key, whatever happens in between."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from api import idempotency as api_idempotency
from api.openapi import describe
from dispatch.customers.models import Customer
from kernel import idempotency
from kernel.idempotency import IdempotencyKey
from sync.wiring import forget_keys
from tests.api.world import problem

KEY = {"Idempotency-Key": "0b6f8f4e-6f53-4c1e-9a57-2f7b9f3f1f6e"}


def create(door, who="agent", headers=KEY, **more):
    near = door.world.places["near"]
    body = {"name": "新客户", "phone": "139 0000 0001", "region_id": str(near.region_id), "zone_id": str(near.zone_id)}
    return door.post(who, "/v1/customers", body | more, headers=headers)


def count(runtime, table=Customer):
    with runtime.session() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_same_key_and_body_get_the_same_answer_and_do_nothing_again(door, runtime):
    before = count(runtime)
    first = create(door)
    assert first.status_code == 201, first.text
    assert "Idempotent-Replayed" not in first.headers
    again = create(door)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (again.data, again.content_type) == (first.data, first.content_type)
    assert again.headers.get("ETag") == first.headers.get("ETag")
    assert count(runtime) == before + 1


def test_a_key_is_of_one_request_and_of_one_caller(door, runtime):
    create(door)
    assert problem(create(door, name="另一位")) == (422, "idempotency.reused")
    other = create(door, who="manager")
    assert "Idempotent-Replayed" not in other.headers
    no_key = create(door, headers={})
    assert no_key.status_code == 201
    assert count(runtime, IdempotencyKey) == 2


def test_a_twin_that_comes_while_one_is_at_it_is_told_so(door, monkeypatch):
    twins = []
    real = api_idempotency.deferred

    def be_met_by_a_twin():
        monkeypatch.undo()
        twin = threading.Thread(target=lambda: twins.append(create(door)))
        twin.start()
        twin.join(20)
        return real()

    monkeypatch.setattr(api_idempotency, "deferred", be_met_by_a_twin)
    first = create(door)
    assert first.status_code == 201, first.text
    assert problem(twins[0]) == (409, "idempotency.running")
    assert create(door).headers["Idempotent-Replayed"] == "true"


def test_of_many_at_once_exactly_one_is_done(door, runtime):
    before = count(runtime)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(create(door))) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert {one.status_code for one in answers} <= {201, 409, 503}
    assert sum(one.status_code == 201 and "Idempotent-Replayed" not in one.headers for one in answers) == 1
    assert count(runtime) == before + 1


def test_what_was_refused_is_tried_again(door, runtime):
    wrong = create(door, region_id=str(door.world.places["abroad"].region_id), zone_id=None)
    assert wrong.status_code in (403, 404, 422)
    assert count(runtime, IdempotencyKey) == 0
    assert create(door).status_code == 201


def test_answer_and_effect_are_there_together_or_not_at_all(door, runtime, monkeypatch):
    before = count(runtime)

    def fail(*_, **__):
        raise OperationalError("", {}, Exception("the disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "keep", fail)
        assert create(door).status_code == 503
    assert count(runtime) == before, "what it did was rolled back with the answer that could not be kept"
    assert create(door).status_code == 201
    assert count(runtime) == before + 1


def test_who_died_at_it_holds_the_key_for_two_minutes_only(door, clock, monkeypatch):
    def die(*_, **__):
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "keep", die)
        patched.setattr(idempotency, "release", lambda *_: None)
        assert create(door).status_code == 500
    assert problem(create(door)) == (409, "idempotency.running")
    clock.at += idempotency.LEASE
    assert create(door).status_code == 201


def test_keys_are_forgotten_after_a_day(door, runtime, clock):
    create(door)
    forget_keys(runtime)
    assert count(runtime, IdempotencyKey) == 1
    clock.at += idempotency.KEPT + timedelta(seconds=1)
    forget_keys(runtime)
    assert count(runtime, IdempotencyKey) == 0


def test_what_is_kept_cannot_be_read_without_the_key(door, runtime):
    create(door)
    with runtime.session() as session:
        (row,) = session.scalars(select(IdempotencyKey)).all()
        assert b"139 0000 0001" not in row.answer
        assert KEY["Idempotency-Key"].encode() not in row.key_digest


@pytest.mark.parametrize("key", ["", "x" * 256, "a b"], ids=["empty", "too long", "a blank"])
def test_a_key_that_is_none_is_refused(plain_door, key):
    assert problem(create(plain_door, headers={"Idempotency-Key": key})) == (400, "malformed")


def test_without_a_token_there_is_no_key(plain_door):
    assert problem(create(plain_door, who=None)) == (401, "token-invalid")


def test_every_creating_post_of_a_person_takes_the_header_and_no_other_operation_does(plain_app):
    described = {
        (method, path)
        for path, operations in describe(plain_app)["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
        and any(one.get("$ref", "").endswith("/Idempotency-Key") for one in operation.get("parameters", []))
    }
    assert {method for method, _ in described} == {"post"}
    assert {"/v1/customers", "/v1/users", "/v1/work-orders", "/v1/webhooks"} <= {path for _, path in described}
    assert "/v1/login" not in {path for _, path in described}
