"""Creates orders in sets, and defines the kinds of work that they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.sla.keeping import Dues, dues
from dispatch.territory import queries as territory
from dispatch.work_orders import clockwork, errors
from dispatch.work_orders.drafts import NewOrder
from dispatch.work_orders.events import CreatedOrder, OrdersCreated
from dispatch.work_orders.models import WorkOrder, WorkType
from dispatch.work_orders.numbers import order_number
from dispatch.work_orders.records import Entry
from dispatch.work_orders.rows import timeline_row
from dispatch.work_orders.timeline import write_entries
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def define_work_type(
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
    """Define a work type of a region, or change it. `minutes` is how long such a visit takes, `crew_size` how many people."""
    row = {
        "region_id": region_id,
        "code": code,
        "name": name,
        "name_en": name_en,
        "skill": skill,
        "template_code": template_code,
        "minutes": minutes,
        "crew_size": crew_size,
    }
    insert_rows(
        uow.session,
        WorkType,
        [row],
        on_conflict="(region_id, code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, "
        "skill = excluded.skill, template_code = excluded.template_code, minutes = excluded.minutes, "
        "crew_size = excluded.crew_size",
    )


def create_orders(uow: UnitOfWork, drafts: Sequence[NewOrder], *, path: str = "") -> list[UUID]:
    """Create orders with a constant number of statements per region, and tell the slices above.

    Deadlines come from the policy in force when each was received. Raises Invalid (work_order.work_type_unknown), with its place
    below `path`.
    """
    if not drafts:
        return []
    drafts = _at_present_places(uow, drafts)
    ids = [draft.id or uow.new_id() for draft in drafts]
    templates: dict[tuple[UUID, str], str | None] = {}
    for region_id in sorted({draft.places.region_id for draft in drafts}):
        for code, template in uow.session.execute(
            select(WorkType.code, WorkType.template_code).where(WorkType.region_id == region_id)
        ):
            templates[region_id, code] = template
    for index, draft in enumerate(drafts):
        if (draft.places.region_id, draft.work_type) not in templates:
            here = path if len(drafts) == 1 else f"{path}/{index}"
            raise errors.WORK_TYPE_UNKNOWN(draft.work_type, path=f"{here}/work_type")
    clocks = clockwork.plan(uow, ids, drafts)
    insert_rows(
        uow.session,
        WorkOrder,
        [_row(uow, key, draft, dues(clocks, key)) for key, draft in zip(ids, drafts, strict=True)],
    )
    clockwork.store(uow, clocks, ids, drafts)
    write_entries(
        uow,
        [
            timeline_row(
                server_entry(uow, uow.new_id(), key, "work_order.created", {"to": draft.status.value}),
                draft.places.region_id,
            )
            for key, draft in zip(ids, drafts, strict=True)
        ],
    )
    uow.publish(
        OrdersCreated(
            tuple(
                CreatedOrder(
                    key,
                    draft.places.region_id,
                    draft.template_code or templates[draft.places.region_id, draft.work_type],
                    draft.parent_id,
                    draft.places.zone_id,
                )
                for key, draft in zip(ids, drafts, strict=True)
            )
        )
    )
    return ids


def _at_present_places(uow: UnitOfWork, drafts: Sequence[NewOrder]) -> list[NewOrder]:
    """Keep the zones of new orders where they are until these are stored: a zone may have moved since it was looked up."""
    zones = {draft.places.zone_id for draft in drafts if draft.places.zone_id is not None}
    present = territory.held_places(uow, zones) if zones else {}
    return [
        draft if places is None or places == draft.places else replace(draft, places=places)
        for draft in drafts
        for places in [None if draft.places.zone_id is None else present.get(draft.places.zone_id)]
    ]


def _row(uow: UnitOfWork, key: UUID, draft: NewOrder, due: Dues) -> dict[str, Any]:
    return {
        "id": key,
        "region_id": draft.places.region_id,
        "station_id": draft.places.station_id,
        "group_id": draft.places.group_id,
        "zone_id": draft.places.zone_id,
        "number": draft.number or order_number(key, draft.received_at),
        "status": draft.status.value,
        "priority": draft.priority.value,
        "work_type": draft.work_type,
        "title": draft.title[:200],
        "description": draft.description,
        "customer_id": draft.customer_id,
        "site_id": draft.site_id,
        "asset_id": draft.asset_id,
        "first_owner_id": draft.first_owner_id,
        "parent_id": draft.parent_id,
        "received_at": draft.received_at,
        "completed_at": draft.completed_at,
        "closed_at": draft.closed_at,
        "declines": 0,
        "escalated": False,
        "repeat_visit": draft.repeat_visit,
        "sla_policy_id": due.policy_id,
        "respond_due_at": due.respond_due_at,
        "arrive_due_at": due.arrive_due_at,
        "resolve_due_at": due.resolve_due_at,
        "needs_review": False,
        "version": 1,
        "created_at": uow.now,
        "updated_at": uow.now,
    }


def server_entry(uow: UnitOfWork, key: UUID, order_id: UUID, kind: str, data: Mapping[str, Any]) -> Entry:
    """Make an entry of what the actor does now."""
    return Entry(key, order_id, kind, uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id)
