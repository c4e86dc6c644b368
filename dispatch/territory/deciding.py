"""Keeps what people decide about places that the map cannot place, until they take it back or the zones change."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from dispatch.territory import errors, queries
from dispatch.territory.decisions import Ended, Whereabouts, address_key
from dispatch.territory.models import ZoneDecision, ZoneDecisionZone
from dispatch.texts import optional_line
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

DECIDERS = frozenset(
    {Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR}
)
"""Who decides which zone a place belongs to, each within the places they hold the role over."""


def keep_decision(uow: UnitOfWork, *, zone_id: UUID, where: Whereabouts, zones: Collection[UUID]) -> UUID:
    """Keep the actor's decision that a place belongs to a zone. `zones` are those that its position lies in: none, or several.

    An earlier one about the very same position or address is replaced.

    Raises NotFound (territory.zone_unknown); Forbidden (forbidden); Invalid (territory.decision_nowhere).
    """
    places = queries.places_of_zone(uow, zone_id)
    if uow.actor.roles_over(places.region_id, places.station_id, places.group_id, zone_id).isdisjoint(DECIDERS):
        raise FORBIDDEN()
    key = address_key(where.address)
    if key is None and where.lat is None:
        raise errors.DECISION_NOWHERE()
    _replace(uow, places.region_id, where, key)
    decision_id = uow.new_id()
    row = {
        "id": decision_id,
        "region_id": places.region_id,
        "zone_id": zone_id,
        "lat": where.lat,
        "lon": where.lon,
        "address": where.address,
        "address_key": key,
        "decided_by": uow.actor.user_id,
        "decided_at": uow.now,
        "ended_at": None,
        "ended_by": None,
        "end_reason": None,
        "note": None,
    }
    insert_rows(uow.session, ZoneDecision, [row])
    concerned = [
        {"decision_id": decision_id, "zone_id": one, "is_claimant": one in zones} for one in sorted({zone_id, *zones})
    ]
    insert_rows(uow.session, ZoneDecisionZone, concerned)
    return decision_id


def revoke_decision(uow: UnitOfWork, *, decision_id: UUID, note: str | None = None) -> None:
    """Take a decision back: the next time a person is asked again. One that has ended already stays as it ended.

    Raises NotFound (territory.decision_unknown); Forbidden (forbidden); Invalid (invalid).
    """
    zone_id = uow.session.scalar(select(ZoneDecision.zone_id).where(ZoneDecision.id == decision_id))
    places = None if zone_id is None else queries.places_of_zones(uow, [zone_id]).get(zone_id)
    if places is None:
        raise errors.DECISION_UNKNOWN()
    held = uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    if held.isdisjoint(DECIDERS):
        raise FORBIDDEN()
    note = optional_line(note, longest=300, path="/note")
    _end(uow, ZoneDecision.id == decision_id, Ended.REVOKED, note)


def end_decisions(uow: UnitOfWork, zone_ids: Collection[UUID], why: Ended) -> None:
    """End the decisions that concern zones whose ground has changed: what was decided was about another map. One statement."""
    concerned = select(ZoneDecisionZone.decision_id).where(ZoneDecisionZone.zone_id.in_(zone_ids))
    _end(uow, ZoneDecision.id.in_(concerned), why, None)


def _replace(uow: UnitOfWork, region_id: UUID, where: Whereabouts, key: str | None) -> None:
    here = ZoneDecision.region_id == region_id
    if where.lat is None:
        _end(uow, here & (ZoneDecision.address_key == key) & ZoneDecision.lat.is_(None), Ended.REPLACED, None)
    else:
        same = (ZoneDecision.lat == where.lat) & (ZoneDecision.lon == where.lon)
        _end(uow, here & same, Ended.REPLACED, None)


def _end(uow: UnitOfWork, which: object, why: Ended, note: str | None) -> None:
    uow.session.execute(
        update(ZoneDecision)
        .where(which, ZoneDecision.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=uow.now, ended_by=uow.actor.user_id, end_reason=why.value, note=note)
        .execution_options(synchronize_session=False)
    )
