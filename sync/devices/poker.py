"""Wakes phones through push gateways, out of the outbox: an empty message (RFC 8030), which says only that there is news."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from dispatch.notifications.addresses import AddressRules
from dispatch.outward.posting import Line
from dispatch.outward.target import Target, read_target
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.outbox import Later
from kernel.runtime import Runtime
from sync.devices import errors, gateway
from sync.devices.vapid import signed

log = structlog.get_logger(__name__)

TTL_SECONDS = 24 * 3600
"""How long a gateway keeps a poke for a phone that is off. One that was not delivered in this time is given up here, too."""
HEADERS = {"TTL": str(TTL_SECONDS), "Urgency": "normal", "Topic": "fieldbeat", "User-Agent": "Fieldbeat/1"}
"""The topic lets a newer poke take the place of one that still waits at the gateway."""
TIMEOUT_SECONDS = 5.0
REST_SECONDS = 60.0
"""How long a gateway is left alone that did not answer: the outbox has other things to send meanwhile."""
GONE = frozenset({404, 410})
LONGEST_WISH = timedelta(hours=6)


class GatewayError(Exception):
    """A gateway did not take a poke. The message does not name it: its address is a secret."""


class Poker:
    """Sends pokes; one for each process that empties the outbox."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._rests: dict[tuple[str, int], float] = {}

    def poke(self, key: str, payload: Mapping[str, Any]) -> None:
        """Wake a phone, unless it knows already, or a newer poke is under way.

        A gateway that does not know the endpoint any more is asked no more. Raises Later, GatewayError.
        """
        device_id, now = UUID(payload["device_id"]), self._runtime.clock.now()
        with self._runtime.reading(system_actor()) as reading:
            found = gateway.waking(reading, device_id)
        if found is None or found.poked_seq != payload["seq"]:
            return
        if now - datetime.fromisoformat(payload["at"]) > timedelta(seconds=TTL_SECONDS):
            log.warning("no gateway took this poke", key=key)
            return
        rules = AddressRules.of(self._runtime.settings)
        try:
            target = read_target(found.endpoint, rules, errors.GATEWAY)
        except DomainError:
            self._forget(device_id, found.endpoint)  # allowed once; the operator's rules are others by now
            return
        self._send(device_id, found.endpoint, target, rules)

    def _send(self, device_id: UUID, endpoint: str, target: Target, rules: AddressRules) -> None:
        place, now = (target.host, target.port), self._runtime.clock.now()
        if (left := self._rests.get(place, 0.0) - time.monotonic()) > 0:
            raise Later(now + timedelta(seconds=left))
        with Line(target, rules, seconds=TIMEOUT_SECONDS) as line:
            answer = line.post(b"", {**HEADERS, **signed(self._runtime.settings, target, now)})
        if answer.is_taken:
            return
        if answer.status in GONE:
            self._forget(device_id, endpoint)
            return
        if answer.is_down:
            self._rests[place] = time.monotonic() + REST_SECONDS
        if answer.retry_after is not None:
            raise Later(now + min(answer.retry_after, LONGEST_WISH))
        raise GatewayError(answer.says)

    def _forget(self, device_id: UUID, endpoint: str) -> None:
        with self._runtime.unit_of_work(system_actor()) as uow:
            gateway.forget_gateway(uow, device_id, endpoint=endpoint)
        log.info("a gateway does not know this phone any more", device_id=str(device_id))
