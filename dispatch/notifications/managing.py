"""What can be done with the ways to reach people: channels, quiet hours, and how a region tells its people and customers."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from dispatch.accounts import queries as accounts
from dispatch.accounts.authority import may_manage
from dispatch.notifications import errors, queries
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import Owner
from dispatch.notifications.models import NotificationChannel, QuietTime, RegionMessaging
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.texts import line
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading, UnitOfWork

MOST = 5
"""Channels that one person or place has: each makes every message longer on its way."""
DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
TEAM = frozenset({Role.GROUP_LEADER, Role.STATION_MANAGER}) | DECIDERS


def add_channel(uow: UnitOfWork, *, owner: Owner, owner_id: UUID, name: str, url: str, address: Address) -> UUID:
    """Add a way to reach a person or a team, and return its id. `address` is what `read_address` found in the url.

    One's own channels everybody adds; those of others whoever is in charge of their account; a team's chat its leaders.

    Raises:
        NotFound (accounts.unknown, territory.*_unknown); Forbidden (forbidden);
        Invalid (invalid); Conflict (notifications.too_many_channels).
    """
    places = _owned(uow, owner, owner_id)
    mine = select(func.count()).select_from(NotificationChannel).where(NotificationChannel.owner_id == owner_id)
    if (uow.session.scalar(mine) or 0) >= MOST:
        raise errors.TOO_MANY_CHANNELS()
    key = uow.new_id()
    row = {
        "id": key,
        "owner_kind": owner.value,
        "owner_id": owner_id,
        "region_id": None if places is None else places.region_id,
        "station_id": None if places is None else places.station_id,
        "group_id": None if places is None else places.group_id,
        "name": line(name, longest=80, path="/name"),
        "service": address.service,
        "host": None if address.host is None else address.host[:255],
        "url": url,
        "created_at": uow.now,
        "created_by": uow.actor.user_id,
        "last_sent_at": None,
        "last_failed_at": None,
        "last_error": None,
    }
    insert_rows(uow.session, NotificationChannel, [row])
    return key


def own(reading: Reading, owner: Owner) -> UUID:
    """Return whose a channel is when nobody is named: the caller's. Raises Invalid (notifications.owner_missing) for a place."""
    if owner is not Owner.PERSON:
        raise errors.OWNER_MISSING(path="/owner_id")
    return reading.actor.user_id


def remove_channel(uow: UnitOfWork, *, channel_id: UUID) -> None:
    """Remove a way to reach a person or a team. Raises NotFound (notifications.channel_unknown); Forbidden (forbidden)."""
    check_channel(uow, channel_id)
    uow.session.execute(delete(NotificationChannel).where(NotificationChannel.id == channel_id))


def check_channel(reading: Reading, channel_id: UUID) -> None:
    """Raise unless the caller may change a channel: NotFound (notifications.channel_unknown), Forbidden (forbidden)."""
    found = queries.channel(reading, channel_id)
    _owned(reading, Owner(found.owner_kind), found.owner_id)


def set_quiet_hours(uow: UnitOfWork, *, quiet_from: time | None, quiet_to: time | None) -> None:
    """Set one's own quiet hours, by the clock of one's region; without times there are none.

    Raises Invalid (notifications.quiet_hours_wrong).
    """
    _check_quiet_hours(quiet_from, quiet_to)
    row = {"user_id": uow.actor.user_id, "quiet_from": quiet_from, "quiet_to": quiet_to, "updated_at": uow.now}
    _upsert(uow, QuietTime, row, "user_id")


def forget_quiet_hours(uow: UnitOfWork) -> None:
    """Go back to the quiet hours of one's region."""
    uow.session.execute(delete(QuietTime).where(QuietTime.user_id == uow.actor.user_id))


def set_region(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    quiet_from: time | None,
    quiet_to: time | None,
    language: str,
    customer_url: str | None,
    customer_address: Address | None,
) -> None:
    """Set how a region tells its people and customers.

    `customer_url` is an address with a place for the number, `{phone}`, such as that of a gateway for text messages; None leaves
    the one that is there, and "" takes it away.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden);
        Invalid (notifications.no_place_for_phone, notifications.quiet_hours_wrong), with the path.
    """
    check_region(uow, region_id)
    _check_quiet_hours(quiet_from, quiet_to)
    row: dict[str, Any] = {
        "region_id": region_id,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "language": language,
        "updated_at": uow.now,
    }
    if customer_url is not None:
        if customer_url and "{phone}" not in customer_url:
            raise errors.NO_PLACE_FOR_PHONE(path="/customer_url")
        row |= {
            "customer_url": customer_url or None,
            "customer_service": None if customer_address is None else customer_address.service,
        }
    _upsert(uow, RegionMessaging, row, "region_id")


def check_region(uow: UnitOfWork, region_id: UUID) -> None:
    """Raise unless the caller decides over a whole region: NotFound (territory.region_unknown), Forbidden (forbidden)."""
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()


def _owned(reading: Reading, owner: Owner, owner_id: UUID) -> Places | None:
    """Return where a channel of this owner lies, if the caller may change it."""
    if owner is Owner.PERSON:
        person = accounts.user(reading, owner_id)
        roles = {grant.role for grant in person.grants}
        if owner_id != reading.actor.user_id and not may_manage(reading.actor.grants, person.region_id, roles):
            raise FORBIDDEN()
        return None if person.region_id is None else Places(person.region_id)
    if owner is Owner.GROUP:
        places = territory.places_of_group(reading, owner_id)
    elif owner is Owner.STATION:
        places = Places(territory.station(reading, owner_id).region_id, owner_id)
    else:
        places = Places(territory.region(reading, owner_id).id)
    held = reading.actor.roles_over(places.region_id, places.station_id, places.group_id, None)
    if held.isdisjoint(TEAM):
        raise FORBIDDEN()
    return places


def _check_quiet_hours(begins: time | None, ends: time | None) -> None:
    if (begins is None) != (ends is None):
        raise errors.QUIET_HOURS_WRONG(path="/quiet_to" if ends is None else "/quiet_from")


def _upsert(uow: UnitOfWork, model: Any, row: Mapping[str, Any], key: str) -> None:
    sets = ", ".join(f"{name} = excluded.{name}" for name in row if name != key)
    insert_rows(uow.session, model, [row], on_conflict=f"({key}) DO UPDATE SET {sets}")
