"""Writes acts down: each chained to the one before it, under the lock of its chain's head, which moves last."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kernel.actor import Actor
from kernel.audit.acts import LONGEST_ACTION, LONGEST_AGENT, ROOT, Act, ActKind, Origin, beginning, chained
from kernel.audit.models import AuditEntry, AuditHead, AuditSubject
from kernel.audit.noting import Noted
from kernel.bulk import insert_rows
from kernel.identifiers import MintId

LONGEST_DETAILS = 16_384
"""Characters of an entry's details; rows beyond are counted and not told."""
BY_ITSELF = Origin("by itself")


def noted_act(noted: Noted, origin: Origin) -> Act | None:
    """Return the command that these changes come from, or None when nothing was changed."""
    if not noted.changes and not noted.left_out:
        return None
    told: list[dict[str, Any]] = []
    size = 0
    for change in noted.changes:
        one = change.as_json()
        size += len(orjson.dumps(one, default=str))
        if size > LONGEST_DETAILS:
            break
        told.append(one)
    details: dict[str, Any] = {"changes": told}
    left_out = noted.left_out + len(noted.changes) - len(told)
    if left_out:
        details["left_out"] = left_out
    return Act(
        ActKind.COMMAND, origin.action, region_id=noted.region_id, subjects=frozenset(noted.ids), details=details
    )


def append(
    session: Session, acts: Sequence[Act], *, actor: Actor, origin: Origin | None, now: datetime, new_id: MintId
) -> None:
    """Write acts down in the chains of their regions. Only the feed and the commit may follow: the heads are locked from here on.

    Four statements for each chain, and there is rarely more than one.
    """
    chains: dict[UUID, list[Act]] = {}
    for act in acts:
        chains.setdefault(act.region_id or actor.region_id or ROOT, []).append(act)
    heads = _lock(session, chains)
    if missing := sorted(set(chains) - set(heads)):
        begun = [Act(ActKind.COMMAND, "chain begun", subject_id=chain) for chain in _begin(session, missing)]
        chains[ROOT] = [*begun, *chains.get(ROOT, [])]
        heads = _lock(session, chains)
    entries = []
    # In a fixed order, so that two writers cannot wait for each other.
    for chain in sorted(chains):
        n, last = heads[chain]
        for act in chains[chain]:
            n += 1
            entry = _entry(chain, n, act, actor=actor, origin=origin or BY_ITSELF, now=now, key=new_id())
            last = entry["hash"] = chained(last, entry)
            entries.append(entry)
        heads[chain] = (n, last)
    _store(session, entries)
    for chain in sorted(chains):
        n, last = heads[chain]
        session.execute(
            update(AuditHead)
            .where(AuditHead.chain == chain)
            .values(n=n, hash=last)
            .execution_options(synchronize_session=False)
        )


def _lock(session: Session, chains: Iterable[UUID]) -> dict[UUID, tuple[int, bytes]]:
    """Lock the heads of chains, and return how far each has come."""
    rows = session.execute(
        select(AuditHead.chain, AuditHead.n, AuditHead.hash)
        .where(AuditHead.chain.in_(sorted(chains)))
        .order_by(AuditHead.chain)
        .with_for_update()
    )
    return {chain: (n, last) for chain, n, last in rows}


def _begin(session: Session, chains: Sequence[UUID]) -> list[UUID]:
    """Begin chains, and return those that are new; the chain of no region is held meanwhile, and notes them."""
    heads = [{"chain": chain, "n": 0, "hash": beginning(chain)} for chain in dict.fromkeys((ROOT, *chains))]
    insert_rows(session, AuditHead, heads[:1], on_conflict="(chain) DO NOTHING")
    _lock(session, [ROOT])
    rows = insert_rows(session, AuditHead, heads[1:], on_conflict="(chain) DO NOTHING", returning=["chain"])
    return sorted(row.chain for row in rows)


def _entry(chain: UUID, n: int, act: Act, *, actor: Actor, origin: Origin, now: datetime, key: UUID) -> dict[str, Any]:
    subject_id = act.subject_id or origin.subject_id
    agent = origin.agent and "".join(one if one.isprintable() else " " for one in origin.agent)[:LONGEST_AGENT]
    return {
        "chain": chain,
        "n": n,
        "id": key,
        "at": now,
        "kind": act.kind.value,
        "action": (act.action or origin.action)[:LONGEST_ACTION],
        "user_id": act.user_id or actor.user_id,
        "device_id": actor.device_id,
        "session": origin.session,
        "address": origin.address,
        "agent": agent,
        "request_id": origin.request_id,
        "subject_id": subject_id,
        "subjects": act.subjects if subject_id is None else act.subjects | {subject_id},
        "details": orjson.dumps(act.details, default=str, option=orjson.OPT_SORT_KEYS).decode(),
    }


def _store(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    insert_rows(session, AuditEntry, [{name: one[name] for name in one if name != "subjects"} for one in entries])
    insert_rows(
        session,
        AuditSubject,
        [
            {"chain": one["chain"], "n": one["n"], "subject_id": subject, "at": one["at"], "id": one["id"]}
            for one in entries
            for subject in sorted(one["subjects"])
        ],
    )
