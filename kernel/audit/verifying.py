"""Reads chains of the audit log from the beginning, and finds the first entry at which one does not hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kernel.audit.acts import CHAINED, ROOT, beginning, chained
from kernel.audit.models import AuditEntry, AuditHead, AuditSubject

AT_ONCE = 1_000
"""Entries that are in memory at a time."""


class Fault(StrEnum):
    """What is wrong at an entry."""

    ALTERED = "altered"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    BEYOND = "beyond"
    GONE = "gone"
    TURNED_BACK = "turned_back"


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come."""

    chain: UUID
    n: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry of a chain at which it does not hold; `id` is None where there is none."""

    chain: UUID
    n: int
    id: UUID | None
    fault: Fault

    def __str__(self) -> str:
        return f"chain {self.chain}, entry {self.n}: {SAYS[self.fault]}"


SAYS: Mapping[Fault, str] = {
    Fault.ALTERED: "it, or the one before it, is not what was written",
    Fault.MISSING: "it is not there, though later ones are",
    Fault.CUT_OFF: "the chain ends before it, though it had come this far",
    Fault.BEYOND: "it lies beyond the head of the chain",
    Fault.GONE: "the chain had begun, and nothing is left of it",
    Fault.TURNED_BACK: "it is not the one that was noted elsewhere",
}


def heads(session: Session) -> list[Head]:
    """Return how far every chain has come: keep it elsewhere, and nobody can take entries back unseen."""
    rows = session.execute(select(AuditHead.chain, AuditHead.n, AuditHead.hash).order_by(AuditHead.chain))
    return [Head(*row) for row in rows]


def verify(session: Session, *, last: int | None = None, kept: Sequence[Head] = ()) -> tuple[int, list[Broken]]:
    """Read all chains, and return how many entries were read, and where each chain breaks first.

    With `last` only so many entries of each are read from its end on, as if those before were whole. `kept` are heads that were
    noted elsewhere earlier: entries up to there must still be the same.
    """
    read, broken = 0, []
    present = {head.chain: head for head in heads(session)}
    noted = {head.chain: head for head in kept}
    for chain in sorted({*present, *noted, *_begun(session), *_strays(session)}):
        count, fault = _verify(session, chain, present.get(chain), last, noted.get(chain))
        read += count
        if fault is not None:
            broken.append(fault)
    return read, broken


def _begun(session: Session) -> Sequence[UUID]:
    """Return the chains whose beginning is noted."""
    begun = select(AuditEntry.subject_id).where(AuditEntry.chain == ROOT, AuditEntry.action == "chain begun")
    return [chain for chain in session.scalars(begun) if chain is not None]


def _strays(session: Session) -> Sequence[UUID]:
    headless = select(AuditEntry.chain).where(AuditEntry.n == 1, AuditEntry.chain.not_in(select(AuditHead.chain)))
    return session.scalars(headless).all()


def _verify(
    session: Session, chain: UUID, head: Head | None, last: int | None, kept: Head | None
) -> tuple[int, Broken | None]:
    if head is None:
        return 0, Broken(chain, 1, None, Fault.GONE)
    n, before = 0, beginning(chain)
    if last is not None and head.n > last:
        n = head.n - last
        found = session.scalar(select(AuditEntry.hash).where(AuditEntry.chain == chain, AuditEntry.n == n))
        if found is None:
            return 0, Broken(chain, n, None, Fault.MISSING)
        before = found
    read = 0
    for entry in _entries(session, chain, n):
        read += 1
        if entry["n"] != n + 1:
            return read, Broken(chain, n + 1, None, Fault.MISSING)
        n, before = n + 1, chained(before, entry)
        if n > head.n:
            return read, Broken(chain, n, entry["id"], Fault.BEYOND)
        if before != entry["hash"]:
            return read, Broken(chain, n, entry["id"], Fault.ALTERED)
        if kept is not None and kept.n == n and kept.hash != before:
            return read, Broken(chain, n, entry["id"], Fault.TURNED_BACK)
    if n < max(head.n, 0 if kept is None else kept.n):
        return read, Broken(chain, n + 1, None, Fault.CUT_OFF)
    return read, None if before == head.hash else Broken(chain, n, None, Fault.ALTERED)


def _entries(session: Session, chain: UUID, after: int) -> Iterator[Mapping[str, Any]]:
    names = [name for name in CHAINED if name != "subjects"]
    columns = [getattr(AuditEntry, name) for name in (*names, "hash")]
    while True:
        rows = session.execute(
            select(*columns)
            .where(AuditEntry.chain == chain, AuditEntry.n > after)
            .order_by(AuditEntry.n)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        subjects = _subjects(session, chain, rows[0].n, rows[-1].n)
        for row in rows:
            yield {**row._mapping, "subjects": subjects.get((row.n, row.at, row.id), frozenset())}
        after = rows[-1].n


def _subjects(session: Session, chain: UUID, first: int, last: int) -> dict[tuple[Any, ...], frozenset[UUID]]:
    subject = AuditSubject
    rows = session.execute(
        select(subject.n, subject.at, subject.id, subject.subject_id).where(
            and_(subject.chain == chain, subject.n.between(first, last))
        )
    )
    found: dict[tuple[Any, ...], set[UUID]] = {}
    for n, at, key, subject_id in rows:
        found.setdefault((n, at, key), set()).add(subject_id)
    return {key: frozenset(ids) for key, ids in found.items()}
