"""Takes orders of a round back that nobody has begun."""

from uuid import UUID

from sqlalchemy import select

from dispatch.rounds.models import RoundOccurrence
from dispatch.rounds.standing import OccurrenceState
from dispatch.work_orders.lifecycle import NOT_BEGUN, Asked, Command, Evidence
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork

REASON = "plan_changed"


def withdraw_ahead(uow: UnitOfWork, plan_id: UUID, note: str) -> int:
    """Cancel a plan's orders that nobody has begun and whose window is not over, and return how many there were.

    The same few statements for any number. Whoever had one loses it on the phone. For a plan that the actor may change.
    """
    rows = uow.session.execute(
        select(RoundOccurrence.id, RoundOccurrence.last_order_id).where(
            RoundOccurrence.plan_id == plan_id,
            RoundOccurrence.state == OccurrenceState.DUE.value,
            RoundOccurrence.window_end_at > uow.now,
        )
    ).all()
    book = open_book(uow, sorted({row.last_order_id for row in rows if row.last_order_id is not None}))
    taken = []
    for row in rows:
        order = book.orders.get(row.last_order_id)
        if order is None or order.status not in NOT_BEGUN:
            continue
        roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
        data = {"reason": REASON, "note": note, "round_id": str(plan_id)}
        entry = server_entry(uow, uow.new_id(), order.id, "work_order.cancel", data)
        asked = Asked(Command.CANCEL, uow.actor.user_id, roles, uow.now, data=data, lenient=True)
        book.command(order.id, asked, Evidence(), entry)
        taken.append(row.id)
    write_book(uow, book)
    state = OccurrenceState.WITHDRAWN.value
    update_rows(
        uow.session, RoundOccurrence, [{"id": key, "state": state, "done_at": None} for key in taken], key=["id"]
    )
    return len(taken)
