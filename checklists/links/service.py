"""What can be done with signing links: make one for a customer, take it back, and sign by it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from checklists.links import errors
from checklists.links.models import SigningLink
from checklists.links.states import LinkState
from checklists.media import service as media
from checklists.media.service import Stored
from checklists.runs.service import open_order, open_runs, write_runs
from checklists.runs.signing import shown_terms
from checklists.signoff.seen import NEWEST, Terms
from checklists.signoff.snapshot import Method, Signature
from dispatch.customers import queries as customers
from dispatch.notifications.customer_messages import tell_customers
from dispatch.notifications.notice import Addressee, CustomerNotice
from dispatch.territory.places import Places
from dispatch.texts import line
from dispatch.work_orders.book import BookOrder
from dispatch.work_orders.lifecycle import AT_THE_SITE, TERMINAL, Status
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.bulk import insert_rows
from kernel.clock import iso
from kernel.errors import TOO_MANY
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import Reading, UnitOfWork

SENT, SIGNED = "signing_link.made", "checklist.sign_off"
LASTS = timedelta(minutes=60)
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 72 * 60
MOST_ATTEMPTS, MOST_A_DAY = 5, 10
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: its address is shown this once. `told` tells whether it was sent to the customer's phone."""

    id: UUID
    link: str
    expires_at: datetime
    told: bool


def make_link(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    address: str,
    completed_at: datetime | None = None,
    minutes: int | None = None,
    send: bool = True,
) -> Made:
    """Make a link by which the customer signs what the order holds now; an earlier one of the order ends.

    The code goes to the customer's phone only, with the link, by the way that the region has there. `address` is what links begin
    with.

    Raises:
        NotFound (work_order.unknown, checklist.no_run); Forbidden (checklist.not_yours); Conflict (checklist.order_over).
        Conflict (signing_link.nothing_to_sign): nobody is or was at the site, or the checklist takes no signature.
        TooMany (too-many-requests): ten links of one order within a day.
    """
    order, _ = open_order(uow, order_id)
    run = open_runs(uow, [order_id], {}).run(order_id)
    reached = order.status_before_hold if order.status is Status.ON_HOLD else order.status
    if reached not in AT_THE_SITE or not run.checklist.needs_signature:
        raise errors.NOTHING_TO_SIGN()
    _check_pace(uow, order_id)
    _end(uow, order_id, LinkState.REPLACED)
    terms = shown_terms(run, Terms(NEWEST, None if completed_at is None else iso(completed_at)))
    token = new_secret()
    code = f"{int.from_bytes(secret_digest(new_secret())[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
    made = Made(
        uow.new_id(), f"{address}/sign/{token}", uow.now + (timedelta(minutes=minutes) if minutes else LASTS), False
    )
    row = {
        "id": made.id,
        "region_id": order.region_id,
        "work_order_id": order_id,
        "token_hash": secret_digest(token),
        "code_hash": _code_hash(token, code),
        "digest": run.digest(terms),
        "content": run.content(terms),
        "completed_at": terms.completed_at,
        "state": LinkState.OPEN.value,
        "attempts": 0,
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
        "expires_at": made.expires_at,
        "ended_at": None,
        "sign_off_id": None,
    }
    insert_rows(uow.session, SigningLink, [row])
    told = send and _tell(uow, order, made, code)
    book = open_book(uow, [order_id])
    book.record(server_entry(uow, uow.new_id(), order_id, SENT, {"link_id": str(made.id), "told": told}))
    write_book(uow, book)
    return Made(made.id, made.link, made.expires_at, told)


def _check_pace(uow: UnitOfWork, order_id: UUID) -> None:
    recent = select(func.count()).where(
        SigningLink.work_order_id == order_id, SigningLink.created_at > uow.now - timedelta(days=1)
    )
    if (uow.session.scalar(recent) or 0) >= MOST_A_DAY:
        raise TOO_MANY("so many links for one order within a day")


def _end(uow: UnitOfWork, order_id: UUID, state: LinkState) -> None:
    uow.session.execute(
        update(SigningLink)
        .where(SigningLink.work_order_id == order_id, SigningLink.state == LinkState.OPEN.value)
        .values(state=state.value, ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def _code_hash(token: str, code: str) -> bytes:
    return secret_digest(f"{token}:{code}")


def _tell(uow: UnitOfWork, order: BookOrder, made: Made, code: str) -> bool:
    """Send link and code to the customer's phone; tells whether there is a number to send them to."""
    if order.customer_id is None:
        return False
    found = customers.contacts_of(uow, [order.customer_id])[order.customer_id]
    where = Places(order.region_id, order.station_id, order.group_id, order.zone_id)
    notice = CustomerNotice(
        "signoff.link",
        f"signing:{made.id}",
        (Addressee(order.customer_id, found["name"], found["phone"], where),),
        {"number": order.number, "until": made.expires_at},
        order.region_id,
        urgent=True,
        secrets={"link": made.link, "code": code},
    )
    return tell_customers(uow, [notice]) > 0


def revoke_link(uow: UnitOfWork, *, order_id: UUID) -> None:
    """Take back the open link of an order, if there is one.

    Raises NotFound (work_order.unknown), Forbidden (checklist.not_yours), Conflict (checklist.order_over).
    """
    open_order(uow, order_id)
    _end(uow, order_id, LinkState.REVOKED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of signing by a link: the state that it is in now, and how often one may try on."""

    state: LinkState
    tries_left: int = MOST_ATTEMPTS


def check_link(reading: Reading, *, token: str, signer_name: str, code: str | None) -> bool:
    """Check what a customer gives, before a drawing of theirs is kept; tells whether the code is right, if one is given.

    Raises NotFound (signing_link.unknown), Gone (signing_link.over), Invalid (invalid) with the path.
    """
    columns = (SigningLink.state, SigningLink.expires_at, SigningLink.code_hash)
    link = reading.session.execute(select(*columns).where(SigningLink.token_hash == secret_digest(token))).one_or_none()
    if link is None:
        raise errors.UNKNOWN()
    _check_open(link, reading.now)
    line(signer_name, longest=80, path="/name")
    return not code or _code_hash(token, code.strip()) == link.code_hash


def sign_by_link(
    uow: UnitOfWork, *, token: str, signer_name: str, code: str | None = None, drawing: Stored | None = None
) -> Outcome:
    """Sign what a link shows, as the product itself: with the code, or a drawing that becomes a file of the order.

    A wrong code counts, so it is an outcome and no refusal: what is refused is undone. When the order holds something else by
    now, nobody signs: the link has ended.

    Raises NotFound (signing_link.unknown), Gone (signing_link.over), Invalid (signing_link.unsigned, invalid, and what
    `media.hand_in` raises) with the path.
    """
    order_id = uow.session.scalar(
        select(SigningLink.work_order_id).where(SigningLink.token_hash == secret_digest(token))
    )
    if order_id is None:
        raise errors.UNKNOWN()
    book = open_book(uow, [order_id])
    link = _locked(uow, token)
    signer_name = line(signer_name, longest=80, path="/name")
    if not code and drawing is None:
        raise errors.UNSIGNED(path="/code")
    if code and _code_hash(token, code.strip()) != link.code_hash:
        return _count(uow, link)
    order, holders = book.find(order_id), book.holders_now(order_id)
    runs = open_runs(uow, [order_id], {order_id: holders})
    run = runs.run(order_id)
    terms = Terms(NEWEST, link.completed_at, link.content["photos"])
    if order.status in TERMINAL or run.digest(terms) != link.digest:
        return _close(uow, link, LinkState.OVERTAKEN)
    key, drawn = uow.new_id(), None
    if drawing is not None:
        drawn = f"sign-{link.id.hex}"
        media.hand_in(uow, order_id=order_id, media_id=drawn, stored=drawing)
    signature = Signature(
        key,
        link.digest,
        uow.now,
        uow.actor.user_id,
        signer_name,
        signature_media=drawn,
        terms=terms,
        method=Method.LINK,
    )
    runs.sign(order_id, signature)
    write_runs(uow, runs)
    data = {"signed_digest": link.digest.hex(), "signer_name": signer_name, "link_id": str(link.id), "snapshot": NEWEST}
    book.record(server_entry(uow, key, order_id, SIGNED, data))
    write_book(uow, book)
    return _close(uow, link, LinkState.SIGNED, key)


def _locked(uow: UnitOfWork, token: str) -> Any:
    link = uow.session.execute(
        select(SigningLink.__table__).where(SigningLink.token_hash == secret_digest(token)).with_for_update()
    ).one()
    _check_open(link, uow.now)
    return link


def _check_open(link: Any, now: datetime) -> None:
    if link.state != LinkState.OPEN or link.expires_at <= now:
        raise errors.OVER()


def _count(uow: UnitOfWork, link: Any) -> Outcome:
    """Count a wrong code; the last one locks the link."""
    tried = link.attempts + 1
    if tried >= MOST_ATTEMPTS:
        _close(uow, link, LinkState.LOCKED)
        tried = MOST_ATTEMPTS
    uow.session.execute(update(SigningLink).where(SigningLink.id == link.id).values(attempts=tried))
    state = LinkState.LOCKED if tried >= MOST_ATTEMPTS else LinkState.OPEN
    return Outcome(state, MOST_ATTEMPTS - tried)


def _close(uow: UnitOfWork, link: Any, state: LinkState, sign_off_id: UUID | None = None) -> Outcome:
    values = {"state": state.value, "ended_at": uow.now, "sign_off_id": sign_off_id}
    uow.session.execute(update(SigningLink).where(SigningLink.id == link.id).values(**values))
    return Outcome(state)
