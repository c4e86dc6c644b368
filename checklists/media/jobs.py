"""Looks into pictures that came in: thumbnails, and what they say of time and place."""

import io
import tempfile
from zoneinfo import ZoneInfo

import structlog

from checklists.media import looking
from checklists.media.looking import Waiting
from checklists.media.thumbnails import look_into
from kernel.actor import system_actor
from kernel.job_queue import Lane
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

LOOK = "media.look"
IN_MEMORY = 8 * 1024 * 1024


def look_at_pictures(runtime: Runtime) -> None:
    """Look into the picture that has waited longest, and ring for the next; no transaction is open meanwhile."""
    with runtime.unit_of_work(system_actor()) as uow:
        waiting = looking.take(uow)
    if waiting is None:
        return
    try:
        _look(runtime, waiting)
    except OSError as error:  # store or disk: as long as it takes
        log.warning("picture not looked at yet", file_id=str(waiting.id), error=repr(error))
        with runtime.unit_of_work(system_actor(waiting.region_id)) as uow:
            looking.postpone(uow, waiting.id)
    except Exception:  # it is tried again when the lease is over, a few times
        log.exception("picture not looked at", file_id=str(waiting.id))
    runtime.queue.ring(LOOK, lane=Lane.SLOW)


def _look(runtime: Runtime, waiting: Waiting) -> None:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as source:
        for piece in runtime.blobs.read(waiting.digest):
            source.write(piece)
        source.seek(0)
        look = look_into(source, ZoneInfo(waiting.timezone))  # type: ignore[arg-type]
    kept = {size: runtime.blobs.put(io.BytesIO(content)) for size, content in look.thumbnails.items()}
    with runtime.unit_of_work(system_actor(waiting.region_id)) as uow:
        looking.keep(uow, waiting.id, look.claims, kept)
