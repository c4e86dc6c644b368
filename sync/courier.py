"""Carries notices to the channels of people and teams, and messages to customers' phones, out of the outbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from dispatch.notifications import delivery
from dispatch.notifications.kinds import MessageStatus
from dispatch.notifications.letters import Deliver, DeliveryError, Letter
from dispatch.notifications.notice import unmasked
from kernel.actor import system_actor
from kernel.outbox import Later
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
"""A message that no channel took in this time is not tried again; in the inbox it is all the same."""


class Courier:
    """Delivers from the outbox: looks where something goes, lets go of the database, delivers, and notes what came of it."""

    def __init__(self, runtime: Runtime, deliver: Deliver) -> None:
        self.runtime = runtime
        self.deliver = deliver

    def notify(self, key: str, payload: Mapping[str, Any]) -> None:
        """Send a notice to the channels that have not got it yet; without channels it is told to the log.

        Raises Later in quiet hours, DeliveryError when a channel did not take it.
        """
        with self.runtime.reading(system_actor()) as reading:
            found = delivery.parcel(reading, UUID(payload["notification_id"]))
        if found is None:
            return
        if found.waits_until is not None:
            raise Later(found.waits_until)
        if not found.addresses:
            log.info("notification", key=key, notification_id=str(found.id))
            return
        outcomes = {
            channel_id: self._try(Letter(url, found.title, found.body, f"{key}:{channel_id}"))
            for channel_id, url in found.addresses.items()
        }
        with self.runtime.unit_of_work(system_actor()) as uow:
            delivery.note_deliveries(uow, found.id, outcomes)
        errors = [error for error in outcomes.values() if error is not None]
        if errors and not self._is_too_old(found.created_at, key):
            raise DeliveryError("; ".join(dict.fromkeys(errors)))

    def message_customer(self, key: str, payload: Mapping[str, Any]) -> None:
        """Send a message to a customer by the way of their region.

        Raises Later in quiet hours, DeliveryError when it was not taken.
        """
        with self.runtime.reading(system_actor()) as reading:
            found = delivery.customer_parcel(reading, UUID(payload["message_id"]))
        if found is None:
            return
        if found.waits_until is not None:
            raise Later(found.waits_until)
        if found.address is None:
            self._note(found.id, MessageStatus.NO_CHANNEL)
            return
        body = unmasked(found.body, payload.get("secrets") or {})
        error = self._try(Letter(found.address, found.title, body, key))
        if error is None:
            self._note(found.id, MessageStatus.SENT)
        elif self._is_too_old(found.created_at, key):
            self._note(found.id, MessageStatus.FAILED, error)
        else:
            raise DeliveryError(error)

    def _try(self, letter: Letter) -> str | None:
        try:
            self.deliver(letter)
        except DeliveryError as error:
            return str(error)
        return None

    def _note(self, message_id: UUID, status: MessageStatus, error: str | None = None) -> None:
        with self.runtime.unit_of_work(system_actor()) as uow:
            delivery.note_message(uow, message_id, status, error)

    def _is_too_old(self, created_at: datetime, key: str) -> bool:
        too_old = self.runtime.clock.now() - created_at >= GIVE_UP_AFTER
        if too_old:
            log.warning("no channel took this message", key=key)
        return too_old
