"""Tells those who listen from outside that customers signed."""

from checklists.runs.events import RunsSigned
from dispatch.webhooks.capturing import Happening, note
from dispatch.webhooks.catalogue import SIGNED
from kernel.unit_of_work import UnitOfWork


def on_runs_signed(uow: UnitOfWork, event: RunsSigned) -> None:
    """Keep for webhooks that the checklists of these orders were signed, by the digest of what was signed."""
    happened = [
        Happening(
            uow.new_id(),
            SIGNED.name,
            run.region_id,
            run.work_order_id,
            uow.now,
            {"digest": run.digest.hex(), "revision": run.revision},
        )
        for run in event.runs
    ]
    note(uow, happened)
