"""Makes up the customers of the demo and where they live."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cli.demo import names
from cli.demo.borders import boundaries, spot_in
from cli.demo.places import StationSeed
from dispatch.customers import service as customers
from dispatch.customers.particulars import NewCustomer, NewSite
from dispatch.territory.places import Places
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork

PER_ZONE = 12
PER_BIG_ZONE = 26
BIG_ZONE = 12_000
"""Subscribers from which a zone has more customers in the demo."""
VIP = 0.06
FIRST_PHONE = 1_000_000


@dataclass(frozen=True)
class Household:
    """A customer and the one site of theirs. Degrees are WGS 84."""

    customer_id: UUID
    site_id: UUID
    lat: float
    lon: float
    name: str


def move_in(uow: UnitOfWork, seed: StationSeed, zones: Mapping[str, Places]) -> dict[str, list[Household]]:
    """Add the customers of a station with their sites, each within the border of the zone; return them by zone.

    The first of each zone is the operator's own equipment there.
    """
    rng = random.Random(f"households {seed.code}")  # noqa: S311 - the same every time, not a secret
    new_customers: list[NewCustomer] = []
    new_sites: list[NewSite] = []
    found: dict[str, list[Household]] = {}
    for zone in seed.zones:
        for number in range(PER_BIG_ZONE if zone.subscribers >= BIG_ZONE else PER_ZONE):
            key = (zone.code, str(number))
            lat, lon = spot_in(boundaries(seed)[zone.code], rng)
            household = Household(
                derived_id("demo", "customer", *key),
                derived_id("demo", "site", *key),
                lat,
                lon,
                names.customer(rng, zone.name) if number else f"{zone.name}分前端机房",
            )
            found.setdefault(zone.code, []).append(household)
            places = zones[zone.code]
            phone = names.phone(FIRST_PHONE + len(new_customers))
            new_customers.append(
                NewCustomer(household.customer_id, places, household.name, phone, vip=rng.random() < VIP)
            )
            address = names.address(rng, zone.name)
            new_sites.append(NewSite(household.site_id, household.customer_id, places, address, lat, lon))
    customers.add_many(uow, new_customers, new_sites)
    return found
