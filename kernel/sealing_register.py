"""Which keys a database was sealed with: what tells a process that it has other ones, before it seals anything."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows
from kernel.database import SILENT, Base
from kernel.sealing import SealingKey
from kernel.unit_of_work import UnitOfWork


class KnownKey(Base):
    """A key that seals in this database, or did: its name, and what tells it from another of that name."""

    __tablename__ = "sealing_keys"
    __table_args__ = ({"info": SILENT},)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(16))
    first_used_at: Mapped[datetime]


def known_keys(session: Session) -> dict[str, str]:
    """Return the keys that this database was sealed with: the fingerprint of each by its name."""
    rows = session.execute(select(KnownKey.name, KnownKey.fingerprint).order_by(KnownKey.first_used_at, KnownKey.name))
    return {row.name: row.fingerprint for row in rows}


def missing_keys(session: Session, keys: Iterable[SealingKey]) -> list[str]:
    """Return the names of the keys of this database that are not among these."""
    here = {key.name: key.fingerprint for key in keys}
    return [name for name, fingerprint in known_keys(session).items() if here.get(name) != fingerprint]


def forget_keys(uow: UnitOfWork, names: Collection[str]) -> None:
    """Forget keys that nothing is sealed with any more."""
    uow.session.execute(delete(KnownKey).where(KnownKey.name.in_(names)))


def note_key(uow: UnitOfWork, key: SealingKey) -> None:
    """Note that a key seals in this database from now on."""
    row = {"name": key.name, "fingerprint": key.fingerprint, "first_used_at": uow.now}
    insert_rows(uow.session, KnownKey, [row], on_conflict="(name) DO NOTHING")
