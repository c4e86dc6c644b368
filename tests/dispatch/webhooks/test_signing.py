from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from dispatch.webhooks import signing
from kernel.identifiers import new_secret_bytes

KEY = UUID("01930000-0000-7000-8000-000000000001")
BODY = '{"type":"work_order.completed","data":{"name":"涟水"}}'.encode()
OLD, NEW = new_secret_bytes(), new_secret_bytes()


def now():
    return datetime.now(UTC)


@pytest.mark.parametrize("secrets", [(NEW,), (NEW, OLD)], ids=["one secret", "two secrets"])
def test_the_librarys_own_verification_takes_a_message_by_any_valid_secret(secrets):
    headers = signing.headers(KEY, now(), BODY, secrets)
    for secret in secrets:
        assert Webhook(signing.shown(secret)).verify(BODY, headers)["type"] == "work_order.completed"
    assert headers["webhook-id"] == "msg_01930000000070008000000000000001"


def test_a_message_that_was_changed_is_old_or_has_another_secret_is_not_taken():
    receiver = Webhook(signing.shown(NEW))
    for body, headers in (
        (BODY.replace(b"completed", b"cancelled"), signing.headers(KEY, now(), BODY, [NEW])),
        (BODY, signing.headers(KEY, now(), BODY, [OLD])),
        (BODY, signing.headers(KEY, now() - timedelta(minutes=6), BODY, [NEW])),
        (BODY, signing.headers(KEY, now(), BODY, [NEW]) | {"webhook-id": "msg_other"}),
    ):
        with pytest.raises(WebhookVerificationError):
            receiver.verify(body, headers)


def test_it_signs_as_the_library_does():
    at = datetime(2026, 11, 22, 1, 30, 0, 999999, tzinfo=UTC)
    headers = signing.headers(KEY, at, BODY, [NEW])
    assert headers["webhook-signature"] == Webhook(signing.shown(NEW)).sign(headers["webhook-id"], at, BODY.decode())
    assert headers["webhook-timestamp"] == str(int(at.timestamp()))
