"""Gives customers and sites that lie in the region at large the zone that was found for them."""

from uuid import UUID

from sqlalchemy import update

from dispatch.customers.events import SiteChanged
from dispatch.customers.models import Customer, Site
from dispatch.territory.places import Places
from kernel.unit_of_work import UnitOfWork


def settle_customer_and_site(
    uow: UnitOfWork, *, customer_id: UUID | None, site_id: UUID | None, places: Places
) -> None:
    """Put a customer and a site of the places' region into its zone, each only if it has none. Two statements at most.

    The caller has checked the roles over what hangs on them, such as a request.
    """
    values = {"station_id": places.station_id, "group_id": places.group_id, "zone_id": places.zone_id}
    for model, key in ((Customer, customer_id), (Site, site_id)):
        if key is None:
            continue
        settled = uow.session.execute(
            update(model)
            .where(model.id == key, model.region_id == places.region_id, model.zone_id.is_(None))
            .values(values)
            .returning(model.id)
            .execution_options(synchronize_session=False)
        ).first()
        if settled is not None and model is Site:
            uow.publish(SiteChanged(key, places.region_id))
