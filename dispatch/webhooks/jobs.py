"""The jobs of webhooks: makes messages of what happened and sends them, a bounded number of receivers at once."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

import structlog

from dispatch.notifications.addresses import AddressRules
from dispatch.outward.answer import Answer
from dispatch.outward.posting import Line
from dispatch.outward.target import read_target
from dispatch.webhooks import delivering, errors, service
from dispatch.webhooks.delivering import Sent, Turn
from dispatch.webhooks.fanning import fan_out
from kernel.actor import system_actor
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

DELIVER, FORGET = "webhooks.deliver", "webhooks.forget"
FAN_SIZE = 100
"""Rows of the outbox that one transaction makes messages of."""
FORGET_SIZE = 1_000
ROUND_SECONDS = 20.0
"""How long one run begins new turns; then what else is slow has its chance, and the next ring goes on."""
TURN_SECONDS = 5.0
"""How long one turn begins new messages."""


def deliver(runtime: Runtime) -> None:
    """Make messages of what happened, and send what is due; no transaction is open while a receiver is asked."""
    more = True
    while more:
        with runtime.unit_of_work(system_actor()) as uow:
            more = fan_out(uow, limit=FAN_SIZE) == FAN_SIZE
    began = time.monotonic()
    at_once = runtime.settings.webhook_at_once
    with ThreadPoolExecutor(at_once, thread_name_prefix="webhook") as senders:
        under_way: dict[Future[list[Sent]], Turn] = {}
        while True:
            free = at_once - len(under_way) if time.monotonic() - began < ROUND_SECONDS else 0
            for turn in _claimed(runtime, free):
                under_way[senders.submit(send, turn, _sender(runtime), runtime.clock)] = turn
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                _settle(runtime, under_way.pop(one), one.result())


def _claimed(runtime: Runtime, limit: int) -> list[Turn]:
    if limit == 0:
        return []
    with runtime.unit_of_work(system_actor()) as uow:
        return delivering.claim(uow, limit=limit)


def _settle(runtime: Runtime, turn: Turn, sent: list[Sent]) -> None:
    with runtime.unit_of_work(system_actor()) as uow:
        days = timedelta(days=runtime.settings.webhook_disable_days)
        delivering.settle(uow, turn, sent, disable_after=days)


Dial = Callable[[str], Line]
"""Makes a line to an address. Raises DomainError where none may be made."""


def _sender(runtime: Runtime) -> Dial:
    rules, seconds = AddressRules.of(runtime.settings), float(runtime.settings.webhook_timeout_seconds)
    return lambda url: Line(read_target(url, rules, errors.ADDRESS), rules, seconds=seconds)


def send(turn: Turn, dial: Dial, clock: Clock) -> list[Sent]:
    """Send the messages of a turn in their order, over one connection, until the receiver seems to be down or time is over."""
    began, sent = time.monotonic(), []
    try:
        line = dial(turn.url)
    except DomainError as refused:
        # It was allowed once; the operator's rules are others by now.
        return [Sent(one.delivery_id, clock.now(), Answer(None, 0, refused.code)) for one in turn.letters[:1]]
    with line:
        for letter in turn.letters:
            at = clock.now()
            answer = line.post(letter.body, letter.headers(at, turn.secrets))
            sent.append(Sent(letter.delivery_id, at, answer))
            if answer.is_down or time.monotonic() - began > TURN_SECONDS:
                break
    return sent


def send_test(runtime: Runtime, turn: Turn) -> Answer:
    """Send the message that shows whether a receiver works, and note how it fared."""
    sent = send(turn, _sender(runtime), runtime.clock)
    with runtime.unit_of_work(system_actor()) as uow:
        delivering.settle_test(uow, sent[0])
    return sent[0].answer


def forget(runtime: Runtime) -> None:
    """Delete messages that ended long ago, some at a time, until none is left."""
    days = timedelta(days=runtime.settings.webhook_keep_days)
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if service.forget(uow, ended_before=uow.now - days, limit=FORGET_SIZE) < FORGET_SIZE:
                return
