"""What keys need: every operation says it, nothing is said of what is not there, and every word opens something."""

import pytest

from api import auth, scopes
from api.auth import is_persons
from api.openapi import describe
from dispatch.accounts.keys.scopes import READ_ONLY, SCOPES, SUBJECTS, Subject, read_of, unknown, write_of
from dispatch.accounts.keys.states import KeyUsed
from kernel.errors import DomainError
from tests.api.test_openapi import every

HELD = frozenset({"fees:read", "fees:write"})


def key(*addresses):
    return KeyUsed(None, "x" * 12, HELD, addresses)


@pytest.fixture(scope="module")
def persons(plain_app):
    """Every operation of people and programs, with its name and its tag."""
    return {
        f"{method} {path}": operation for method, path, operation in every(describe(plain_app)) if is_persons(operation)
    }


def test_every_operation_says_what_a_key_needs_or_that_no_key_does_it(persons):
    known = {*scopes.SUBJECTS, *scopes.CLOSED}
    unsaid = {one["tags"][0] for name, one in persons.items() if name not in scopes.EXCEPTIONS} - known
    assert not unsaid, (
        f"say in api/scopes.py of what these blueprints are (SUBJECTS), or that no key uses them: {unsaid}"
    )
    assert not scopes.CLOSED & set(scopes.SUBJECTS)


def test_nothing_is_said_of_what_is_not_there(persons):
    assert set(scopes.EXCEPTIONS) <= set(persons)
    assert {*scopes.SUBJECTS, *scopes.CLOSED} <= {one["tags"][0] for one in persons.values()}


def test_every_word_opens_something_and_nothing_needs_another(persons):
    needed = {word for one in persons.values() for scheme in one["security"] for word in scheme.get("key", ())}
    assert needed == set(SCOPES)
    assert set(SUBJECTS) == set(Subject)


def test_the_description_says_what_the_door_asks_for(persons):
    for name, operation in persons.items():
        method, path = name.split(" ")
        need = scopes.needed(method, path, operation["tags"][0])
        assert operation["security"] == [{"bearer": []}] + ([] if need is None else [{"key": sorted(need)}]), name
        assert "403" in operation["responses"], name


def test_what_changes_something_needs_the_word_for_changing(persons):
    for name, operation in persons.items():
        words = [word for scheme in operation["security"] for word in scheme.get("key", ())]
        assert name.startswith("GET ") or not words or any(word.endswith(":write") for word in words), name


DOORS = {"keys", "session", "sessions", "users"}


def test_no_key_gets_further_by_accounts_sessions_passwords_keys_or_phones(persons):
    closed = {name for name, one in persons.items() if one["security"] == [{"bearer": []}]}
    opened = {name for name, one in persons.items() if one["tags"][0] in DOORS} - closed
    assert opened == {"GET /v1/me", "GET /v1/users", "GET /v1/users/{user_id}", "GET /v1/key-scopes"}
    assert {name for name in closed if "/devices" in name} == {
        "POST /v1/devices",
        "POST /v1/devices/enrolments",
        "POST /v1/devices/{device_id}/rotate",
        "POST /v1/devices/{device_id}/reinstate",
    }


def test_a_key_that_keeps_webhooks_may_read_all_that_they_tell_of(persons):
    for name, operation in persons.items():
        words = {word for scheme in operation["security"] for word in scheme.get("key", ())}
        told = operation["tags"] == ["webhooks"] and name.split()[0] in ("POST", "PATCH") and "/test" not in name
        assert not told or words > set(scopes.TOLD_BY_WEBHOOKS), name


def test_what_is_not_known_is_closed():
    assert scopes.needed("GET", "/v1/things", "things") is None
    assert scopes.needed("HEAD", "/v1/fees", "fees") == {"fees:read"}
    assert scopes.needed("PURGE", "/v1/fees", "fees") == {"fees:write"}


def test_words_are_read_and_write_of_each_subject_but_what_no_key_changes():
    assert [write_of(one) in SCOPES for one in READ_ONLY] == [False] * len(READ_ONLY)
    assert all(read_of(one) in SCOPES for one in Subject)
    assert unknown(["fees:read", "fees", "fees:*", "*", "FEES:READ"]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("need", "address", "code"),
    [
        (frozenset(), "10.0.0.1", None),
        (HELD, "10.0.0.1", None),
        (None, "10.0.0.1", "keys.closed"),
        (frozenset({"fees:read", "audit:read"}), "10.0.0.1", "keys.scope_missing"),
        (HELD, "10.1.0.1", "keys.address_refused"),
        (None, "10.1.0.1", "keys.address_refused"),
    ],
)
def test_a_key_opens_what_it_has_all_scopes_for_and_only_from_where_it_may(need, address, code):
    if code is None:
        auth.admit(key("10.0.0.0/16"), need, address)
        return
    with pytest.raises(DomainError) as caught:
        auth.admit(key("10.0.0.0/16"), need, address)
    assert caught.value.code == code
    assert caught.value.extra == ({"scopes": ["audit:read"]} if code == "keys.scope_missing" else {})
