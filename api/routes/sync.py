"""The sync protocol over HTTP: push, pull, receipts. Bodies are read and written by sync itself, not by a schema each."""

from typing import Any
from uuid import UUID

import orjson
from flask import Response
from flask.views import MethodView

from api import holding, pacing, transactions
from api.auth import for_devices
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.devices import limits
from api.schemas.sync import (
    GatewayShown,
    GatewayWanted,
    Head,
    HeadQuery,
    Limits,
    OpsAsked,
    OpsKnown,
    PullAnswer,
    PullQuery,
    PushAnswer,
)
from dispatch.notifications.addresses import AddressRules
from kernel import change_feed
from kernel.runtime import Runtime
from kernel.unit_of_work import Reading
from sync.appliers.registry import TYPES
from sync.devices import gateway, vapid
from sync.devices.calling import Caller, Phone
from sync.devices.service import note_wiped
from sync.feed import service as feed
from sync.feed.service import Found
from sync.feed.shapes import FIRST, NEWEST
from sync.ingest import service as ingest
from sync.ingest.envelope import PROTOCOL
from sync.ingest.inflate import inflate
from sync.ingest.lag import Load
from sync.reconcile.runner import DRAIN
from sync.stream import wire
from sync.stream.board import Kind

blp = Blueprint("sync", "How phones hand over their work and learn what changed (fsync/1).", prefix="/v1/sync")

NDJSON = "application/x-ndjson"
RETRY_MS = 15_000
"""When a phone comes again whose stream nobody holds."""


@blp.route("/push")
class Push(MethodView):
    """A batch of ops."""

    @for_devices
    @blp.doc(
        requestBody={
            "required": True,
            "description": "A batch (docs/sync-protocol.md, Push); gzip or zstd by Content-Encoding.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    )
    @blp.response(200, PushAnswer)
    def post(self) -> Answer:
        """Store a batch durably and answer for each op."""
        runtime = transactions.runtime()
        settings = runtime.settings
        plain = inflate(
            transactions.raw_body(settings.push_max_bytes),
            transactions.content_coding(),
            max_bytes=settings.push_max_bytes,
            max_compressed=settings.push_max_compressed_bytes,
            max_ratio=settings.push_max_ratio,
        )
        return _raw(_stored_at_once(runtime, plain) or _stored(runtime, plain))


@blp.route("/pull")
class Pull(MethodView):
    """The feed of this phone."""

    @for_devices
    @blp.arguments(PullQuery, location="query")
    @blp.response(200, PullAnswer)
    def get(self, query: Loaded) -> Answer:
        """Read one page of what changed for this phone after `since`, and acknowledge what came before.

        With `Accept: application/x-ndjson` each change is a line, and the last line holds what else the page says.
        """
        settings = transactions.runtime().settings
        caller = Caller(transactions.bearer_token(), roles=True)
        wanted = [name for name in query["collections"].split(",") if name]
        with transactions.quick_reading(caller) as quick:
            pacing.check_lag(Load.PULL, caller.phone.region_id)
            found = feed.look(
                quick,
                caller.phone,
                settings,
                since=query["since"],
                limit=query["limit"],
                collections=wanted,
                schema=query["schema"],
            )
            acknowledge = feed.should_acknowledge(caller.phone, found, quick)
            page = feed.answer(quick, caller.phone, settings, found) if _is_quick(found) else None
        if page is None:
            page = _page(quick, caller.phone, found)
        if acknowledge:
            again = Caller(transactions.bearer_token(), lock=True)
            with transactions.quick_transaction(again) as uow:
                feed.acknowledge(uow, again.phone, found)
        return _lines(page) if transactions.accepts(NDJSON) else _raw(page)


@blp.route("/ops/status")
class OpsStatus(MethodView):
    """What became of ops."""

    @for_devices
    @blp.arguments(OpsAsked)
    @blp.response(200, OpsKnown)
    def post(self, asked: Loaded) -> Answer:
        """Tell the state of up to 1,000 ops of this phone's user."""
        caller = Caller(transactions.bearer_token(), taking=True)
        with transactions.request_reading(caller) as reading:
            return {"protocol": PROTOCOL, "ops": ingest.status_of(reading, caller.phone, asked["ids"])}


@blp.route("/head")
class HeadOfFeed(MethodView):
    """How far the region has come."""

    @for_devices
    @blp.arguments(HeadQuery, location="query")
    @blp.response(200, Head)
    @blp.alt_response(304, description="Nothing has changed since the tag that was sent.")
    def get(self, query: Loaded) -> Answer:
        """Tell the number of the region's latest change: a cheap question, cheaper with If-None-Match.

        With `wait` the answer comes when there is news for this phone, or after so many seconds.
        """
        settings = transactions.runtime().settings
        wait = min(query["wait"], settings.head_wait_seconds)
        caller = Caller(transactions.bearer_token(), roles=wait > 0)
        with transactions.quick_reading(caller) as reading:
            seq = change_feed.read_head(reading.session, caller.phone.region_id).seq
        known = transactions.already_has(str(seq))
        if known and wait and (held := holding.hold(Kind.WAIT, caller, reading.actor, seq, wait)):
            return held
        answer = transactions.Tagged(status=304) if known else transactions.Tagged(orjson.dumps({"seq": seq}))
        answer.mimetype = "application/json"
        answer.set_etag(str(seq))
        return answer


@blp.route("/stream")
class Stream(MethodView):
    """News as they happen."""

    @for_devices
    @blp.response(200, {"type": "string"}, content_type="text/event-stream", description="Events `poke` with `{seq}`.")
    def get(self) -> Answer:
        """Poke this phone whenever there is news for it; it pulls then. The first poke comes at once."""
        caller = Caller(transactions.bearer_token(), roles=True)
        with transactions.quick_reading(caller) as reading:
            seq = change_feed.read_head(reading.session, caller.phone.region_id).seq
        seconds = transactions.runtime().settings.stream_minutes * 60
        held = holding.hold(Kind.STREAM, caller, reading.actor, seq, seconds)
        # Where nobody holds it, it ends with its first poke, and the phone comes again.
        return held or Response(wire.events(RETRY_MS, seq), mimetype="text/event-stream")


@blp.route("/gateway")
class Gateway(MethodView):
    """The push gateway that wakes this phone while it holds no stream."""

    @for_devices
    @blp.response(200, GatewayShown)
    def get(self) -> Answer:
        """Tell whether this phone is woken by a gateway, since when, and by which key the gateway knows us."""
        caller = Caller(transactions.bearer_token())
        with transactions.request_reading(caller) as reading:
            since = gateway.since_when(reading, caller.phone.id)
        return {"since": since, "application_server_key": vapid.public_key(transactions.runtime().settings)}

    @for_devices
    @blp.arguments(GatewayWanted)
    @blp.response(204)
    def put(self, wanted: Loaded) -> None:
        """Have this phone woken at an endpoint (RFC 8030) when there is something to pull; the poke is empty."""
        caller = Caller(transactions.bearer_token(), lock=True)
        rules = AddressRules.of(transactions.runtime().settings)
        with transactions.request_transaction(caller) as uow:
            gateway.set_gateway(uow, caller.phone, endpoint=wanted["endpoint"], rules=rules)

    @for_devices
    @blp.response(204)
    def delete(self) -> None:
        """Have this phone woken no more."""
        caller = Caller(transactions.bearer_token(), lock=True)
        with transactions.request_transaction(caller) as uow:
            gateway.forget_gateway(uow, caller.phone.id)


@blp.route("/wiped")
class Wiped(MethodView):
    """The end of a revoked phone."""

    @for_devices
    @blp.response(204)
    def post(self) -> Answer:
        """Tell that a revoked phone has deleted what it held."""
        caller = Caller(transactions.bearer_token(), taking=True)
        with transactions.request_transaction(caller) as uow:
            note_wiped(uow, caller.phone)


@blp.route("/limits")
class LimitsOfSync(MethodView):
    """Limits and versions."""

    @for_devices
    @blp.response(200, Limits)
    def get(self) -> Answer:
        """Tell the limits, the protocol, and the newest version of each type of op."""
        with transactions.request_reading(Caller(transactions.bearer_token(), taking=True)):
            versions = {name: known.version for name, known in TYPES.items()}
        settings = transactions.runtime().settings
        schemas = {"oldest": max(FIRST, settings.pull_oldest_schema), "newest": NEWEST}
        return {"protocol": PROTOCOL, "limits": limits(settings), "op_types": versions, "schemas": schemas}


def _is_quick(found: Found) -> bool:
    """Tell whether a page is read where it was found: it is empty, or needs no session and no replica takes that work off us."""
    return not found.rows or (transactions.runtime().replica is None and feed.is_all_quick(found))


def _page(quick: Reading, phone: Phone, found: Found) -> dict[str, Any]:
    """Read the documents of a page: on the replica, where there is one that has seen all of its changes."""
    runtime = transactions.runtime()
    if runtime.replica is not None:
        page = feed.answer_by(runtime.replica, quick, phone, runtime.settings, found)
        if page is not None:
            return page
    with transactions.request_reading(lambda _session, _now: quick.actor) as reading:
        return feed.answer(reading, phone, runtime.settings, found)


def _stored_at_once(runtime: Runtime, plain: bytes) -> dict[str, Any] | None:
    """Store a batch with one statement, and return the body of the answer; None where database or batch do not allow it."""
    if not runtime.stores_at_once:
        return None
    caller = Caller(transactions.bearer_token(), taking=True)
    with transactions.quick_statements(caller) as uow:
        answer = ingest.push_at_once(uow, caller.phone, plain, runtime.settings, _advice(caller.phone))
        if answer is not None and ingest.brings_work(answer):
            uow.after_commit(lambda: _ring(runtime, caller.phone.region_id))
    return answer


def _stored(runtime: Runtime, plain: bytes) -> dict[str, Any]:
    """Store a batch in a transaction that holds the phone's row, and return the body of the answer."""
    caller = Caller(transactions.bearer_token(), lock=True, taking=True)
    with transactions.quick_transaction(caller) as uow:
        answer = ingest.push(uow, caller.phone, plain, runtime.settings, _advice(caller.phone))
        if ingest.brings_work(answer):
            uow.after_commit(lambda: _ring(runtime, caller.phone.region_id))
    return answer


def _advice(phone: Phone) -> ingest.Advice | None:
    return pacing.advice(pacing.check_lag(Load.PUSH, phone.region_id))


def _ring(runtime: Runtime, region_id: UUID) -> None:
    """Wake a worker; when that fails, the sweep does it later."""
    runtime.queue.ring_soon(DRAIN, str(region_id))


def _lines(page: dict[str, Any]) -> Response:
    """Write a change a line, and what else a page says in the last one."""
    rest = {name: value for name, value in page.items() if name != "changes"}
    lines = (orjson.dumps(one, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for one in (*page["changes"], rest))
    return Response(b"".join(lines), mimetype=NDJSON)


def _raw(body: object) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), mimetype="application/json")
