"""The API as people at desks use it."""

import contextlib

import pytest

from bench.simulator.office import Office, OfficeError, Tokens


def test_signing_in_brings_a_token_that_every_call_bears(noting):
    noting.script = lambda method, path, body: (
        (201, {"token": "t", "refresh_token": "r"}) if path == "/v1/login" else (200, {"got": body})
    )
    with contextlib.closing(Office.sign_in(noting.url, "login", "password")) as office:
        assert office.tokens.access == "t"
        assert office.ask("POST", "/v1/x", {"a": 1}) == {"got": {"a": 1}}


def test_a_token_that_expired_is_exchanged_once_and_the_call_made_again(noting):
    calls = []

    def answer(_method, path, body):
        calls.append(path)
        if path == "/v1/login":
            return 201, {"token": "t", "refresh_token": "r"}
        if path == "/v1/refresh":
            return (201, {"token": "u", "refresh_token": "s"}) if body == {"refresh_token": "r"} else (401, {})
        return (401, {}) if calls.count("/v1/refresh") == 0 else (200, {"got": body})

    noting.script = answer
    with contextlib.closing(Office.sign_in(noting.url, "login", "password")) as office:
        assert office.many([("POST", "/v1/x", {"a": 1})] * 6) == [{"got": {"a": 1}}] * 6
        assert calls.count("/v1/refresh") == 1
        assert office.tokens.access == "u"


def test_a_list_is_read_to_its_end(noting):
    pages = {"a": ([3], None), "b": ([2], "a"), "": ([0, 1], "b")}

    def hand_out(_method, path, _body):
        items, following = pages[path.partition("after=")[2]]
        return 200, {"items": items, "next": following}

    noting.script = hand_out
    with contextlib.closing(Office(noting.url, Tokens("t"))) as office:
        assert list(office.pages("/v1/x", q="y")) == [0, 1, 2, 3]
    assert noting.arrived[0][0] == "/v1/x?limit=200&q=y"


def test_many_calls_are_answered_in_their_order(noting):
    noting.script = lambda method, path, body: (200, {"path": path})
    with contextlib.closing(Office(noting.url, Tokens("t"))) as office:
        answers = office.many([("GET", f"/v1/{number}", None) for number in range(30)])
    assert [answer["path"] for answer in answers] == [f"/v1/{number}" for number in range(30)]


def test_a_refusal_is_told_with_its_words(noting):
    noting.script = lambda method, path, body: (403, {"code": "forbidden"})
    with contextlib.closing(Office(noting.url, Tokens("t"))) as office:
        with pytest.raises(OfficeError, match=r"403.*forbidden"):
            office.ask("POST", "/v1/x", {})
        assert office.status_of("/v1/x") == 403


def test_a_server_that_is_not_there_is_told_too():
    office = Office("http://127.0.0.1:1", Tokens("t"))
    for method in ("GET", "POST"):
        with pytest.raises(OfficeError, match="ConnectionRefused"):
            office.ask(method, "/v1/x")
