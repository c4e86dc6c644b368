"""What can be done about addresses: ask for their positions, take what is due, and keep what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from dispatch.geocoding.matches import Match, MatchQuality
from dispatch.geocoding.models import AddressTask, KnownAddress, ProviderPace
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp, Subject, SubjectKind
from dispatch.territory.decisions import address_key
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=2)
KEPT, KEPT_UNKNOWN = timedelta(days=180), timedelta(days=7)
"""How long an answer counts, and how long one that the address is not known."""
MOST_ATTEMPTS = 12
LONGEST_PAUSE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task in the hands of a process. `known` is the answer if it is there already; `is_known` tells that it is."""

    id: UUID
    subject: Subject
    is_known: bool
    known: Match | None


def ask(uow: UnitOfWork, subjects: Sequence[Subject], *, fresh: bool = False) -> None:
    """Have these addresses looked up soon; `fresh` ones are asked of the provider even if the answer is known.

    A subject that waits already is asked with its address of now. One statement.
    """
    rows = [
        {
            "id": uow.new_id(),
            "region_id": one.region_id,
            "subject_kind": one.kind.value,
            "subject_id": one.id,
            "address": one.address,
            "is_fresh": fresh,
            "asked_at": uow.now,
            "due_at": uow.now,
            "attempts": 0,
            "last_error": None,
        }
        for one in subjects
        if address_key(one.address) is not None
    ]
    insert_rows(
        uow.session,
        AddressTask,
        rows,
        on_conflict="(subject_kind, subject_id) DO UPDATE SET id = excluded.id, address = excluded.address, "
        "is_fresh = excluded.is_fresh, asked_at = excluded.asked_at, due_at = excluded.due_at, attempts = 0",
    )


def on_addresses_to_look_up(uow: UnitOfWork, event: AddressesToLookUp) -> None:
    """Have addresses looked up that a slice above has no positions for."""
    ask(uow, event.subjects, fresh=event.fresh)


def claim(uow: UnitOfWork, provider: str) -> Claimed | None:
    """Take the task that is due first, for the length of the lease; None when nothing is. Look the answer up here first."""
    task = uow.session.execute(
        select(AddressTask)
        .where(AddressTask.due_at <= uow.now)
        .order_by(AddressTask.due_at, AddressTask.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if task is None:
        return None
    task.due_at = uow.now + LEASE
    subject = Subject(SubjectKind(task.subject_kind), task.subject_id, task.region_id, task.address)
    known = None if task.is_fresh else _known(uow, provider, subject)
    return Claimed(task.id, subject, known is not None, None if known is None else _match(known))


def take_slot(uow: UnitOfWork, provider: str, interval: timedelta) -> datetime | None:
    """Take the right to ask a provider now, which nobody else gets before the interval is over.

    Returns None with the right in hand, or else when to try again. The pace is kept in the database, so that it holds for all
    processes and needs no Redis.
    """
    fresh = {"provider": provider, "next_at": uow.now, "failures": 0}
    insert_rows(uow.session, ProviderPace, [fresh], on_conflict="(provider) DO NOTHING")
    taken = uow.session.execute(
        update(ProviderPace)
        .where(ProviderPace.provider == provider, ProviderPace.next_at <= uow.now)
        .values(next_at=uow.now + interval)
        .returning(ProviderPace.provider)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is not None:
        return None
    return uow.session.scalars(select(ProviderPace.next_at).where(ProviderPace.provider == provider)).one()


def settle(uow: UnitOfWork, task: Claimed, provider: str, match: Match | None) -> None:
    """Tell the subject of an answer, and take the task off the list unless it was asked anew in the meantime."""
    uow.session.execute(delete(AddressTask).where(AddressTask.id == task.id))
    uow.publish(AddressLookedUp(task.subject, provider, match))


def remember(uow: UnitOfWork, subject: Subject, provider: str, match: Match | None) -> None:
    """Keep an answer for the next time, and note that the provider is well."""
    row = {
        "region_id": subject.region_id,
        "provider": provider,
        "address_key": address_key(subject.address),
        "lat": None if match is None else match.lat,
        "lon": None if match is None else match.lon,
        "quality": None if match is None else match.quality.value,
        "label": None if match is None else match.label,
        "looked_up_at": uow.now,
        "expires_at": uow.now + (KEPT_UNKNOWN if match is None else KEPT),
    }
    insert_rows(
        uow.session,
        KnownAddress,
        [row],
        on_conflict="(region_id, provider, address_key) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, "
        "quality = excluded.quality, label = excluded.label, looked_up_at = excluded.looked_up_at, "
        "expires_at = excluded.expires_at",
    )
    uow.session.execute(update(ProviderPace).where(ProviderPace.provider == provider).values(failures=0))


def put_off(
    uow: UnitOfWork, task: Claimed, provider: str, reason: str, retry_after_seconds: float | None = None
) -> None:
    """Give a task back that got no answer, and leave the provider alone for a while: 10 s, doubling, at most a quarter hour."""
    failures = uow.session.scalar(
        select(ProviderPace.failures).where(ProviderPace.provider == provider).with_for_update()
    )
    wait = min(10.0 * 2 ** min(failures or 0, 10), LONGEST_PAUSE_SECONDS)
    wait = min(max(wait, retry_after_seconds or 0), LONGEST_PAUSE_SECONDS)
    later = uow.now + timedelta(seconds=wait)
    uow.session.execute(
        update(ProviderPace)
        .where(ProviderPace.provider == provider)
        .values(next_at=later, failures=ProviderPace.failures + 1)
    )
    attempts = uow.session.scalar(select(AddressTask.attempts).where(AddressTask.id == task.id))
    if attempts is not None:
        due_at = None if attempts + 1 >= MOST_ATTEMPTS else later
        uow.session.execute(
            update(AddressTask)
            .where(AddressTask.id == task.id)
            .values(due_at=due_at, attempts=attempts + 1, last_error=reason[:300])
        )


def give_back(uow: UnitOfWork, task: Claimed, at: datetime) -> None:
    """Give a task back untried, to be taken at this time."""
    uow.session.execute(update(AddressTask).where(AddressTask.id == task.id).values(due_at=at))


def _known(uow: UnitOfWork, provider: str, subject: Subject) -> KnownAddress | None:
    found: KnownAddress | None = uow.session.execute(
        select(KnownAddress).where(
            KnownAddress.region_id == subject.region_id,
            KnownAddress.provider == provider,
            KnownAddress.address_key == address_key(subject.address),
            KnownAddress.expires_at > uow.now,
        )
    ).scalar_one_or_none()
    return found


def _match(known: KnownAddress) -> Match | None:
    if known.lat is None or known.lon is None:
        return None
    return Match(known.lat, known.lon, MatchQuality(known.quality or MatchQuality.UNKNOWN), known.label or "")
