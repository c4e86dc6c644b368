"""What sync brings to the process: its jobs, and which of them recur."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from checklists.media import service as media
from dispatch.notifications.service import TOPIC as NOTIFICATIONS
from dispatch.work_orders.alerts import TOPIC as NOTICES
from dispatch.work_orders.alerts import sweep_clocks
from dispatch.work_orders.due import SWEEPS
from kernel import outbox
from kernel.actor import system_actor
from kernel.jobs import Periodic
from kernel.outbox import Send
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.devices.queries import last_pushes
from sync.reconcile.runner import DRAIN, drain, sweep

log = structlog.get_logger(__name__)

SWEEP, SEND, WATCH, MOVE = "sync.sweep", "kernel.send", "sla.watch", "orders.move"
WATCH_SIZE = 500
"""Clocks that one transaction looks at."""
MOVE_SIZE = 200
"""Orders that one transaction moves on by itself."""
SWEEP, SEND, WATCH = "sync.sweep", "kernel.send", "sla.watch"
MEDIA = "media.overdue"
HOUR = 3600.0
WATCH_SIZE = 500
"""Clocks, or files, that one transaction looks at."""
LEASE = timedelta(minutes=5)


def send(runtime: Runtime) -> None:
    """Send what waits in the outbox; what could not be sent comes again later."""
    topics = sorted(runtime.senders)
    with runtime.unit_of_work(system_actor()) as uow:
        claimed = outbox.claim(uow.session, topics, now=uow.now, lease=LEASE)
    if not claimed:
        return
    outcome = outbox.send(claimed, runtime.senders)
    with runtime.unit_of_work(system_actor()) as uow:
        outbox.settle(uow.session, claimed, outcome, now=uow.now)


def watch_clocks(runtime: Runtime) -> None:
    """Look at all service clocks that are due, region by region, until none is left."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if sweep_clocks(uow, limit=WATCH_SIZE, last_pushes=last_pushes) == 0:
                return


def move_orders(runtime: Runtime) -> None:
    """Do to orders what their time has come for, in sets, until nothing is left."""
    for act in SWEEPS:
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                if act(uow, limit=MOVE_SIZE) == 0:
                    break


def flag_overdue_media(runtime: Runtime) -> None:
    """Mark the orders whose photos did not come in time, until none is left."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if media.flag_overdue(uow, limit=WATCH_SIZE) == 0:
                return


def log_notice(key: str, payload: Mapping[str, Any]) -> None:
    """Send a notice nowhere but to the log: what the product does until it is told of a way to reach people."""
    log.info("service-level notice", key=key, **{name: payload[name] for name in ("number", "clock", "notice", "to")})


def log_notification(key: str, payload: Mapping[str, Any]) -> None:
    """Send a notice to a person nowhere but to the log; it is in their inbox already."""
    log.info("notification", key=key, notification_id=payload["notification_id"])


JOBS: Mapping[str, Callable[..., None]] = {
    DRAIN: drain,
    SWEEP: sweep,
    SEND: send,
    WATCH: watch_clocks,
    MOVE: move_orders,
    MEDIA: flag_overdue_media,
}
SENDERS: Mapping[str, Send] = {NOTICES: log_notice, NOTIFICATIONS: log_notification}


def periodic(settings: Settings) -> tuple[Periodic, ...]:
    """The jobs that recur, and how often."""
    return (*(Periodic(job, settings.sweep_seconds) for job in (SWEEP, SEND, WATCH, MOVE)), Periodic(MEDIA, HOUR))
