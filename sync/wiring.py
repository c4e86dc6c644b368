"""What sync brings to the process: its jobs, and which of them recur."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from kernel import outbox
from kernel.actor import system_actor
from kernel.jobs import Periodic
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.reconcile.runner import DRAIN, drain, sweep

SWEEP, SEND = "sync.sweep", "kernel.send"
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


JOBS: Mapping[str, Callable[..., None]] = {DRAIN: drain, SWEEP: sweep, SEND: send}


def periodic(settings: Settings) -> tuple[Periodic, ...]:
    """The jobs that recur, and how often."""
    return (Periodic(SWEEP, settings.sweep_seconds), Periodic(SEND, settings.sweep_seconds))
