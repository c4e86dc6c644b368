"""What happens to ops that wait by itself: those that this server has learnt to read since go on."""

from collections.abc import Sequence
from typing import Any

from kernel.actor import system_actor
from kernel.runtime import Runtime
from sync.quarantine.learnt import go_on
from sync.reconcile.runner import DRAIN

LEARN = "ops.learn"
LEARN_SIZE = 500
"""Ops that one transaction looks at."""


def learn(runtime: Runtime) -> None:
    """Replay what waited only for a newer server, some hundreds in each transaction, and ring for its regions."""
    after: Sequence[Any] | None = None
    regions = set()
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            found = go_on(uow, after=after, limit=LEARN_SIZE)
        regions |= set(found.regions)
        after = found.after
        if after is None:
            break
    for region_id in sorted(regions):
        runtime.queue.ring(DRAIN, str(region_id))
