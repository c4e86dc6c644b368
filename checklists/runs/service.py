"""What can be done with checklist runs: open and write the book on many, fill in one over HTTP, follow the orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from checklists.media.events import MediaVerified
from checklists.media.service import Named, name_media
from checklists.runs import errors, queries
from checklists.runs.book import RunBook
from checklists.runs.consequences import consequences
from checklists.runs.events import RunsFailing, RunsSigned, SignedRun
from checklists.runs.fold import Given, Standing
from checklists.runs.models import ChecklistAnswer, ChecklistRun
from checklists.runs.open_run import OpenRun
from checklists.runs.surroundings import load_around
from checklists.signoff import queries as signoff
from checklists.signoff import service as sign_offs
from checklists.signoff.service import Sealed
from checklists.signoff.snapshot import Signature
from checklists.templates import queries as templates
from checklists.templates.answer_types import AnswerType
from dispatch.fees.lines import Facts
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.archiving import ARCHIVED
from dispatch.work_orders.book import BookOrder
from dispatch.work_orders.events import (
    CreatedOrder,
    HistoryRemoved,
    Holding,
    OrdersArchived,
    OrdersCreated,
    OrdersGranted,
    OrdersRevoked,
)
from dispatch.work_orders.lifecycle import DISPATCHERS, TERMINAL
from kernel.actor import Role
from kernel.bulk import insert_rows, update_rows
from kernel.by_ids import ByIds
from kernel.change_feed import Change, scope_of
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork


def open_runs(
    uow: UnitOfWork,
    order_ids: Sequence[UUID],
    holders: Mapping[UUID, Sequence[UUID]],
    facts: Mapping[UUID, Facts] | None = None,
) -> RunBook:
    """Open the book on the runs of these orders, locked in the order of their ids. Eight statements at most.

    The caller has opened these orders already, and so knows that the actor may; `holders` says whose phones each is on, `facts`
    are their fees where they are open already. Lock orders first, then runs.
    """
    if not order_ids:
        return RunBook(())
    uow.session.flush()
    rows = _RUNS.rows(uow.session, order_ids)
    if not rows:
        return RunBook(())
    checklists = templates.checklists_of(uow.session, {row.template_version_id for row in rows})
    around = load_around(uow.session, [row.work_order_id for row in rows], facts)
    runs = {
        row.id: OpenRun(
            row.id,
            row.region_id,
            row.work_order_id,
            row.template_version_id,
            checklists[row.template_version_id][1],
            tuple(holders.get(row.work_order_id, ())),
            row.version,
            row.answers,
            around=around[row.work_order_id],
        )
        for row in rows
    }
    for run_id, given in queries.answers_of(uow.session, list(runs)):
        runs[run_id].load(given)
    for run_id, signatures in signoff.signatures_of(uow.session, list(runs)).items():
        for signature, stamp in signatures:
            runs[run_id].load_signature(signature, stamp)
    return RunBook(runs.values())


_RUNS = ByIds(
    select(
        ChecklistRun.id,
        ChecklistRun.region_id,
        ChecklistRun.work_order_id,
        ChecklistRun.template_version_id,
        ChecklistRun.version,
        ChecklistRun.answers,
    )
    .order_by(ChecklistRun.id)
    .with_for_update(),
    ChecklistRun.work_order_id,
)


def write_runs(uow: UnitOfWork, book: RunBook) -> None:
    """Write once what was added to the book, with five statements at most, and announce it to the assignees' phones.

    Raises:
        Conflict (checklist.answer_id_reused, signoff.id_reused): an id belongs to another run.
    """
    runs = book.changed()
    rows = [_answer_row(uow, run, given) for run in runs for given in run.fresh]
    stored = insert_rows(uow.session, ChecklistAnswer, rows, on_conflict="(id) DO NOTHING", returning=["id"])
    if len(stored) != len(rows):
        raise errors.ANSWER_ID_REUSED(path="/id")
    fresh, restamped = [], []
    for run in runs:
        for key, stamp in run.stamp_signatures().items() if run.signatures else ():
            signature = run.known[key]
            assert isinstance(signature, Signature)
            before = run.stamps.get(key)
            same = before is None and signature.signed_digest == run.digest(signature.terms)
            seen = run.content(signature.terms) if same else None
            sealed = Sealed(run.id, run.region_id, run.work_order_id, signature, stamp, seen)
            if before is None:
                fresh.append(sealed)
            elif (before.revision, before.server_digest) != (stamp.revision, stamp.server_digest):
                restamped.append(sealed)
    sign_offs.store(uow, fresh=fresh, restamped=restamped)
    name_media(uow, _named(runs))
    signed = [run for run in runs if run.fresh_signatures]
    if signed:
        uow.publish(
            RunsSigned(
                tuple(
                    SignedRun(run.work_order_id, run.region_id, run.digest(run.terms), run.revision) for run in signed
                )
            )
        )
    changed = [
        {"id": run.id, "answers": run.entries, "version": run.version + 1, "updated_at": uow.now} for run in runs
    ]
    update_rows(uow.session, ChecklistRun, changed, key=["id"])
    failing = tuple(run.work_order_id for run in runs if run.fresh and consequences(run.checklist, run.entries))
    if failing:
        uow.publish(RunsFailing(failing))
    announce_runs(uow, runs)


def announce_runs(uow: UnitOfWork, runs: Sequence[OpenRun]) -> None:
    """Send runs to the phones that hold their orders."""
    uow.announce(
        Change(run.region_id, scope_of("user", holder), "checklists", str(run.id))
        for run in runs
        for holder in run.holders
    )


def _named(runs: Sequence[OpenRun]) -> Iterator[Named]:
    """Yield the files that new answers and signatures name: their bytes come when there is a connection."""
    for run in runs:
        for given in run.fresh:
            photos = given.value if run.checklist.by_key[given.item].type is AnswerType.PHOTO else ()
            for media_id in dict.fromkeys((*given.media, *(photos or ()))):
                yield Named(run.region_id, run.work_order_id, media_id, given.author_id)
        for signature in run.fresh_signatures:
            if signature.signature_media is not None:
                yield Named(run.region_id, run.work_order_id, signature.signature_media, signature.user_id)


def on_media_verified(uow: UnitOfWork, event: MediaVerified) -> None:
    """Tell the phones that hold these orders that a file of theirs is here."""
    orders = sorted({order_id for order_id, _ in event.files})
    book = work_orders.open_book(uow, orders)
    rows = uow.session.execute(
        select(ChecklistRun.id, ChecklistRun.region_id, ChecklistRun.work_order_id).where(
            ChecklistRun.work_order_id.in_(list(book.orders))
        )
    )
    uow.announce(
        Change(row.region_id, scope_of("user", holder), "checklists", str(row.id))
        for row in rows
        if book.orders[row.work_order_id].archived_at is None
        for holder in book.holders_now(row.work_order_id)
    )


def _answer_row(uow: UnitOfWork, run: OpenRun, given: Given) -> dict[str, Any]:
    return {
        "id": given.op_id,
        "region_id": run.region_id,
        "run_id": run.id,
        "item": given.item,
        "value": given.value,
        "note": given.note,
        "media": list(given.media),
        "base": given.base,
        "settles": [str(one) for one in given.settles],
        "author_id": given.author_id,
        "device_id": given.device_id,
        "by_assignee": given.by_assignee,
        "effective_at": given.effective_at,
        "time_quality": given.time_quality,
        "recorded_at": uow.now,
    }


def excerpt(uow: UnitOfWork, order_id: UUID, items: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Return what is in force in these items of an order's checklist; nothing for an order out of the actor's scope."""
    if not items or order_id not in work_orders.open_book(uow, [order_id]).orders:
        return ()
    return open_runs(uow, [order_id], {}).excerpt(order_id, items)


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer over HTTP came to."""

    answer_id: UUID
    standing: Standing
    failed: bool
    amends: UUID | None
    digest: bytes


def answer(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    item: str,
    value: Any,
    base: UUID | None = None,
    settles: Sequence[UUID] = (),
    note: str | None = None,
    media: Sequence[str] = (),
    answer_id: UUID | None = None,
    unit: str | None = None,
    template_version_id: UUID | None = None,
) -> Answered:
    """Answer an item at a desk, or on a phone that is online. With a known `answer_id` it answers as it did the first time.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Conflict (checklist.order_over): the order is closed or cancelled.
        Forbidden (checklist.not_yours): neither of those who do the order, nor a dispatcher over it.
        Conflict (checklist.not_shown): the item is hidden by the answers so far.
        and everything that `RunBook.answer` raises.
    """
    order, holders = open_order(uow, order_id)
    book = open_runs(uow, [order_id], {order_id: holders})
    given = Given(
        answer_id or uow.new_id(),
        item,
        value,
        uow.now,
        uow.actor.user_id,
        uow.actor.user_id == order.assignee_id,
        base,
        tuple(settles),
        uow.actor.device_id,
        note=note,
        media=tuple(media),
    )
    recorded = book.answer(order_id, given, unit=unit, version_id=template_version_id)
    settlement = book.settle()
    if given.op_id in settlement.out_of_sight:
        raise errors.NOT_SHOWN(path="/item")
    write_runs(uow, book)
    standing = settlement.standings.get(given.op_id) or book.run(order_id).standing(given.op_id)
    return Answered(given.op_id, standing, recorded.failed, settlement.amended.get(given.op_id), book.digest(order_id))


def open_order(uow: UnitOfWork, order_id: UUID) -> tuple[BookOrder, tuple[UUID, ...]]:
    """Return an order whose checklist the actor may fill in now, with whose phones it is on.

    Raises NotFound (work_order.unknown), Forbidden (checklist.not_yours), Conflict (checklist.order_over).
    """
    book = work_orders.open_book(uow, [order_id])
    order, holders = book.find(order_id), book.holders_now(order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id not in holders and not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_YOURS()
    if order.status in TERMINAL:
        raise errors.ORDER_OVER(f"the order is {order.status}")
    return order, holders


def on_orders_created(uow: UnitOfWork, event: OrdersCreated) -> None:
    """Begin a run for each new order whose checklist is in force in its zone now; four statements a region.

    It stays on that version. An order whose work type has no checklist in force gets no run.
    """
    wanted: dict[UUID, list[CreatedOrder]] = {}
    for order in event.orders:
        if order.template_code is not None:
            wanted.setdefault(order.region_id, []).append(order)
    rows = []
    for region_id, orders in wanted.items():
        keys = {(order.template_code, order.zone_id) for order in orders if order.template_code is not None}
        versions = templates.versions_at(uow, region_id, keys, uow.now)
        rows += [
            {
                "id": uow.new_id(),
                "region_id": region_id,
                "work_order_id": order.id,
                "template_version_id": versions[order.template_code, order.zone_id],
                "answers": {},
                "version": 1,
                "created_at": uow.now,
                "updated_at": uow.now,
            }
            for order in orders
            if order.template_code is not None and (order.template_code, order.zone_id) in versions
        ]
    insert_rows(uow.session, ChecklistRun, rows)


def on_history_removed(uow: UnitOfWork, event: HistoryRemoved) -> None:
    """Drop the runs of orders that are about to be deleted, as long as nobody has answered anything. One statement."""
    uow.session.execute(
        delete(ChecklistRun)
        .where(one_of(uow.session, ChecklistRun.work_order_id, event.order_ids), ChecklistRun.version == 1)
        .execution_options(synchronize_session=False)
    )


def on_orders_granted(uow: UnitOfWork, event: OrdersGranted) -> None:
    """Send the runs of these orders to the phones they came onto."""
    _announce(uow, event.holdings, "put", None)


def on_orders_revoked(uow: UnitOfWork, event: OrdersRevoked) -> None:
    """Take the runs of these orders off the phones they left."""
    _announce(uow, event.holdings, "del", "unassigned")


def on_orders_archived(uow: UnitOfWork, event: OrdersArchived) -> None:
    """Take the runs of orders that are over for long off the phones that hold them."""
    _announce(uow, event.holdings, "del", ARCHIVED)


def _announce(uow: UnitOfWork, holdings: Sequence[Holding], op: str, reason: str | None) -> None:
    if not holdings:
        return
    rows = uow.session.execute(
        select(ChecklistRun.work_order_id, ChecklistRun.id).where(
            ChecklistRun.work_order_id.in_({holding.order_id for holding in holdings})
        )
    )
    runs = {row.work_order_id: row.id for row in rows}
    uow.announce(
        Change(
            holding.region_id, scope_of("user", holding.user_id), "checklists", str(runs[holding.order_id]), op, reason
        )
        for holding in holdings
        if holding.order_id in runs
    )
