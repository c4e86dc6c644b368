"""The commit-ordered feed of changes, one compacted row per recipient and document.

A region has one counter row. The writer takes its numbers from it as the last statement but the feed rows themselves, and the
row's lock is held until the commit: the order of the numbers is the order of the commits, and a rollback gives them back. A
reader therefore misses nothing at or below the head that it read before the rows.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, Uuid, bindparam, func, select, text, union_all, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows
from kernel.database import SILENT, Base, UTCDateTime
from kernel.direct import Direct, Prepared

REMOVED = "del"
EPOCH_SIZE = 2**40
"""`seq = epoch * 2**40 + n` fits JavaScript's exact integers for 8,191 epochs, and shows a restored server."""


class FeedHead(Base):
    """The counter of a region. The epoch grows when the server was restored from a backup."""

    __tablename__ = "feed_heads"
    __table_args__ = ({"info": SILENT},)

    region_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(default=1)
    n: Mapped[int] = mapped_column(BigInteger, default=0)
    # Tombstones at or below this number were dropped; a device that has not come this far starts over.
    horizon: Mapped[int] = mapped_column(BigInteger, default=0)
    horizon_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class FeedRow(Base):
    """The newest change of one document for one recipient."""

    __tablename__ = "feed_rows"
    __table_args__ = (
        Index("ix_feed_rows_pull", "region_id", "scope", "seq"),
        Index(
            "ix_feed_rows_removed",
            "region_id",
            "seq",
            postgresql_where=text("op = 'del'"),
            sqlite_where=text("op = 'del'"),
        ),
        {"info": SILENT},
    )

    region_id: Mapped[UUID] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(48), primary_key=True)
    type: Mapped[str] = mapped_column(String(24), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Change(NamedTuple):
    """One document changed for one recipient: `op` is `put` or `del`, `reason` says why it went.

    `scope` names the recipient: `user:<id>`, `zone:<id>`, `group:<id>`, `station:<id>` or `region:<id>`.
    """

    region_id: UUID
    scope: str
    type: str
    id: str
    op: str = "put"
    reason: str | None = None


DocumentKey = tuple[str, str, str]
"""What a region's feed keeps one row of: scope, type and id of a document."""
Numbers = Mapping[UUID, Mapping[DocumentKey, int]]
"""The numbers that changes got, by region."""


@lru_cache(maxsize=4096)
def scope_of(level: str, place_id: UUID) -> str:
    """Write a recipient, for example `user:0192…`."""
    return f"{level}:{place_id}"


def open_head(session: Session | Direct, region_id: UUID) -> None:
    """Give a new region its counter; harmless when it has one."""
    insert_rows(
        session,
        FeedHead,
        [{"region_id": region_id, "epoch": 1, "n": 0, "horizon": 0}],
        on_conflict="(region_id) DO NOTHING",
    )


def append(session: Session | Direct, changes: Iterable[Change], now: datetime) -> Numbers:
    """Number the changes and store them; nothing but the commit may follow, for the head is locked from here on.

    Later changes of the same document for the same recipient replace earlier ones. Returns the number of each.
    """
    latest: dict[UUID, dict[DocumentKey, Change]] = {}
    region_id, mine = None, dict[DocumentKey, Change]()
    for change in changes:
        if change.region_id is not region_id:
            region_id = change.region_id
            mine = latest.setdefault(region_id, {})
        key = (change.scope, change.type, change.id)
        mine.pop(key, None)
        mine[key] = change
    numbers: dict[UUID, dict[DocumentKey, int]] = {}
    rows: list[dict[str, Any]] = []
    # Regions in a fixed order, so that two writers cannot wait for each other.
    for region_id, mine in sorted(latest.items()):
        first = _advance(session, region_id, len(mine)) - len(mine) + 1
        numbers[region_id] = dict(zip(mine, count(first), strict=False))
        rows += [
            {
                "region_id": region_id,
                "scope": change.scope,
                "type": change.type,
                "id": change.id,
                "seq": seq,
                "op": change.op,
                "reason": change.reason,
            }
            for seq, change in enumerate(mine.values(), start=first)
        ]
    insert_rows(
        session,
        FeedRow,
        rows,
        same={"changed_at": now},
        on_conflict="(region_id, scope, type, id) DO UPDATE SET "
        "seq = excluded.seq, op = excluded.op, reason = excluded.reason, changed_at = excluded.changed_at",
    )
    return numbers


_ADVANCE = Prepared(
    update(FeedHead)
    .where(FeedHead.region_id == bindparam("region", type_=Uuid()))
    .values(n=FeedHead.n + bindparam("count", type_=BigInteger()))
    .returning(FeedHead.epoch, FeedHead.n)
)


def _advance(session: Session | Direct, region_id: UUID, count: int) -> int:
    row = _ADVANCE.row(session, region=region_id, count=count)
    if row is None:
        open_head(session, region_id)
        row = _ADVANCE.row(session, region=region_id, count=count)
    epoch, n = row
    return int(epoch * EPOCH_SIZE + n)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a region has come, and how far back its tombstones reach; both as `seq`."""

    seq: int
    horizon: int


_HEAD = Prepared(
    select(FeedHead.epoch, FeedHead.n, FeedHead.horizon).where(FeedHead.region_id == bindparam("region", type_=Uuid()))
)


def read_head(session: Session | Direct, region_id: UUID) -> Head:
    """Return how far a region has come. Read it before the rows."""
    row = _HEAD.row(session, region=region_id)
    if row is None:
        return Head(EPOCH_SIZE, 0)
    epoch, n, horizon = row
    start = epoch * EPOCH_SIZE
    return Head(start + n, start + horizon if horizon else 0)


def read_heads(session: Session) -> dict[UUID, int]:
    """Return how far each region has come, as `seq`. One statement."""
    rows = session.execute(select(FeedHead.region_id, FeedHead.epoch, FeedHead.n))
    return {row.region_id: row.epoch * EPOCH_SIZE + row.n for row in rows}


class FeedEntry(NamedTuple):
    """A feed row as read."""

    seq: int
    type: str
    id: str
    op: str
    reason: str | None


_COUNT: Any = bindparam("count", type_=Integer())


def read_rows(
    session: Session | Direct,
    region_id: UUID,
    scopes: Sequence[str],
    *,
    since: int,
    limit: int,
    types: Sequence[str] = (),
) -> list[FeedEntry]:
    """Return the next changes for these recipients in the order of their numbers, at most `limit`.

    One index range per recipient, merged: the cost follows the page, not the table.
    """
    if not scopes:
        return []
    names = {f"scope_{n}": scope for n, scope in enumerate(scopes)} | {f"type_{n}": one for n, one in enumerate(types)}
    rows = _rows_of(len(scopes), len(types)).rows(session, region=region_id, since=since, count=limit, **names)
    return [FeedEntry(*row) for row in rows]


@lru_cache(maxsize=256)
def _rows_of(scopes: int, types: int) -> Prepared:
    """Write the statement for so many recipients and types (none: all)."""
    region, since, count = bindparam("region", type_=Uuid()), bindparam("since", type_=BigInteger()), _COUNT
    parts = []
    for n in range(scopes):
        part = select(FeedRow.seq, FeedRow.type, FeedRow.id, FeedRow.op, FeedRow.reason).where(
            FeedRow.region_id == region, FeedRow.scope == bindparam(f"scope_{n}", type_=String()), FeedRow.seq > since
        )
        if types:
            part = part.where(FeedRow.type.in_([bindparam(f"type_{m}", type_=String()) for m in range(types)]))
        parts.append(select(part.order_by(FeedRow.seq).limit(count).subquery()))
    merged = union_all(*parts).subquery()
    return Prepared(select(merged).order_by(merged.c.seq).limit(count))


def begin_epoch(session: Session, region_id: UUID) -> None:
    """Start a new epoch, after a restore from a backup: every phone pulls anew and hands in again what it kept.

    The rows move into the new epoch, in their order, so that a phone can pull them page by page. They start at a number drawn
    by lot: the same backup may be restored twice, and a cursor from the first time must not pass for one of the second.
    """
    open_head(session, region_id)
    locked = select(FeedHead.epoch, FeedHead.n).where(FeedHead.region_id == region_id).with_for_update()
    epoch, n = session.execute(locked).one()
    head, oldest = epoch * EPOCH_SIZE + n, select(func.min(FeedRow.seq)).where(FeedRow.region_id == region_id)
    before = (session.scalar(oldest) or head + 1) - 1
    start = secrets.randbelow(EPOCH_SIZE // 2)
    session.execute(
        update(FeedHead)
        .where(FeedHead.region_id == region_id)
        .values(epoch=epoch + 1, n=start + head - before, horizon=start)
    )
    further = (epoch + 1) * EPOCH_SIZE + start - before
    moved = update(FeedRow).where(FeedRow.region_id == region_id).values(seq=FeedRow.seq + further)
    session.execute(moved.execution_options(synchronize_session=False))


def last_changes(session: Session, region_id: UUID, scopes: Sequence[str], type_: str, key: str) -> dict[str, int]:
    """Return the number of the newest change of one document for each of these recipients that ever got it. One statement."""
    rows = session.execute(
        select(FeedRow.scope, FeedRow.seq).where(
            FeedRow.region_id == region_id, FeedRow.scope.in_(scopes), FeedRow.type == type_, FeedRow.id == key
        )
    )
    return {row.scope: row.seq for row in rows}
