"""What an order is created from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders.lifecycle import Status


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to create. Times are aware; a history that is imported brings its own status and times.

    `planned_until` is by when work that nobody asked for is to be done: its clocks run against that moment, whatever the tier.
    `template_code` names another checklist than that of the work type.
    """

    places: Places
    work_type: str
    priority: Priority
    title: str
    received_at: datetime
    description: str | None = None
    customer_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    first_owner_id: UUID | None = None
    parent_id: UUID | None = None
    id: UUID | None = None
    number: str | None = None
    status: Status = Status.OPEN
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    repeat_visit: bool = False
    planned_until: datetime | None = None
    template_code: str | None = None
