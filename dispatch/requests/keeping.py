"""Stores a request that was received, with the beginning of its history."""

from dataclasses import asdict

from dispatch.requests import history
from dispatch.requests.events import RequestExplained
from dispatch.requests.history import event_row, write_events
from dispatch.requests.linking import Case
from dispatch.requests.models import ServiceRequest
from dispatch.requests.policy import Proposal
from dispatch.requests.progress import RequestState
from dispatch.requests.receiving import OTHER_SOURCE, OWN_SOURCE, NewRequest, Received
from kernel.bulk import insert_rows
from kernel.sealed_columns import seal_row
from kernel.unit_of_work import UnitOfWork


def store(uow: UnitOfWork, new: NewRequest, case: Case, received: Received, proposal: Proposal | None) -> None:
    """Write a request as it came in, what the rules made of it, and what became of it. Two statements."""
    own = new.external_ref is None
    outage = received.planned_outage
    row = {
        "id": case.request_id,
        "region_id": case.places.region_id,
        "station_id": case.places.station_id,
        "group_id": case.places.group_id,
        "zone_id": case.places.zone_id,
        "source": new.source or (OWN_SOURCE if own else OTHER_SOURCE),
        "external_ref": new.external_ref or str(case.request_id),
        "channel": case.channel.value,
        "category": new.category,
        "work_type": case.work_type,
        "proposed_work_type": received.proposed_work_type,
        "priority": case.priority.value,
        "title": case.title,
        "description": case.description,
        "contact_name": new.contact_name,
        "contact_phone": case.phone,
        "contact_email": case.email,
        "customer_id": case.customer_id,
        "site_id": case.site_id,
        "asset_id": case.asset_id,
        "address": new.address,
        "lat": case.lat,
        "lon": case.lon,
        "coordinate_system": new.coordinate_system.value,
        "zone_by": None if received.zone_by is None else received.zone_by.value,
        "zone_decision_id": received.zone_decision_id,
        "needs_zone": None if received.needs_zone is None else received.needs_zone.value,
        "first_owner_id": case.owner_id,
        "owner_id": case.owner_id,
        "work_order_id": received.work_order_id,
        "duplicate_of_id": received.duplicate_of,
        "state": received.state.value,
        "answer": new.answer,
        "explained_by": None if outage is None else outage.id,
        "explained_until": None if outage is None else outage.until,
        "received_at": case.received_at,
        "expected_at": new.expected_at,
        "resolved_at": uow.now if received.state is RequestState.RESOLVED else None,
        "closed_at": None,
        "created_at": uow.now,
    }
    insert_rows(uow.session, ServiceRequest, [seal_row(uow.sealer, ServiceRequest, row)])
    said = {
        "state": received.state.value,
        "work_order_id": None if received.work_order_id is None else str(received.work_order_id),
        "duplicate_of": None if received.duplicate_of is None else str(received.duplicate_of),
        "proposal": None if proposal is None else asdict(proposal),
        "attachments": [asdict(one) for one in new.attachments] or None,
        "join": None if new.join else False,
    }
    write_events(uow, [event_row(uow, case.request_id, case.places.region_id, history.RECEIVED, said)])
    if outage is not None:
        uow.publish(RequestExplained(case.request_id, case.places.region_id, outage))
