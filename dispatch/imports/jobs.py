"""Takes imports further: one batch in each transaction, as whoever wanted it, so that a worker may be killed anywhere."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from dispatch.accounts.queries import actor_of_user
from dispatch.imports import errors, queries, running, service
from dispatch.imports.queries import Turn
from kernel.actor import Actor, system_actor
from kernel.audit.acts import Origin
from kernel.errors import DomainError
from kernel.job_queue import Lane
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

WORK = "imports.work"
FORGET = "imports.forget"
KEPT = timedelta(days=90)
"""How long the lines of a file are kept after anything was done with them."""
FORGET_SIZE = 20


def work(runtime: Runtime) -> None:
    """Do one batch of the import that waited longest, and ring for the next."""
    if do_next(runtime):
        # A job for each batch, so that none runs into the limit of time, and imports take turns.
        runtime.queue.ring(WORK, lane=Lane.SLOW)


def do_next(runtime: Runtime) -> bool:
    """Do one batch of the import that waited longest and that no other worker is at; tells whether there was one."""
    with runtime.reading(system_actor()) as reading:
        waiting = queries.turns(reading)
    return any(_do(runtime, turn) for turn in waiting)


def _do(runtime: Runtime, turn: Turn) -> bool:
    def identify(session: Session, now: datetime) -> Actor:
        try:
            return actor_of_user(session, turn.asked_by, now)
        except DomainError as error:
            raise errors.PERSON_GONE() from error

    try:
        with runtime.unit_of_work(identify, _origin(turn)) as uow:
            return running.go_on(uow, turn)
    except DomainError as refused:
        with runtime.unit_of_work(system_actor()) as uow:
            running.fail(uow, turn.id, refused)
    except Exception:  # the next round tries again, some times; then it is failed where people look
        log.exception("batch of an import not done", import_id=str(turn.id))
        with runtime.unit_of_work(system_actor()) as uow:
            running.note_broken(uow, turn.id)
        return False
    return True


def _origin(turn: Turn) -> Origin:
    """Say where the changes of a batch come from; a trial changes nothing that anybody asks about."""
    action = f"import {turn.kind} ({turn.state.value})"
    return Origin(action, subject_id=turn.id, watched=turn.state in queries.CHANGING)


def forget(runtime: Runtime) -> None:
    """Drop imports that nobody did anything with for long, with their lines: these hold personal data."""
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            if service.forget(uow, before=uow.now - KEPT, limit=FORGET_SIZE) < FORGET_SIZE:
                return
