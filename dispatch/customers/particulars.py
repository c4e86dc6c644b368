"""What is known of a customer or site before it is stored, and how it must look."""

import math
import re
from dataclasses import dataclass, replace
from uuid import UUID

from dispatch.customers import errors
from dispatch.territory.coordinates import CoordinateSystem, position_to_wgs84
from dispatch.territory.places import Places
from dispatch.texts import HIDDEN, line, optional_line, optional_phone

_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to add. The places say who will see them."""

    id: UUID
    places: Places
    name: str
    phone: str | None = None
    vip: bool = False
    email: str | None = None


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site to add to a customer. `lat` and `lon` are degrees of the coordinate system, both or neither."""

    id: UUID
    customer_id: UUID
    places: Places
    address: str
    lat: float | None = None
    lon: float | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84


def tidy_customer(customer: NewCustomer, path: str = "") -> NewCustomer:
    """Return a customer as it is stored, its texts without the blanks around them.

    Raises Invalid (invalid) with the path of the field below `path`.
    """
    name = line(customer.name, longest=120, path=f"{path}/name")
    phone = optional_phone(customer.phone, longest=32, path=f"{path}/phone")
    return replace(customer, name=name, phone=phone, email=plain_email(customer.email, f"{path}/email"))


def plain_email(text: str | None, path: str = "/email") -> str | None:
    """Return an e-mail address as it is compared: small letters. Raises Invalid (customers.email_wrong) with the path."""
    address = optional_line(text, longest=254, path=path)
    if address is None:
        return None
    if HIDDEN in address or not _EMAIL.fullmatch(address):
        raise errors.EMAIL_WRONG(path=path)
    return address.lower()


def tidy_site(site: NewSite, path: str = "") -> NewSite:
    """Return a site as it is stored, its position in WGS 84 degrees.

    Raises Invalid (invalid, customers.position_wrong) with the path below `path`.
    """
    check_position(site.lat, site.lon, path)
    lat, lon = position_to_wgs84(site.coordinate_system, site.lat, site.lon)
    return replace(site, lat=lat, lon=lon, address=line(site.address, longest=300, path=f"{path}/address"))


def check_position(lat: float | None, lon: float | None, path: str = "") -> None:
    """Refuse what is no position on earth. Raises Invalid (customers.position_wrong) with the path below `path`."""
    for name, value, other, most in (("lat", lat, lon, 90), ("lon", lon, lat, 180)):
        if value is None:
            if other is not None:
                raise errors.POSITION_WRONG(f"{name} is missing", path=f"{path}/{name}")
        elif not math.isfinite(value) or abs(value) > most:
            raise errors.POSITION_WRONG(f"{name} must be from -{most} to {most}", path=f"{path}/{name}")
