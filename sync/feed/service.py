"""Pull: one page of what changed for this phone, read and authorised when it is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Uuid, bindparam, update

from kernel import change_feed
from kernel.actor import Actor, Level
from kernel.change_feed import EPOCH_SIZE, FeedEntry, Head, scope_of
from kernel.clock import iso
from kernel.direct import Prepared
from kernel.metrics import PULLED
from kernel.replica import Replica
from kernel.settings import Settings
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices import tokens
from sync.devices.calling import Phone
from sync.devices.gateway import note_told
from sync.devices.models import Device
from sync.feed import errors
from sync.feed.collections import LOADERS
from sync.feed.shapes import NEWEST, Step, served, steps_down
from sync.ingest.envelope import PROTOCOL

SEEN_EVERY = timedelta(seconds=60)
RECEIPTS = "receipts"
RECEIPT_BYTES = 400
"""More than the change of a receipt ever is, as JSON: names of ours, numbers, an id and a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """Which changes come next for a phone, before their documents are read; `more` tells whether others follow them.

    `steps` turn documents into the `schema` that the phone gets, by collection.
    """

    head: Head
    rows: Sequence[FeedEntry]
    since: int
    more: bool
    schema: int
    steps: Mapping[str, Sequence[Step]]


def look(
    reading: Reading,
    phone: Phone,
    settings: Settings,
    *,
    since: int,
    limit: int,
    collections: Sequence[str] = (),
    schema: int = NEWEST,
) -> Found:
    """Find the next changes for a phone, by prepared statements.

    Raises:
        Gone (resync-required): another epoch, past the head, or before the tombstone horizon.
        Upgrade (upgrade-required): a schema that is not served any more.
        Invalid (pull.collection, pull.since).
    """
    unknown = sorted(set(collections) - set(LOADERS))
    if unknown:
        raise errors.COLLECTION(", ".join(unknown), path="/collections", allowed=sorted(LOADERS))
    if since < 0:
        raise errors.SINCE(path="/since")
    steps = steps_down(schema, oldest=settings.pull_oldest_schema)
    # The head before the rows: what is committed in between has a higher number and comes with the next page.
    head = change_feed.read_head(reading.session, phone.region_id)
    _check_cursor(phone, since, head)
    if since == head.seq:  # nearly always: phones ask far more often than something happens
        return Found(head, (), since, False, served(schema), steps)
    limit = max(1, min(limit, settings.pull_max_rows))
    scopes = recipients(reading.actor)
    rows = change_feed.read_rows(reading.session, phone.region_id, scopes, since=since, limit=limit, types=collections)
    below = [row for row in rows if row.seq <= head.seq]
    return Found(head, below, since, len(below) == limit, served(schema), steps)


def answer(reading: Reading, phone: Phone, settings: Settings, found: Found) -> dict[str, Any]:
    """Return the page with these changes, ready to be written as JSON. Their documents are read and authorised now."""
    changes: list[Any] = []
    size, last = 0, found.since
    for seq, change, length in _changes(reading, found):
        size += length
        if changes and size > settings.pull_max_bytes:
            break
        changes.append(change)
        last = seq
    more = len(changes) < len(found.rows) or found.more
    PULLED.inc(len(changes))
    return {
        "protocol": PROTOCOL,
        "seq": last if more else found.head.seq,
        "has_more": more,
        "server_time": iso(reading.now),
        "applied": {"contiguous_to": phone.applied_to},
        "schema": found.schema,
        "changes": changes,
    }


def answer_by(
    replica: Replica, reading: Reading, phone: Phone, settings: Settings, found: Found
) -> dict[str, Any] | None:
    """Return the page by the documents of a replica, as far as it has seen these changes; None where it has seen none of them.

    Which changes there are is known from the primary: a replica that lags makes no phone miss news, nor start over.
    """

    def read(there: Reading, head: int) -> dict[str, Any]:
        seen = [row for row in found.rows if row.seq <= head]
        more = found.more or len(seen) < len(found.rows)
        return answer(there, phone, settings, replace(found, rows=seen, more=more))

    return replica.ask(reading, region_id=phone.region_id, seq=found.rows[0].seq, read=read)


def recipients(actor: Actor) -> list[str]:
    """The names under which changes are addressed to this caller: as a person, and as a member of places."""
    scopes = [scope_of("user", actor.user_id)]
    if actor.region_id is not None:
        scopes.append(scope_of("region", actor.region_id))
    for grant in actor.grants:
        if grant.place_id is not None and grant.level is not Level.EVERYWHERE:
            scope = scope_of(grant.level.value, grant.place_id)
            if scope not in scopes:
                scopes.append(scope)
    return scopes


def _check_cursor(phone: Phone, since: int, head: Head) -> None:
    if since == 0:
        return
    # A phone that began from 0 when the horizon was where it is now cannot miss a removal that was dropped before.
    behind = since < head.horizon and phone.began_horizon < head.horizon
    if since // EPOCH_SIZE != head.seq // EPOCH_SIZE or since > head.seq or behind:
        raise errors.RESYNC(seq=head.seq, horizon=head.horizon)


def is_all_quick(found: Found) -> bool:
    """Tell whether a page needs no session: all that it has is read by prepared statements."""
    return all(row.type == RECEIPTS or row.op != "put" for row in found.rows)


def _changes(reading: Reading, found: Found) -> Iterator[tuple[int, Any, int]]:
    """Yield the changes with their numbers and lengths. A document that the caller may not see any more goes out as a removal.

    Those of documents are JSON already, which tells their length; there are many receipts, and none is long.
    """
    rows = found.rows
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.op == "put":
            wanted.setdefault(row.type, []).append(row.id)
    documents: dict[str, Mapping[str, Mapping[str, Any]]] = {
        kind: LOADERS[kind](reading, ids) for kind, ids in wanted.items() if kind in LOADERS
    }
    for row in rows:
        seq, kind, key, op, reason = row
        document = documents[kind].get(key) if op == "put" and kind in documents else None
        change: dict[str, Any]
        if document is None:
            change = {"seq": seq, "type": kind, "id": key, "op": "del", "reason": reason or "unassigned"}
        else:
            for step in found.steps.get(kind, ()):
                document = step(document)
            change = {"seq": seq, "type": kind, "id": key, "op": op}
            if kind == RECEIPTS:
                change["doc"] = document
                yield seq, change, RECEIPT_BYTES
                continue
            if "version" in document:
                change["rev"] = document["version"]
            change["doc"] = document
        encoded = orjson.dumps(change, option=orjson.OPT_UTC_Z, default=str)
        yield seq, orjson.Fragment(encoded), len(encoded)


def acknowledge(uow: UnitOfWork, phone: Phone, found: Found) -> None:
    """Note how far the phone has come, from which horizon it began, that its token is in use, and that it was seen."""
    tokens.take_into_use(uow, phone)
    began = found.head.horizon if found.since == 0 else phone.began_horizon
    _ACKNOWLEDGE.rows(uow.session, device=phone.id, acked=max(phone.acked_seq, found.since), began=began, now=uow.now)
    if phone.has_gateway and found.rows:
        note_told(uow, phone.id, found.rows[-1].seq if found.more else found.head.seq)


_ACKNOWLEDGE = Prepared(
    update(Device.__table__)  # type: ignore[arg-type]
    .where(Device.id == bindparam("device", type_=Uuid()))
    .values(acked_seq=bindparam("acked"), began_horizon=bindparam("began"), last_seen_at=bindparam("now"))
)


def should_acknowledge(phone: Phone, found: Found, reading: Reading) -> bool:
    """Tell whether there is anything to note: a poll that brings nothing new writes nothing."""
    return (
        found.since > phone.acked_seq
        or (found.since == 0 and phone.began_horizon != found.head.horizon)
        or phone.fresh_token is not None
        or (phone.has_gateway and bool(found.rows))
        or phone.last_seen_at is None
        or reading.now - phone.last_seen_at > SEEN_EVERY
    )
