"""A phone hears of news by whatever way there is, and is never left without one."""

import contextlib
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fieldbeat_client.exchange import RefusedError
from tests.bench.simulator.peers import QUICK, phone

HABITS = replace(QUICK, first_poke_seconds=0.3, silence_seconds=0.5, come_again_seconds=0.05, wait_seconds=1)
OPENING = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def poke(seq):
    return b'event: poke\ndata: {"seq": %d}\n\n' % seq


class Pokes(ThreadingHTTPServer):
    """Answers streams and questions for the head as the test says: `stream` and `head` are called with the handler."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.seq = 7
        self.stream = None
        self.head = lambda handler: handler.tell_head()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.server.asked.append(path.rpartition("/")[2])
        (self.server.stream if path.endswith("stream") else self.server.head)(self)
        self.close_connection = True

    def say(self, *parts, pause=0.0):
        with contextlib.suppress(ConnectionError):  # whoever listened has hung up
            for part in parts:
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(pause)

    def refuse(self, status):
        self.say(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}" % status)

    def tell_head(self):
        known = self.headers.get("If-None-Match") == f'"{self.server.seq}"'
        if known:
            time.sleep(0.1)
            return self.say(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
        body = b'{"seq":%d}' % self.server.seq
        return self.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body), body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def pokes():
    server = Pokes()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def news(pokes, seconds, habits=HABITS):
    one = phone(pokes.url, habits=habits)
    try:
        return list(one.news(seconds))
    finally:
        one.hang_up()


def test_each_poke_of_a_stream_is_told_once_and_its_end_is_no_end(pokes):
    def stream(handler):
        first = [] if len(pokes.asked) > 1 else [poke(7), b":\n\n"]
        handler.say(OPENING, b"retry: 20\n\n", *first, poke(9), pause=0.01)

    pokes.stream = stream
    assert news(pokes, 0.4) == [7, 9]
    assert pokes.asked.count("stream") > 2
    assert "head" not in pokes.asked


def test_it_comes_again_when_the_server_says_and_not_before(pokes):
    pokes.stream = lambda handler: handler.say(OPENING, b"retry: 60000\n\n", poke(7))
    assert news(pokes, 0.3) == [7]
    assert pokes.asked == ["stream"]


@pytest.mark.parametrize("status", [404, 502, 503])
def test_without_a_stream_it_asks_questions_that_wait(pokes, status):
    pokes.stream = lambda handler: handler.refuse(status)
    assert news(pokes, 0.5) == [7]
    assert pokes.asked.count("stream") == 1
    assert 2 <= pokes.asked.count("head") <= 12, "and not all the time, where nobody waits with the answer"


def test_a_portal_or_a_proxy_that_keeps_the_stream_back_is_no_stream(pokes):
    for keeping in (
        lambda handler: handler.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"),
        lambda handler: handler.say(OPENING, pause=0.6),
    ):
        pokes.asked.clear()
        pokes.stream = keeping
        assert news(pokes, 0.7) == [7]
        assert pokes.asked[:2] == ["stream", "head"]


def test_a_stream_that_fell_silent_or_a_server_that_is_away_is_asked_again(pokes):
    pokes.stream = lambda handler: handler.say(OPENING + b"retry: 1\n\n" + poke(len(pokes.asked)), pause=0.4)
    assert len(news(pokes, 1.5, replace(HABITS, silence_seconds=0.1))) >= 2
    pokes.stream = lambda handler: None
    pokes.asked.clear()
    assert news(pokes, 0.3) == []
    assert len(pokes.asked) >= 2


def test_a_phone_that_may_not_listen_is_told(pokes):
    pokes.stream = lambda handler: handler.refuse(403)
    with pytest.raises(RefusedError):
        news(pokes, 1)
