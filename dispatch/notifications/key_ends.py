"""Tells whoever has to rotate a key that it is about to end: each stage once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts.charge import keepers_of
from dispatch.accounts.keys.ending import STAGES, stage_due
from dispatch.accounts.keys.queries import EndingKey, page_of_ending
from dispatch.accounts.kinds import AccountKind
from dispatch.notifications.models import Notification
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from kernel.unit_of_work import UnitOfWork


def warn_of_key_ends(uow: UnitOfWork, *, after: Sequence[Any] | None = None, limit: int = 200) -> Sequence[Any] | None:
    """Tell of the keys that end next, at most `limit` after a key of this list, if their time has come.

    A person's own key is told to them; that of a service account to the people in charge of it (`keepers_of`), for it reads no
    notices. Returns what to go on after, or None when that was all. For the system; the statements are the same for any number.
    """
    page = page_of_ending(uow, before=uow.now + max(STAGES), after=after, limit=limit)
    due = []
    for row in page.items:
        stage = stage_due(expires_at=row.expires_at, written_at=row.written_at, now=uow.now)
        if stage is not None:
            due.append((row, STAGES.index(stage)))
    passed = _told(uow, (_key(row, later) for row, stage in due for later in range(stage + 1, len(STAGES))))
    # Where the clock went back, what is nearer to the end was told already.
    now = [(row, stage) for row, stage in due if passed.isdisjoint(_key(row, n) for n in range(stage + 1, len(STAGES)))]
    services = {row.user_id for row, _ in now if row.kind == AccountKind.SERVICE}
    keepers = keepers_of(uow, services) if services else {}
    tell(uow, [_notice(uow, row, stage, keepers) for row, stage in now])
    return page.after


def _key(row: EndingKey, stage: int) -> str:
    """Return the key of a notice: another end, after a rotation, is told of anew."""
    return f"key-ends:{row.id}:{row.expires_at:%Y%m%dT%H%M%S}:{STAGES[stage].days}"


def _told(uow: UnitOfWork, keys: Iterable[str]) -> set[str]:
    wanted = set(keys)
    if not wanted:
        return set()
    return set(uow.session.scalars(select(Notification.key).where(Notification.key.in_(wanted))))


def _notice(uow: UnitOfWork, row: EndingKey, stage: int, keepers: Mapping[UUID, tuple[UUID, ...]]) -> Notice:
    to = keepers.get(row.user_id, ()) if row.kind == AccountKind.SERVICE else (row.user_id,)
    values = {
        "name": row.name,
        "prefix": row.prefix,
        "login": row.login,
        "at": row.expires_at,
        "days": max(1, (row.expires_at - uow.now).days),
    }
    return Notice("accounts.key_ends", _key(row, stage), to, values, row.region_id, urgent=stage == len(STAGES) - 1)
