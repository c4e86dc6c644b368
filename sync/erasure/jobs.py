"""What is erased by itself: what is over by the rules of regions, and bytes of files that nobody may see any more."""

from sqlalchemy import delete, select

from kernel.actor import system_actor
from kernel.runtime import Runtime
from sync.erasure.models import ErasedFile
from sync.erasure.policy import Kind
from sync.erasure.retaining import erase_due, needed_still, regions_with_rules

RETAIN, REMOVE = "erasure.retain", "erasure.remove"
ROWS_AT_ONCE = {Kind.CUSTOMERS: 20, Kind.REQUESTS: 200, Kind.MEDIA: 100, Kind.NOTICES: 1_000, Kind.SIGN_INS: 1_000}
FILES_AT_ONCE = 100


def erase_what_is_over(runtime: Runtime) -> None:
    """Erase what the rules of each region no longer keep, some in each transaction, until nothing is left."""
    with runtime.reading(system_actor()) as reading:
        regions = regions_with_rules(reading)
    for region_id in regions:
        for kind, limit in ROWS_AT_ONCE.items():
            done = limit
            while done == limit:
                with runtime.unit_of_work(system_actor()) as uow:
                    done = erase_due(uow, region_id=region_id, kind=kind, limit=limit)
    remove_files(runtime)


def remove_files(runtime: Runtime) -> None:
    """Remove the bytes of files that were erased, unless another order has the same; what fails is tried in the next round."""
    while True:
        with runtime.reading(system_actor()) as reading:
            due = select(ErasedFile.digest).order_by(ErasedFile.digest).limit(FILES_AT_ONCE)
            digests = list(reading.session.scalars(due))
            going = sorted(set(digests) - needed_still(reading, digests))
        for digest in going:
            runtime.blobs.delete(digest)
        with runtime.unit_of_work(system_actor()) as uow:
            uow.session.execute(delete(ErasedFile).where(ErasedFile.digest.in_(digests)))
        if len(digests) < FILES_AT_ONCE:
            return
