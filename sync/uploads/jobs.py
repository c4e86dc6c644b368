"""Looks at what was uploaded, and forgets what nobody goes on with."""

import structlog
from sqlalchemy.exc import OperationalError

from checklists.media import service as media
from checklists.media.jobs import LOOK
from kernel.actor import Actor, system_actor
from kernel.errors import DomainError
from kernel.job_queue import Lane
from kernel.runtime import Runtime
from sync.uploads import errors, service
from sync.uploads.pieces import Pieces
from sync.uploads.service import Received

log = structlog.get_logger(__name__)

VERIFY, EXPIRE = "uploads.verify", "uploads.expire"
EXPIRE_SIZE = 500


def pieces_of(runtime: Runtime) -> Pieces:
    """Return where the bytes of uploads are that are under way."""
    return Pieces(runtime.settings.data_dir / "uploads")


def verify_uploads(runtime: Runtime) -> None:
    """Look at the upload that has waited longest, and ring for the next: its bytes become a file of its order, or it fails.

    The bytes are put aside by their content before the transaction begins; a worker that dies anywhere is followed by another.
    """
    with runtime.unit_of_work(system_actor()) as uow:
        taken = service.take(uow)
    if taken is None:
        return
    try:
        _verify(runtime, taken)
    except (OSError, OperationalError) as error:  # full, read-only, unreachable: as long as it takes
        log.warning("upload not kept yet", upload_id=str(taken.id), error=repr(error))
        with runtime.unit_of_work(system_actor()) as uow:
            service.postpone(uow, taken.id)
    except Exception:  # it is tried again when the lease is over, a few times, and then failed with a code
        log.exception("upload not verified", upload_id=str(taken.id))
    runtime.queue.ring(VERIFY, lane=Lane.SLOW)


def _verify(runtime: Runtime, taken: Received) -> None:
    pieces = pieces_of(runtime)
    if pieces.size(taken.id) != taken.length:
        # Its bytes are gone, as after a restored backup: the phone, which still has them, begins anew.
        with runtime.unit_of_work(system_actor(taken.region_id)) as uow:
            service.settle(uow, taken.id, code=errors.BYTES_LOST.code)
        return
    author = Actor.person(taken.user_id, taken.region_id, (), device_id=taken.device_id)

    def ask(digest: str) -> None:
        with runtime.reading(author) as reading:
            media.check_same(reading, order_id=taken.work_order_id, media_id=taken.media_id, digest=digest)

    try:
        with pieces.read(taken.id) as source:
            stored = media.store_picture(runtime.blobs, source, taken.sha256, ask)
        with runtime.unit_of_work(author) as uow:
            media.take_in(
                uow,
                region_id=taken.region_id,
                order_id=taken.work_order_id,
                media_id=taken.media_id,
                stored=stored,
            )
            service.settle(uow, taken.id)
        runtime.queue.ring(LOOK, lane=Lane.SLOW)
    except DomainError as error:
        with runtime.unit_of_work(system_actor(taken.region_id)) as uow:
            service.settle(uow, taken.id, code=error.code)
    pieces.remove(taken.id)


def expire_uploads(runtime: Runtime) -> None:
    """Forget open uploads that were left alone for days, and their bytes; and bytes that no upload needs any more.

    One whose bytes are all here is looked at instead: who took the last of them died before noting it.
    """
    while True:
        with runtime.unit_of_work(system_actor()) as uow:
            complete, gone = service.expire(uow, limit=EXPIRE_SIZE, size_of=pieces_of(runtime).size)
        if complete:
            runtime.queue.ring(VERIFY, lane=Lane.SLOW)
        for key in gone:
            pieces_of(runtime).remove(key)
        if not complete and not gone:
            break
    left = pieces_of(runtime).left_since(runtime.clock.now() - service.EXPIRES)
    for at in range(0, len(left), EXPIRE_SIZE):
        with runtime.reading(system_actor()) as reading:
            unneeded = service.unknown(reading, left[at : at + EXPIRE_SIZE])
        for key in unneeded:
            pieces_of(runtime).remove(key)
