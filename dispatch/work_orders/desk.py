"""Orders that somebody at a desk opens by themselves, without a request."""

from datetime import datetime
from uuid import UUID

from dispatch.assets import queries as assets
from dispatch.customers import queries as customers
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.texts import line, optional_line
from dispatch.work_orders.lifecycle import DESK, Status
from dispatch.work_orders.service import NewOrder, create_orders, define_work_type
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork


def open_order(
    uow: UnitOfWork,
    *,
    zone_id: UUID,
    work_type: str,
    title: str,
    priority: Priority = Priority.ROUTINE,
    description: str | None = None,
    customer_id: UUID | None = None,
    site_id: UUID | None = None,
    asset_id: UUID | None = None,
    received_at: datetime | None = None,
    status: Status = Status.OPEN,
) -> UUID:
    """Open an order in a zone, as a draft or at once, and return its id. Whoever opens it owns it first (首问负责制).

    Raises:
        NotFound (territory.zone_unknown, customers.unknown, customers.site_unknown, asset.unknown): not in the actor's scope.
        Forbidden (forbidden): the actor takes no requests there.
        Invalid (work_order.work_type_unknown, asset.not_of_site, invalid): with the path.
    """
    places = territory.places_of_zone(uow, zone_id)
    held = uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    if held.isdisjoint(DESK | {Role.ADMINISTRATOR}):
        raise kernel_errors.FORBIDDEN()
    if status not in (Status.DRAFT, Status.OPEN):
        raise kernel_errors.INVALID("an order begins as a draft, or open", path="/status")
    if received_at is not None and received_at > uow.now:
        raise kernel_errors.INVALID("nothing is received in the future", path="/received_at")
    if asset_id is not None:
        site_id = assets.named(uow, asset_id, site_id, places.region_id, "/asset_id").site_id or site_id
    customer_id = _customer(uow, customer_id, site_id, places.region_id)
    draft = NewOrder(
        places,
        work_type,
        priority,
        line(title, longest=200, path="/title"),
        received_at or uow.now,
        description=description,
        customer_id=customer_id,
        site_id=site_id,
        asset_id=asset_id,
        first_owner_id=uow.actor.user_id,
        status=status,
    )
    return create_orders(uow, [draft])[0]


def _customer(uow: UnitOfWork, customer_id: UUID | None, site_id: UUID | None, region_id: UUID) -> UUID | None:
    """Return whom the order is for; both that and the site must be in scope, belong together, and lie in the region."""
    if site_id is not None:
        site = customers.site(uow, site_id)
        if customer_id not in (None, site.customer_id):
            raise kernel_errors.INVALID("the site is another customer's", path="/site_id")
        customer_id = site.customer_id
        if site.region_id != region_id:
            raise kernel_errors.INVALID("the site is in another region", path="/site_id")
    elif customer_id is not None and customers.customer(uow, customer_id).region_id != region_id:
        raise kernel_errors.INVALID("the customer is in another region", path="/customer_id")
    return customer_id


def offer_work_type(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    code: str,
    name: str,
    name_en: str | None = None,
    skill: str | None = None,
    template_code: str | None = None,
    minutes: int = 60,
    crew_size: int = 1,
) -> None:
    """Define a kind of work of a region, or change it. `minutes` is how long such a visit takes, `crew_size` how many people.

    Raises:
        NotFound (territory.region_unknown): not in the actor's scope.
        Forbidden (forbidden): not of the region's operations.
        Invalid (invalid): a text is empty or too long, with its path.
    """
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR}):
        raise kernel_errors.FORBIDDEN()
    define_work_type(
        uow,
        region_id=region_id,
        code=line(code, longest=48, path="/code"),
        name=line(name, longest=120, path="/name"),
        name_en=optional_line(name_en, longest=120, path="/name_en"),
        skill=skill,
        template_code=template_code,
        minutes=minutes,
        crew_size=crew_size,
    )
