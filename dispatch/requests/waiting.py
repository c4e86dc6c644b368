"""What becomes of requests that wait for the end of something which explains them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.requests.history import RELEASED, event_row, write_events
from dispatch.requests.models import ServiceRequest
from dispatch.requests.progress import RequestState
from kernel.bulk import update_rows
from kernel.unit_of_work import Reading, UnitOfWork


def release(uow: UnitOfWork, explained_by: UUID) -> int:
    """Put the requests that waited back before a person, tell their owners, and return how many there were.

    They are not taken for solved: the customer is asked. A constant number of statements.
    """
    columns = (ServiceRequest.id, ServiceRequest.region_id, ServiceRequest.title, ServiceRequest.owner_id)
    rows = uow.session.execute(
        select(*columns)
        .where(ServiceRequest.explained_by == explained_by, ServiceRequest.state == RequestState.WAITING.value)
        .order_by(ServiceRequest.id)
        .with_for_update()
    ).all()
    back = [{"id": row.id, "state": RequestState.UNCLASSIFIED.value} for row in rows]
    update_rows(uow.session, ServiceRequest, back, key=["id"])
    said = {"explained_by": str(explained_by)}
    write_events(uow, [event_row(uow, row.id, row.region_id, RELEASED, said) for row in rows])
    tell(
        uow,
        [
            Notice(
                "request.outage_over",
                f"request:{row.id}:released:{uow.now:%Y%m%d%H%M%S}",
                (row.owner_id,),
                {"title": row.title, "at": uow.now},
                row.region_id,
            )
            for row in rows
            if row.owner_id is not None
        ],
    )
    return len(rows)


def postpone(uow: UnitOfWork, explained_by: UUID, until: datetime) -> None:
    """Note until when requests wait now. One statement."""
    uow.session.execute(
        update(ServiceRequest)
        .where(ServiceRequest.explained_by == explained_by, ServiceRequest.state == RequestState.WAITING.value)
        .values(explained_until=until)
    )


def count_waiting(reading: Reading, explained_by: UUID) -> int:
    """Return how many requests wait for the end of something, without a scope of its own. One statement."""
    statement = select(func.count()).where(
        ServiceRequest.explained_by == explained_by, ServiceRequest.state == RequestState.WAITING.value
    )
    return reading.session.scalar(statement) or 0


def customer_of(reading: Reading, request_id: UUID) -> UUID | None:
    """Return whose a request is, if that is known, without a scope of its own. One statement."""
    return reading.session.scalar(select(ServiceRequest.customer_id).where(ServiceRequest.id == request_id))
