"""Proposes what belongs together: orders for an incident, and incidents that nobody has declared yet."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from dispatch.incidents import errors
from dispatch.incidents.models import IncidentOrder, IncidentZone, MajorIncident
from dispatch.incidents.queries import in_scope, linked_orders
from dispatch.work_orders.briefs import Cluster, OrderBrief, clusters, open_orders_like
from kernel.unit_of_work import Reading

MOST = 100


def orders_for(reading: Reading, incident_id: UUID, *, hours: int) -> list[OrderBrief]:
    """Return orders in the caller's scope that may belong to an incident, the latest received first, at most 100.

    Not done, of no incident, in one of its zones (or in its group), of its kind of work or of a kind that it has already (of any
    kind while it has none), and received within so many hours before or after it was declared. Six statements.

    Raises NotFound (incident.unknown).
    """
    row = reading.session.execute(
        select(MajorIncident.group_id, MajorIncident.work_type, MajorIncident.declared_at).where(
            MajorIncident.id == incident_id, in_scope(reading)
        )
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    zones = list(reading.session.scalars(select(IncidentZone.zone_id).where(IncidentZone.incident_id == incident_id)))
    kinds = {one.work_type for one in linked_orders(reading, incident_id).values()}
    around = timedelta(hours=hours)
    found = open_orders_like(
        reading,
        zone_ids=zones,
        group_ids=[] if row.group_id is None else [row.group_id],
        work_types=kinds if row.work_type is None else kinds | {row.work_type},
        received_from=row.declared_at - around,
        received_to=row.declared_at + around,
        limit=2 * MOST,
    )
    taken = set(
        reading.session.scalars(
            select(IncidentOrder.work_order_id).where(
                IncidentOrder.work_order_id.in_([one.id for one in found]), IncidentOrder.unlinked_at.is_(None)
            )
        )
    )
    return [one for one in found if one.id not in taken][:MOST]


def incidents_suspected(reading: Reading, *, hours: int, at_least: int, by_zone: bool) -> list[Cluster]:
    """Return where so many orders of one kind came in within the last hours and are not done: perhaps one incident."""
    since = reading.now - timedelta(hours=hours)
    return clusters(reading, received_from=since, at_least=at_least, by_zone=by_zone, limit=MOST)
