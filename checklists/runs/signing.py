"""Signs off a checklist at a desk, or on a phone that is online; and notices when what was signed is changed elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from checklists.media.events import MediaVerified
from checklists.runs.open_run import OpenRun
from checklists.runs.service import announce_runs, open_order, open_runs, write_runs
from checklists.signoff import errors as signoff_errors
from checklists.signoff import queries as signoff
from checklists.signoff.seen import FIRST, NEWEST, SECOND, Terms, read_terms
from checklists.signoff.snapshot import Method, Signature, Worth, read_digest
from dispatch.fees.events import FeesChanged
from dispatch.work_orders import service as work_orders
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignedOff:
    """What a sign-off over HTTP came to."""

    sign_off_id: UUID
    revision: int
    worth: Worth
    digest: bytes


def sign(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    signed_digest: str,
    signer_name: str | None = None,
    refused_reason: str | None = None,
    witness: str | None = None,
    signature_media: str | None = None,
    sign_off_id: UUID | None = None,
    snapshot: int = FIRST,
    completed_at: str | None = None,
    photos: Mapping[str, str | None] | None = None,
    previous: str | None = None,
) -> SignedOff:
    """Sign off an order's checklist, or record why the customer refused.

    Of the first version of the snapshot, a digest that does not match is kept, and flagged; of the second it is refused: whoever
    shows it is online, and can show what the order holds. `photos` are the hashes that were shown, by media id.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Conflict (checklist.order_over): the order is closed or cancelled.
        Conflict (signoff.other_digest): the order holds something else than what was signed; its digest is told.
        Forbidden (checklist.not_yours): neither of those who do the order, nor a dispatcher over it.
        Invalid (signoff.digest_malformed): not a SHA-256.
        and everything that `RunBook.sign` raises.
    """
    _, holders = open_order(uow, order_id)
    book = open_runs(uow, [order_id], {order_id: holders})
    run = book.run(order_id)
    signature = Signature(
        sign_off_id or uow.new_id(),
        read_digest(signed_digest),
        uow.now,
        uow.actor.user_id,
        signer_name,
        refused_reason,
        witness,
        signature_media,
        uow.actor.device_id,
        shown_terms(run, read_terms(snapshot, completed_at, photos)),
        None if previous is None else read_digest(previous),
        previous is not None,
        Method.DESK,
    )
    if signature.terms.snapshot >= SECOND and signature.op_id not in run.known:
        demand_same(run, signature)
    signed = book.sign(order_id, signature)
    write_runs(uow, book)
    return SignedOff(signature.op_id, signed.revision, signed.worth, signed.digest)


def shown_terms(run: OpenRun, terms: Terms) -> Terms:
    """Return terms with the hash of every photo as it is known now: it is what was shown, whatever comes in later."""
    if terms.snapshot < SECOND:
        return terms
    return Terms(terms.snapshot, terms.completed_at, run.content(terms)["photos"])


def demand_same(run: OpenRun, signature: Signature) -> None:
    """Raise Conflict (signoff.other_digest) unless the run holds what was signed."""
    now = run.digest(signature.terms)
    if signature.signed_digest != now:
        raise signoff_errors.OTHER_DIGEST(digest=now.hex(), snapshot=NEWEST)


def on_fees_changed(uow: UnitOfWork, event: FeesChanged) -> None:
    """Send the runs of these orders to their phones again, for there is something else to sign; and say what was signed before.

    What a customer signed stays as it was. An order whose signature no longer covers what it holds waits for a person.
    """
    _look_again(uow, event.order_ids)


def on_photos_came(uow: UnitOfWork, event: MediaVerified) -> None:
    """Look whether the photos that came in are those that customers signed; one statement where nobody signed any."""
    orders = {order_id for order_id, _ in event.files}
    signed = signoff.signed_with_photos(uow.session, orders)
    if signed:
        _look_again(uow, sorted(signed))


def _look_again(uow: UnitOfWork, order_ids: Sequence[UUID]) -> None:
    orders = work_orders.open_book(uow, order_ids)
    book = open_runs(uow, list(orders.orders), {key: orders.holders_now(key) for key in orders.orders})
    for order_id in orders.orders:
        if not book.has(order_id):
            continue
        run = book.run(order_id)
        last = run.last
        if last is not None and last.terms.snapshot >= SECOND and last.signed_digest != run.digest(last.terms):
            orders.flag_for_review(order_id)
        announce_runs(uow, [run])
    work_orders.write_book(uow, orders)
