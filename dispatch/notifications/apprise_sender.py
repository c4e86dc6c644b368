"""Delivers letters through Apprise: mail, WeCom, DingTalk, Feishu, webhooks."""

import logging
from contextlib import nullcontext

from dispatch.notifications.addresses import AddressRules, plugin_for, read_address
from dispatch.notifications.letters import Deliver, DeliveryError, Letter
from dispatch.notifications.outside import InsideError, only_outside
from kernel.errors import DomainError

SECONDS = 5.0
"""How long a service may take to answer."""
KEY_HEADER = "Idempotency-Key"

# Its lines tell addresses with what is secret in them.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


def sender(rules: AddressRules) -> Deliver:
    """Return what delivers letters by these rules."""

    def deliver(letter: Letter) -> None:
        try:
            read_address(letter.url, rules)
        except DomainError as error:
            raise DeliveryError(error.code) from None
        plugin = plugin_for(letter.url)
        assert plugin is not None  # its address was read just now
        plugin.socket_connect_timeout = plugin.socket_read_timeout = SECONDS
        headers = getattr(plugin, "headers", None)
        if isinstance(headers, dict):
            headers[KEY_HEADER] = letter.key
        try:
            with nullcontext() if rules.internal else only_outside():
                taken = plugin.notify(body=letter.body, title=letter.title)
        except InsideError as error:
            raise DeliveryError("the address leads into our own network") from error
        except Exception as error:  # a plugin may raise anything, with secrets in its words
            raise DeliveryError(f"the service could not be reached ({type(error).__name__})") from None
        if not taken:
            raise DeliveryError("the service did not take the message")

    return deliver
