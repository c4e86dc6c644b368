"""Prints the reports that are wanted."""

import io

import structlog

from checklists.reports import service
from checklists.reports.gathering import Wanted, gather
from checklists.reports.pdf import print_report
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
    except Exception:  # it is tried again when the lease is over, a few times, and then failed where people look
        log.exception("report not made", report_id=str(taken.id))
    # A job for each, so that none runs into the limit of time, and a worker of both lanes looks at what is quick in between.
    runtime.queue.ring(MAKE, lane=Lane.SLOW)


def _make(runtime: Runtime, taken: Taken) -> None:
    with runtime.reading(system_actor()) as reading:
        wanted = Wanted(taken.work_order_id, taken.locale, taken.code, runtime.settings.public_address)
        report = gather(reading, wanted)
    printed = print_report(report, lambda digest: _read(runtime, digest))
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


def _read(runtime: Runtime, digest: str) -> bytes | None:
    try:
        return b"".join(runtime.blobs.read(digest))
    except KeyError:
        return None
