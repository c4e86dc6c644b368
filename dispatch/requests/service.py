"""What can be done with service requests: receive one, and find out whether it repeats another."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from dispatch.assets import queries as assets
from dispatch.cells import paragraph
from dispatch.customers.particulars import check_position, plain_email
from dispatch.customers.service import add_customer, add_site
from dispatch.geocoding.subjects import AddressesToLookUp, Subject, SubjectKind
from dispatch.requests import errors
from dispatch.requests.desk import answered
from dispatch.requests.keeping import store
from dispatch.requests.linking import Case, explain, join_earlier, order_for, take_turns
from dispatch.requests.models import ServiceRequest
from dispatch.requests.placing import Placed, place
from dispatch.requests.policy import Proposal
from dispatch.requests.policy_of import policy_at, propose
from dispatch.requests.progress import RequestState
from dispatch.requests.queries import in_scope
from dispatch.requests.receiving import DESK, OTHER_SOURCE, NewRequest, Received
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import position_to_wgs84
from dispatch.territory.deciding import keep_decision
from dispatch.texts import line, optional_line, optional_phone, plain_phone
from kernel.actor import SYSTEM_USER
from kernel.errors import FORBIDDEN, INVALID
from kernel.unit_of_work import UnitOfWork

LONGEST_DESCRIPTION = 4000


def receive(uow: UnitOfWork, *, request: NewRequest) -> Received:
    """Record a request and make its work order, or join it to the order of an earlier one that it repeats.

    Nothing is refused for being a duplicate: it is recorded, and put on the timeline of the order. Whoever takes the request
    owns it first (首问负责制). A request whose zone nobody can say lies in the region at large, and waits for one. What nobody
    knows the kind of waits for a person; what a planned outage explains waits for its end; an enquiry that was answered needs
    no order.

    Raises:
        Forbidden (forbidden): the actor takes no requests there;
        Invalid (request.place_missing, request.zone_not_found, request.site_wrong, customers.position_wrong, asset.not_of_site,
        work_order.work_type_unknown, invalid), with the path;
        NotFound (customers.site_unknown, customers.unknown, territory.region_unknown, asset.unknown);
        Conflict (request.zone_ambiguous): in two zones, named in `zones`, unless nobody is there to choose;
        Conflict (request.reference_used): for another request.
    """
    new = _about_asset(uow, _tidy(request))
    where = place(uow, new)
    region_id = where.places.region_id
    held = uow.actor.roles_over(region_id, where.places.station_id, where.places.group_id, where.places.zone_id)
    if held.isdisjoint(DESK):
        raise FORBIDDEN()
    policy = policy_at(uow, region_id, uow.now)
    proposal = None
    if new.work_type is None and new.answer is None:
        proposal = propose(uow, region_id, policy, new.category, new.title, new.description)
    sure = proposal is not None and new.channel not in policy.confirm
    case = _case(uow, uow.new_id(), new, where, proposal, sure=sure)
    reference = f"{new.source} {new.external_ref}" if new.external_ref else None
    take_turns(uow, region_id, reference, case.signature)
    again = _received_before(uow, region_id, new)
    if again is not None:
        return again
    return _settle(uow, new, where, case, proposal, policy.repeat_hours)


def _settle(
    uow: UnitOfWork,
    new: NewRequest,
    where: Placed,
    case: Case,
    proposal: Proposal | None,
    hours: float,
) -> Received:
    """Decide what becomes of a request that is new, and store it."""
    repeated = explanation = order_id = None
    state = RequestState.IN_HAND
    wants_order = new.answer is None and case.work_type != ""
    if wants_order and new.join:
        repeated = join_earlier(uow, case, hours)
    if repeated is not None:
        order_id = repeated.work_order_id
    else:
        where = _with_customer(uow, new, where)
        case = replace(case, customer_id=where.customer_id, site_id=where.site_id)
        if not wants_order:
            state = RequestState.UNCLASSIFIED if new.answer is None else RequestState.RESOLVED
        elif not new.despite_outage and (explanation := explain(uow, case)) is not None:
            state = RequestState.WAITING
        else:
            order_id = order_for(uow, case)
    if where.settles is not None and where.places.zone_id is not None:
        zone_id, zones = where.places.zone_id, where.settles.zones
        where = replace(where, decision_id=keep_decision(uow, zone_id=zone_id, where=where.where, zones=zones))
    received = Received(
        case.request_id,
        order_id,
        where.places.zone_id,
        where.zone_by,
        where.decision_id,
        where.needs if state is not RequestState.RESOLVED else None,
        None if repeated is None else repeated.request_id,
        state=state,
        proposed_work_type=None if proposal is None else proposal.work_type,
        planned_outage=explanation,
    )
    store(uow, new, case, received, proposal)
    if received.needs_zone is ZoneNeed.UNLOCATED and new.address is not None:
        subject = Subject(SubjectKind.REQUEST, case.request_id, case.places.region_id, new.address)
        uow.publish(AddressesToLookUp((subject,)))
    return received


def _case(
    uow: UnitOfWork,
    request_id: UUID,
    new: NewRequest,
    where: Placed,
    proposal: Proposal | None,
    *,
    sure: bool,
) -> Case:
    """Gather what an order would be made from; without a work type there will be none until a person says it."""
    proposed = proposal if sure else None
    work_type = new.work_type or (proposed.work_type if proposed is not None else "")
    return Case(
        request_id,
        where.places,
        work_type,
        new.priority or (proposal.priority if proposal is not None else None) or Priority.ROUTINE,
        new.title,
        new.received_at or uow.now,
        channel=new.channel,
        description=new.description,
        customer_id=where.customer_id,
        site_id=where.site_id,
        asset_id=new.asset_id,
        phone=plain_phone(new.contact_phone),
        email=new.contact_email,
        lat=new.lat,
        lon=new.lon,
        owner_id=None if uow.actor.user_id == SYSTEM_USER else uow.actor.user_id,
    )


def _about_asset(uow: UnitOfWork, new: NewRequest) -> NewRequest:
    """Let the asset that a request is about say where it is."""
    if new.asset_id is None:
        return new
    asset = assets.named(uow, new.asset_id, new.site_id, new.region_id, "/asset_id")
    if new.site_id is not None or asset.site_id is not None:
        return replace(new, site_id=new.site_id or asset.site_id)
    return replace(new, region_id=asset.region_id)


def _tidy(new: NewRequest) -> NewRequest:
    check_position(new.lat, new.lon)
    lat, lon = position_to_wgs84(new.coordinate_system, new.lat, new.lon)
    description = new.description or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise INVALID(f"must have at most {LONGEST_DESCRIPTION} characters", path="/description")
    return replace(
        new,
        lat=lat,
        lon=lon,
        title=line(new.title, longest=200, path="/title"),
        description=paragraph(description, LONGEST_DESCRIPTION),
        category=optional_line(new.category, longest=120, path="/category"),
        contact_name=optional_line(new.contact_name or new.customer_name, longest=120, path="/contact_name"),
        contact_phone=optional_phone(new.contact_phone, longest=32, path="/contact_phone"),
        contact_email=plain_email(new.contact_email, "/contact_email"),
        answer=None if new.answer is None else answered(new.answer),
        address=optional_line(new.address, longest=300, path="/address"),
        source=optional_line(new.source, longest=32, path="/source"),
        external_ref=optional_line(new.external_ref, longest=64, path="/external_ref"),
    )


def _received_before(uow: UnitOfWork, region_id: UUID, new: NewRequest) -> Received | None:
    """Find the same request, received before; its reference for anything else is refused."""
    if new.external_ref is None:
        return None
    columns = (
        ServiceRequest.id,
        ServiceRequest.work_order_id,
        ServiceRequest.zone_id,
        ServiceRequest.state,
        ServiceRequest.proposed_work_type,
        ServiceRequest.work_type,
        ServiceRequest.zone_by,
        ServiceRequest.zone_decision_id,
        ServiceRequest.needs_zone,
    )
    same = (ServiceRequest.title == new.title) & in_scope(uow)
    row = uow.session.execute(
        select(*columns, same.label("same")).where(
            ServiceRequest.region_id == region_id,
            ServiceRequest.source == (new.source or OTHER_SOURCE),
            ServiceRequest.external_ref == new.external_ref,
        )
    ).one_or_none()
    if row is None:
        return None
    if not row.same or (new.work_type is not None and row.work_type not in ("", new.work_type)):
        raise errors.REFERENCE_USED(new.external_ref, path="/external_ref")
    state = RequestState(row.state)
    return Received(
        row.id,
        row.work_order_id,
        row.zone_id,
        None if row.zone_by is None else ZoneBy(row.zone_by),
        row.zone_decision_id,
        None if row.needs_zone is None else ZoneNeed(row.needs_zone),
        unchanged=True,
        state=state,
        proposed_work_type=row.proposed_work_type,
    )


def _with_customer(uow: UnitOfWork, new: NewRequest, where: Placed) -> Placed:
    """Make the customer who is not known yet, and the site that is told by its address."""
    places, customer_id, site_id = where.places, where.customer_id, where.site_id
    if customer_id is None and new.customer_name is not None:
        customer_id = add_customer(
            uow,
            name=new.customer_name,
            phone=new.contact_phone,
            region_id=places.region_id,
            zone_id=places.zone_id,
        )
    if customer_id is not None and site_id is None and new.address is not None:
        site_id = add_site(
            uow, customer_id=customer_id, address=new.address, zone_id=places.zone_id, lat=new.lat, lon=new.lon
        )
    return replace(where, customer_id=customer_id, site_id=site_id)
