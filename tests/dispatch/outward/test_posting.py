import threading
import time

import pytest

from dispatch.notifications.addresses import AddressRules
from dispatch.outward import posting
from dispatch.outward.posting import MOST_BYTES, Line
from dispatch.outward.target import Target, read_target
from dispatch.webhooks.errors import ADDRESS
from tests.dispatch.webhooks.receiver import CERTIFICATE, drip, hang, nobody_there, receiver

OUTSIDE, INSIDE = AddressRules(frozenset()), AddressRules(frozenset(), internal=True)


def post(url, times=1, *, seconds=0.4, rules=INSIDE):
    with Line(read_target(url, INSIDE, ADDRESS), rules, seconds=seconds) as line:
        return [line.post(b'{"n":1}', {"webhook-id": "msg_1"}) for _ in range(times)]


def test_a_message_is_sent_as_it_is_to_its_path_and_the_answer_is_told(hook):
    hook.behave = lambda handler: hook.answer(handler, 202, "谢谢\x00\x1b[31m".encode())
    (answer,) = post(hook.url)
    assert (answer.status, answer.error, answer.excerpt) == (202, None, "谢谢  [31m")
    assert answer.took_ms < 400
    (got,) = hook.got
    assert got.body == b'{"n":1}'
    assert (got.headers["host"], got.headers["user-agent"]) == (f"127.0.0.1:{hook.port}", "Fieldbeat-Webhooks/1")


def test_one_connection_serves_many_messages_and_is_made_anew_when_it_was_closed(hook):
    assert [one.status for one in post(hook.url, 5)] == [200] * 5
    assert hook.connections == 1

    def answer_and_close(handler):
        hook.answer(handler, 200)
        handler.connection.shutdown(2)
        handler.close_connection = True

    hook.behave = answer_and_close
    assert [one.status for one in post(hook.url, 3)] == [200] * 3
    assert hook.connections >= 3


def test_redirects_are_not_followed(hook):
    with receiver() as trap:
        hook.behave = lambda handler: hook.answer(handler, 302, Location=trap.url)
        (answer,) = post(hook.url)
    assert (answer.status, answer.is_taken, trap.got) == (302, False, [])


def test_no_proxy_is_asked(hook, monkeypatch):
    with receiver() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(hook.url)[0].status == 200
    assert proxy.got == []


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["nothing", "an endless header"])
def test_a_receiver_that_hangs_or_drips_is_cut_off_in_time(hook, first):
    hook.behave = lambda handler: drip(handler, hook.ended, first) if first else hang(handler, hook.ended)
    began = time.monotonic()
    (answer,) = post(hook.url)
    assert (answer.status, answer.error) == (None, "it did not answer within 0.4 s")
    assert time.monotonic() - began < 3


def test_the_status_counts_though_the_body_never_ends(hook):
    hook.behave = lambda handler: drip(handler, hook.ended, b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")
    began = time.monotonic()
    (answer,) = post(hook.url)
    assert answer.is_taken
    assert time.monotonic() - began < 3


def test_of_a_huge_answer_a_piece_is_read(hook):
    sent = []

    def flood(handler):
        handler.wfile.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            for _ in range(1000):
                handler.wfile.write(b"x" * 65536)
                sent.append(65536)
        except OSError:
            pass

    hook.behave = flood
    (answer,) = post(hook.url, seconds=5)
    assert (answer.status, answer.excerpt) == (500, "x" * 1000)
    assert answer.took_ms < 4000
    assert sum(sent) < 200 * MOST_BYTES


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2"], ids=["nothing", "nonsense", "half a line"])
def test_a_receiver_that_breaks_off_is_told_of(hook, said):
    def break_off(handler):
        handler.wfile.write(said)
        handler.close_connection = True

    hook.behave = break_off
    (answer,) = post(hook.url)
    assert answer.status is None
    assert "broke off" in (answer.error or "")


def test_where_nobody_listens_is_told_without_the_address():
    (answer,) = post(f"http://127.0.0.1:{nobody_there()}/very-secret")
    assert answer.error == "it could not be reached, or broke off (ConnectionRefusedError)"


def test_a_wish_for_a_pause_is_heard(hook):
    hook.behave = lambda handler: hook.answer(handler, 429, Retry_After="120")
    assert post(hook.url)[0].retry_after.total_seconds() == 120
    hook.behave = lambda handler: hook.answer(handler, 429, Retry_After="tomorrow")
    assert post(hook.url)[0].retry_after is None


def test_the_socket_itself_is_kept_from_our_own_network(hook, monkeypatch):
    """Even if the check of the address were fooled: nothing is connected to in here."""
    target = Target("127.0.0.1", hook.port, "/", tls=False)
    monkeypatch.setattr(posting, "resolve", lambda *_: ("127.0.0.1",))
    with Line(target, OUTSIDE, seconds=1) as line:
        answer = line.post(b"{}", {})
    assert (answer.status, answer.error) == (None, "it leads into our own network")
    assert hook.connections == 0


def test_certificates_are_checked(monkeypatch):
    with receiver(tls=True) as safe:
        (answer,) = post(safe.url, seconds=3)
        assert (answer.status, answer.error) == (None, "no safe connection (certificate_verify_failed)")
        trusting = posting.ssl.create_default_context(cafile=str(CERTIFICATE))
        monkeypatch.setattr(posting, "_tls", lambda: trusting)
        assert post(safe.url, seconds=3)[0].status == 200
        # The same server under a name that its certificate does not have.
        (answer,) = post(safe.url.replace("localhost", "127.0.0.1"), seconds=3)
        assert (answer.status, answer.error) == (None, "no safe connection (certificate_verify_failed)")
        assert len(safe.got) == 1


def test_lines_in_other_threads_are_not_kept_from_anything(hook):
    answers = []
    with Line(read_target("https://hooks.example.com/x", OUTSIDE, ADDRESS), OUTSIDE, seconds=1):
        thread = threading.Thread(target=lambda: answers.extend(post(hook.url)))
        thread.start()
        thread.join(10)
    assert [one.status for one in answers] == [200]
