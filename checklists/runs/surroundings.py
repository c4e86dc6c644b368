"""Loads what is signed beside the answers: fees, parts, times, and the hashes of photos, for any number of orders at once."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from checklists.media import queries as media
from checklists.signoff.seen import TIMES, Around, Moment
from dispatch.fees.keeping import facts_of
from dispatch.fees.lines import Facts
from dispatch.work_orders import moments


def load_around(
    session: Session, order_ids: Collection[UUID], facts: Mapping[UUID, Facts] | None = None
) -> dict[UUID, Around]:
    """Return what lies around the checklists of these orders. Four statements, two with the fees in hand.

    For orders that are in scope already: it does not ask.
    """
    if not order_ids:
        return {}
    charged = facts_of(session, order_ids) if facts is None else facts
    hashes = media.hashes_of(session, order_ids)
    found = {order_id: Around(charged.get(order_id, Facts()), [], hashes.get(order_id, {})) for order_id in order_ids}
    for order_id, moment in _moments(session, order_ids):
        found[order_id].moments.append(moment)
    return found


def shown_times(session: Session, order_ids: Collection[UUID]) -> dict[UUID, dict[str, str | None]]:
    """Return the times of these orders as a customer signs them. For orders that are in scope already. One statement."""
    found = {order_id: Around() for order_id in order_ids}
    for order_id, moment in _moments(session, order_ids) if found else ():
        found[order_id].moments.append(moment)
    return {order_id: around.times() for order_id, around in found.items()}


def _moments(session: Session, order_ids: Collection[UUID]) -> Iterator[tuple[UUID, Moment]]:
    for one in moments.recorded(session, order_ids, TIMES):
        yield one.order_id, Moment(TIMES[one.kind], (one.effective_at, one.id), one.shown_at)
