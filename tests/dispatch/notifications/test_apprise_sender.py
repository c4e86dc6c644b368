"""Messages arrive at real receivers on this machine, and nowhere where they must not."""

import logging

import pytest

from dispatch.notifications import apprise_sender
from dispatch.notifications.addresses import AddressRules
from dispatch.notifications.letters import DeliveryError, Letter
from tests.receivers import mailbox, webhook

SERVICES = frozenset({"json", "mailto"})
INSIDE_TOO = apprise_sender.sender(AddressRules(SERVICES, internal=True))


def letter(url, key="k1"):
    return Letter(url, "工单 W-1 已超时", "请尽快处理。", key)


def test_a_webhook_gets_the_message_with_a_key_that_stays_the_same():
    with webhook() as hook:
        INSIDE_TOO(letter(hook.url))
        INSIDE_TOO(letter(hook.url))
    assert [(body["title"], body["message"]) for body in hook.bodies] == [("工单 W-1 已超时", "请尽快处理。")] * 2
    assert [headers["Idempotency-Key"] for headers, _ in hook.got] == ["k1", "k1"]


def test_a_mail_arrives():
    with mailbox() as box:
        INSIDE_TOO(letter(box.url))
    ((subject, text),) = box.got
    assert subject == "工单 W-1 已超时"
    assert "请尽快处理。" in text


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_service_that_refuses_or_sends_elsewhere_has_not_taken_it(status):
    with webhook() as elsewhere, webhook() as hook:
        hook.status, hook.headers = status, {"Location": elsewhere.url.replace("json", "http")}
        with pytest.raises(DeliveryError, match="did not take"):
            INSIDE_TOO(letter(hook.url))
        assert hook.asked == ["/hook"]
        assert elsewhere.asked == []


def test_a_service_that_is_not_there_has_not_taken_it():
    with webhook() as gone:
        pass
    with pytest.raises(DeliveryError):
        INSIDE_TOO(letter(gone.url))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_of_our_own_network_is_reached_whatever_the_address_says(host, monkeypatch):
    """A name that looks harmless when it is written may lead inside when it is used."""
    monkeypatch.setattr("dispatch.notifications.addresses.leads_inside", lambda _host: False)
    outside = apprise_sender.sender(AddressRules(SERVICES))
    with webhook() as hook:
        with pytest.raises(DeliveryError):
            outside(letter(hook.url.replace("127.0.0.1", host)))
        assert hook.asked == []


def test_an_address_that_is_no_longer_allowed_is_not_used():
    with webhook() as hook:
        with pytest.raises(DeliveryError, match="service_not_allowed"):
            apprise_sender.sender(AddressRules(frozenset({"mailto"}), internal=True))(letter(hook.url))
        with pytest.raises(DeliveryError, match="address_internal"):
            apprise_sender.sender(AddressRules(SERVICES))(letter(hook.url))
        assert hook.asked == []


def test_neither_errors_nor_the_log_tell_an_address(caplog, monkeypatch):
    with webhook() as hook:
        hook.status = 500
        url = hook.url + "/very-secret-token"
        with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError) as caught:
            INSIDE_TOO(letter(url))
    assert "very-secret-token" not in str(caught.value)
    told = [record for record in caplog.records if record.name.startswith("apprise")]
    assert told == []
