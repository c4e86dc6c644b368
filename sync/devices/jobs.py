"""What is done about phones by itself."""

from datetime import timedelta
from uuid import UUID

from kernel.actor import system_actor
from kernel.runtime import Runtime
from sync.devices.poking import poke
from sync.devices.silence import remind

POKE, SILENCE = "devices.poke", "devices.silence"
POKE_SIZE = 1_000
"""Phones that one transaction looks at."""
SILENCE_SIZE = 500


def poke_phones(runtime: Runtime) -> None:
    """Leave pokes for the phones with news that hold no stream, and have the outbox looked at if there are any."""
    every = timedelta(seconds=runtime.settings.gateway_every_seconds)
    looked = POKE_SIZE
    while looked == POKE_SIZE:
        with runtime.unit_of_work(system_actor()) as uow:
            looked = poke(uow, limit=POKE_SIZE, every=every)


def remind_of_silence(runtime: Runtime) -> None:
    """Tell managers of phones that fell silent, some hundreds in each transaction."""
    silent = timedelta(days=runtime.settings.device_silent_days)
    after: UUID | None = None
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            after = remind(uow, silent=silent, limit=SILENCE_SIZE, after=after)
        if after is None:
            return
