"""HTTP as a phone has it."""

import gzip
import socket

import orjson
import pytest

from fieldbeat_client.wire import Answer, ConnectionLostError, Request, Wire


def test_a_request_goes_out_and_its_answer_comes_back(noting):
    wire = Wire(noting.url)
    answer = wire.send(Request.of("POST", "/v1/x", token="t", json={"a": 1}))
    wire.close()
    assert (answer.status, answer.json(), answer.headers["x-noted"]) == (200, {"a": 1}, "yes")
    assert noting.arrived == [("/v1/x", b'{"a":1}')]


def test_a_path_in_the_url_comes_first(noting):
    wire = Wire(noting.url + "/proxy/")
    wire.send(Request.of("GET", "/v1/x"))
    wire.close()
    assert noting.arrived == [("/proxy/v1/x", b"")]


def test_a_compressed_body_says_so_and_is_the_same_every_time():
    one, two = (Request.of("POST", "/", json={"a": 1}, compress=True) for _ in range(2))
    assert one.headers["Content-Encoding"] == "gzip"
    assert orjson.loads(gzip.decompress(one.body)) == {"a": 1}
    assert one.body == two.body


def test_json_that_is_written_already_is_sent_as_it_is():
    assert Request.of("POST", "/", json=b"[1]").body == b"[1]"


def test_headers_are_named_with_dashes():
    assert Request.of("GET", "/", token="t", If_None_Match="x").headers == {
        "If-None-Match": "x",
        "Authorization": "Bearer t",
    }


def test_a_server_that_is_not_there_is_a_lost_connection():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        wire = Wire(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(ConnectionLostError):
            wire.send(Request.of("GET", "/"))


def test_a_part_of_a_body_never_arrives_as_a_request(noting):
    wire = Wire(noting.url)
    wire.send_part(Request.of("POST", "/v1/cut", json={"a": 1}), 3)
    assert noting.wait_for_broken(1)
    assert noting.arrived == []


def test_what_is_not_json_is_read_as_none():
    assert Answer(200, {}, b"<html>").json() is None
