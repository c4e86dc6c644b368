"""Prints the reports that are wanted."""

import gc
import io

import structlog
from sqlalchemy.exc import OperationalError

from checklists.reports import service
from checklists.reports.gathering import Wanted, gather
from checklists.reports.service import Taken
from kernel.actor import system_actor
from kernel.job_queue import Lane
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

MAKE = "reports.make"


def make_reports(runtime: Runtime) -> None:
    """Print the report that has waited longest, and ring for the next; no transaction is open while one is printed."""
    with runtime.unit_of_work(system_actor()) as uow:
        taken = service.take(uow)
    if taken is None:
        return
    try:
        _make(runtime, taken)
    except (OSError, OperationalError) as error:  # store, disk or database: as long as it takes
        log.warning("report not made yet", report_id=str(taken.id), error=repr(error))
        with runtime.unit_of_work(system_actor()) as uow:
            service.postpone(uow, taken)
    except Exception:  # it is tried again when the lease is over, a few times, and then failed where people look
        log.exception("report not made", report_id=str(taken.id))
    # A job for each, so that none runs into the limit of time, and a worker of both lanes looks at what is quick in between.
    runtime.queue.ring(MAKE, lane=Lane.SLOW)


def _make(runtime: Runtime, taken: Taken) -> None:
    with runtime.reading(system_actor()) as reading:
        wanted = Wanted(taken.work_order_id, taken.locale, taken.code, runtime.settings.public_address)
        report = gather(reading, wanted)
    if report.digest != taken.content_digest and _gives_way(runtime, taken, report.digest):
        return
    from checklists.reports.pdf import print_report  # only who prints loads what it takes

    printed = print_report(report, lambda digest: _read(runtime, digest))
    # A font is a knot of objects, tens of MiB of them, which would lie about until the collector comes by itself: after many.
    gc.collect()
    file_digest, size = runtime.blobs.put(io.BytesIO(printed))
    with runtime.unit_of_work(system_actor()) as uow:
        service.keep(
            uow,
            taken=taken,
            content_digest=report.digest,
            revision=report.revision,
            file_digest=file_digest,
            size=size,
        )


def _gives_way(runtime: Runtime, taken: Taken, content_digest: str) -> bool:
    """Ask whether there is a report of that content, before a file is put into the store that nothing would name."""
    with runtime.unit_of_work(system_actor()) as uow:
        return service.gives_way(uow, taken, content_digest)


def _read(runtime: Runtime, digest: str) -> bytes | None:
    try:
        return b"".join(runtime.blobs.read(digest))
    except KeyError:
        return None
