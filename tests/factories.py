"""Makes what tests need, through the services: one function for each thing, with sensible values for all that is not given.

Ids and codes come from the unit of work's mint. Add the functions of a new slice at the end.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import select

from dispatch.accounts import service as accounts
from dispatch.accounts import signing_in
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.queries import actor_of_user
from dispatch.accounts.second_factor import service as factors
from dispatch.accounts.sessions.kinds import Lifetime
from dispatch.accounts.sessions.service import SignedIn
from dispatch.assets import service as assets
from dispatch.assets.life import AssetKind
from dispatch.assets.particulars import NewAsset
from dispatch.customers import service as customers
from dispatch.notifications.models import Notification
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory_queries
from dispatch.territory import service as territory
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.drafts import NewOrder
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.actor import Actor, Level, Role
from kernel.unit_of_work import UnitOfWork

PASSWORD = "correct horse 42"
CHEAP = Passwords(memory_kib=64)
"""Hashing that takes no time, and protects nothing."""


def code(uow: UnitOfWork, prefix: str) -> str:
    """Make up a code that nothing else has."""
    return f"{prefix}-{uow.new_id().hex[-10:]}"


def region(uow: UnitOfWork, *, name: str = "涟水运维部", timezone: str = "Asia/Shanghai") -> UUID:
    return territory.open_region(uow, code=code(uow, "R"), name=name, timezone=timezone)


def station(uow: UnitOfWork, region_id: UUID, *, name: str = "城区服务站") -> UUID:
    return territory.open_station(uow, region_id=region_id, code=code(uow, "S"), name=name)


def group(uow: UnitOfWork, station_id: UUID, *, name: str = "维护一组") -> UUID:
    return territory.open_group(uow, station_id=station_id, code=code(uow, "G"), name=name)


def square(lat: float, lon: float, size: float = 0.02) -> dict[str, Any]:
    """Draw a square around a point; degrees."""
    low_lon, high_lon, low_lat, high_lat = lon - size / 2, lon + size / 2, lat - size / 2, lat + size / 2
    ring = [[low_lon, low_lat], [high_lon, low_lat], [high_lon, high_lat], [low_lon, high_lat], [low_lon, low_lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def zone(
    uow: UnitOfWork,
    group_id: UUID,
    *,
    name: str = "涟城一片区",
    boundary: Mapping[str, Any] | None = None,
    subscribers: int = 800,
) -> UUID:
    return territory.draw_zone(
        uow, group_id=group_id, code=code(uow, "Z"), name=name, boundary=boundary, subscribers=subscribers
    )


def places(uow: UnitOfWork, *, region_id: UUID | None = None, station_id: UUID | None = None) -> Places:
    """Open a zone with all that is above it, in a region or at a station if one is given."""
    if station_id is None:
        station_id = station(uow, region_id or region(uow))
    return territory_queries.places_of_zone(uow, zone(uow, group(uow, station_id)))


def user(
    uow: UnitOfWork,
    *,
    region_id: UUID | None = None,
    login: str | None = None,
    name: str = "王芳",
    password: str | None = None,
    phone: str | None = "100 0001 0001",
    locale: str = "zh-CN",
) -> UUID:
    """Make a person, with a password only if one is given."""
    return accounts.create_user(
        uow,
        login=login or code(uow, "u"),
        name=name,
        password=password,
        region_id=region_id,
        phone=phone,
        locale=locale,
        passwords=CHEAP,
    )


def sign_in(
    uow: UnitOfWork, login: str, password: str = PASSWORD, *, hours: float = 1, passwords: Passwords = CHEAP
) -> SignedIn:
    """Sign in, with an access token that is good as long as the session, so that a test may let time pass."""
    lifetime = Lifetime(timedelta(hours=hours), timedelta(hours=hours))
    return signing_in.sign_in(uow, login=login, password=password, lifetime=lifetime, passwords=passwords)


def app_code(secret: str, at: datetime, *, steps: int = 0) -> str:
    """Return what an authenticator app shows at a moment, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(at + timedelta(seconds=30 * steps))


def second_factor(uow: UnitOfWork, user_id: UUID) -> tuple[str, tuple[str, ...]]:
    """Turn on somebody's second factor; return the secret of their app and their recovery codes.

    The code of the step before is used up by it; that of the present step is not.
    """
    theirs = acting(uow, user_id)
    secret = factors.begin(theirs).secret
    return secret, factors.confirm(theirs, code=app_code(secret, uow.now, steps=-1), session_id=None)


def person_with(
    uow: UnitOfWork,
    role: Role,
    level: Level,
    place_id: UUID | None,
    *,
    region_id: UUID | None = None,
    valid_from: datetime | None = None,
) -> UUID:
    """Make a person of a region who holds a role at a place."""
    user_id = user(uow, region_id=region_id)
    people.give_role(uow, user_id=user_id, role=role, level=level, place_id=place_id, valid_from=valid_from)
    return user_id


def actor(uow: UnitOfWork, user_id: UUID) -> Actor:
    """Return a person as the actor they are now."""
    return actor_of_user(uow.session, user_id, uow.now)


def acting(uow: UnitOfWork, who: Actor | UUID) -> UnitOfWork:
    """Let somebody else act in the same transaction; what they announce goes into its feed."""
    known = who if isinstance(who, Actor) else actor(uow, who)
    return UnitOfWork(uow.session, known, uow.now, uow.new_id, uow.handlers, uow.changes, uow.after_feed, uow.effects)


def acting_as(uow: UnitOfWork, role: Role, level: Level, place_id: UUID | None, region_id: UUID) -> UnitOfWork:
    """Let a new person of a region act who holds a role at a place."""
    return acting(uow, person_with(uow, role, level, place_id, region_id=region_id))


def technician(uow: UnitOfWork, where: Places, *, name: str = "周强", skills: Mapping[str, int] | None = None) -> UUID:
    """Make a person and hire them into the group of these places; `skills` are defined and certified, by level."""
    if where.group_id is None:
        raise ValueError("a technician belongs to a group")
    user_id = user(uow, region_id=where.region_id, name=name)
    people.hire(uow, user_id=user_id, group_id=where.group_id, badge=code(uow, "W"))
    for skill, level in (skills or {}).items():
        people.define_skill(uow, region_id=where.region_id, code=skill, name=skill)
        people.certify(uow, technician_id=user_id, skill=skill, level=level)
    return user_id


def customer(
    uow: UnitOfWork, where: Places, *, name: str = "赵秀英", phone: str | None = "100 0002 0001", vip: bool = False
) -> UUID:
    """Add a customer of the zone of these places, or of the region if they have none."""
    return customers.add_customer(
        uow, name=name, phone=phone, region_id=where.region_id, zone_id=where.zone_id, vip=vip
    )


def site(
    uow: UnitOfWork,
    customer_id: UUID,
    where: Places,
    *,
    address: str = "涟城街道红日大道 8 号",
    lat: float | None = 33.781,
    lon: float | None = 119.261,
) -> UUID:
    """Add a site to a customer, in the zone of these places."""
    return customers.add_site(uow, customer_id=customer_id, address=address, zone_id=where.zone_id, lat=lat, lon=lon)


def asset(
    uow: UnitOfWork, region_id: UUID, *, site_id: UUID | None = None, station_id: UUID | None = None, **known: Any
) -> UUID:
    """Register an asset of a region, installed at a site or in stock."""
    new = NewAsset(
        known.pop("serial", None) or code(uow, "SN"),
        known.pop("vendor", "烽火"),
        known.pop("kind", AssetKind.SET_TOP_BOX),
        site_id=site_id,
        station_id=station_id,
        **known,
    )
    return assets.register(uow, region_id=region_id, asset=new)


def assign(uow: UnitOfWork, order_id: UUID, technician_id: UUID) -> None:
    """Give an order to a technician."""
    work_orders.command(
        uow,
        order_id=order_id,
        command=Command.ASSIGN,
        command_id=uow.new_id(),
        data={"technician_id": str(technician_id)},
        evidence=Evidence(),
    )


def order(uow: UnitOfWork, where: Places, *, work_type: str = "repair", **known: Any) -> UUID:
    """Open an order at these places, of a work type that is defined with it."""
    work_orders.define_work_type(uow, region_id=where.region_id, code=work_type, name=work_type)
    draft = NewOrder(
        where, work_type, known.pop("priority", Priority.ROUTINE), known.pop("title", "无信号"), uow.now, **known
    )
    return work_orders.create_orders(uow, [draft])[0]


def commands(uow: UnitOfWork, order_id: UUID, technician_id: UUID, *names: str, **data: Any) -> None:
    """Let whoever has an order command it, step by step; `data` goes with each."""
    phone = acting(uow, technician_id)
    for name in names:
        work_orders.command(
            phone,
            order_id=order_id,
            command=Command(name),
            command_id=uow.new_id(),
            data=data,
            evidence=Evidence(),
        )


def complete(uow: UnitOfWork, order_id: UUID, technician_id: UUID) -> None:
    """Let a technician do all of an order that is assigned to them."""
    commands(uow, order_id, technician_id, "accept", "depart", "arrive", "start", "complete")


def told(uow: UnitOfWork, user_id: UUID) -> list[str]:
    """Return what somebody was told, by the names of the texts, in order."""
    rows = uow.session.scalars(
        select(Notification.template).where(Notification.recipient_id == user_id).order_by(Notification.id)
    )
    return list(rows)


def cancel(uow: UnitOfWork, order_id: UUID) -> None:
    """Cancel an order, as the product itself."""
    work_orders.command(
        uow,
        order_id=order_id,
        command=Command.CANCEL,
        command_id=uow.new_id(),
        data={"reason": "x"},
        evidence=Evidence(),
    )
