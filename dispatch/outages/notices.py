"""Tells of outages: the people of the places, now, and the customers by a job, each once for every edition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.notifications.customer_messages import tell_customers
from dispatch.notifications.notice import Addressee, CustomerNotice, Notice, Term
from dispatch.notifications.service import tell
from dispatch.outages.affected import Reach, affected
from dispatch.outages.lifecycle import News, is_urgent
from dispatch.outages.models import OutageBroadcast, OutageZone, PlannedOutage
from dispatch.outages.queries import key_of
from dispatch.territory import queries as territory
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.clock import iso
from kernel.unit_of_work import Reading, UnitOfWork

OVERDUE = "overdue"


def announce(uow: UnitOfWork, outage: PlannedOutage, news: News) -> None:
    """Tell the people of the places, and let the job tell the customers, of an edition that was just counted up."""
    tell_staff(uow, [outage], news.value)
    row = {
        "id": uow.new_id(),
        "region_id": outage.region_id,
        "outage_id": outage.id,
        "edition": outage.edition,
        "news": news.value,
        "said": {
            "title": outage.title,
            "kind": outage.kind,
            "reason": outage.reason,
            "starts_at": iso(outage.starts_at),
            "ends_at": iso(outage.ends_at),
        },
        "urgent": is_urgent(news, outage.starts_at, uow.now),
        "place_id": None,
        "site_id": None,
        "told": 0,
        "created_at": uow.now,
        "done_at": None,
    }
    insert_rows(uow.session, OutageBroadcast, [row])


def tell_staff(uow: UnitOfWork, outages: Sequence[PlannedOutage], kind: str) -> None:
    """Tell those who answer for the zones, groups and stations of outages, and the desks there.

    A few statements for any number, and one for each outage.
    """
    people = _concerned(uow, outages)
    notices = []
    for one in outages:
        values = {**values_of(one.kind, one.title, one.reason, one.starts_at, one.ends_at), "number": one.number}
        key = f"outage:{one.id}:{one.edition}:{kind}:{one.ends_at:%Y%m%d%H%M}"
        urgent = kind != News.ENDED and (one.starts_at - uow.now).total_seconds() < 12 * 3600
        notices.append(Notice(f"outages.staff_{kind}", key, people[one.id], values, one.region_id, urgent=urgent))
    tell(uow, notices)


def _concerned(reading: Reading, outages: Sequence[PlannedOutage]) -> dict[UUID, tuple[UUID, ...]]:
    columns = (OutageZone.outage_id, OutageZone.zone_id, OutageZone.group_id, OutageZone.station_id)
    ids = [one.id for one in outages]
    places: dict[UUID, set[UUID]] = {one: set() for one in ids}
    stations: dict[UUID, set[UUID]] = {one: set() for one in ids}
    for row in reading.session.execute(select(*columns).where(OutageZone.outage_id.in_(ids))):
        places[row.outage_id] |= {row.zone_id, row.group_id, row.station_id}
        stations[row.outage_id].add(row.station_id)
    duties = territory.holders(reading, sorted(set().union(*places.values())), reading.now)
    found = {}
    for one in outages:
        answering = (user_id for place in sorted(places[one.id]) for user_id in duties.get(place, {}).values())
        desk = accounts.holders_at(
            reading, (Role.REGIONAL_OPERATIONS, Role.AGENT), [one.region_id, *sorted(stations[one.id])]
        )
        found[one.id] = tuple(dict.fromkeys([one.created_by, *answering, *desk]))
    return found


def values_of(kind: str, title: str, reason: str | None, starts_at: datetime, ends_at: datetime) -> Mapping[str, Any]:
    """Return what the texts about an outage have places for."""
    return {
        "title": title,
        "kind": Term(f"outages.{kind}"),
        "reason": reason or Term("outages.no_reason"),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def broadcast(uow: UnitOfWork, *, limit: int) -> int:
    """Tell some of the customers of the oldest news that has not come to all of them, and return how much news was in hand.

    At least once, and by the key of the message each customer once: what a worker that died had written is gone with its
    transaction. News that a later edition has overtaken goes no further, and nobody hears of the end of what nobody heard of.
    A constant number of statements.
    """
    row = uow.session.scalars(
        select(OutageBroadcast)
        .where(OutageBroadcast.done_at.is_(None))
        .order_by(OutageBroadcast.created_at, OutageBroadcast.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return 0
    if _is_overtaken(uow, row):
        row.done_at = uow.now
        uow.session.flush()
        return 1
    outage = uow.session.execute(
        select(PlannedOutage.boundary, PlannedOutage.asset_ids).where(PlannedOutage.id == row.outage_id)
    ).one()
    zones = select(OutageZone.zone_id).where(OutageZone.outage_id == row.outage_id)
    asset_ids = tuple(UUID(key) for key in outage.asset_ids)
    reach = Reach(row.region_id, tuple(uow.session.scalars(zones)), outage.boundary, asset_ids)
    after = None if row.place_id is None else (row.place_id, row.site_id)
    page = affected(uow, reach, limit=limit, after=after)
    customers = {one.customer_id: Addressee(one.customer_id, one.name, one.phone, one.places) for one in page.items}
    if customers:
        tell_customers(uow, [_notice(row, tuple(customers.values()))])
        row.told += len(customers)
    if page.after is None:
        row.done_at = uow.now
    else:
        row.place_id, row.site_id = page.after
    uow.session.flush()
    return 1


def _is_overtaken(uow: UnitOfWork, row: OutageBroadcast) -> bool:
    """Tell whether later news has made this one wrong, or whether nobody was ever told of what has ended."""
    columns = (OutageBroadcast.edition, OutageBroadcast.told)
    others = uow.session.execute(select(*columns).where(OutageBroadcast.outage_id == row.outage_id)).all()
    if row.news in (News.ANNOUNCED.value, News.MOVED.value):
        return any(one.edition > row.edition for one in others)
    return not any(one.told for one in others)


def _notice(row: OutageBroadcast, customers: tuple[Addressee, ...]) -> CustomerNotice:
    said = row.said
    values = values_of(
        said["kind"],
        said["title"],
        said["reason"],
        datetime.fromisoformat(said["starts_at"]),
        datetime.fromisoformat(said["ends_at"]),
    )
    key = key_of(row.outage_id, row.edition)
    return CustomerNotice(f"outages.{row.news}", key, customers, values, row.region_id, urgent=row.urgent)
