"""The sync protocol over HTTP: push, pull, receipts. Bodies are read and written by sync itself, not by a schema each."""

from uuid import UUID

import orjson
from flask import Response
from flask.views import MethodView

from api import transactions
from api.auth import for_devices
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.devices import limits
from api.schemas.sync import (
    Head,
    Limits,
    OpsAsked,
    OpsKnown,
    PullAnswer,
    PullQuery,
    PushAnswer,
)
from kernel import change_feed
from kernel.runtime import Runtime
from sync.appliers.registry import TYPES
from sync.devices.calling import Caller
from sync.devices.service import note_wiped
from sync.feed import service as feed
from sync.ingest import service as ingest
from sync.ingest.envelope import PROTOCOL
from sync.ingest.inflate import inflate
from sync.reconcile.runner import DRAIN

blp = Blueprint("sync", "How phones hand over their work and learn what changed (fsync/1).", prefix="/v1/sync")


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
        caller = Caller(transactions.bearer_token(), lock=True, taking=True)
        with transactions.quick_transaction(caller) as uow:
            answer = ingest.push(uow, caller.phone, plain, settings)
            uow.after_commit(lambda: _ring(runtime, caller.phone.region_id))
        return _raw(answer)


@blp.route("/pull")
class Pull(MethodView):
    """The feed of this phone."""

    @for_devices
    @blp.arguments(PullQuery, location="query")
    @blp.response(200, PullAnswer)
    @blp.refuses(410)
    def get(self, query: Loaded) -> Answer:
        """Read one page of what changed for this phone after `since`, and acknowledge what came before."""
        settings = transactions.runtime().settings
        caller = Caller(transactions.bearer_token(), roles=True)
        wanted = [name for name in query["collections"].split(",") if name]
        with transactions.quick_reading(caller) as quick:
            found = feed.look(
                quick, caller.phone, settings, since=query["since"], limit=query["limit"], collections=wanted
            )
            acknowledge = feed.should_acknowledge(caller.phone, found, quick)
        if found.rows:
            with transactions.request_reading(lambda _session, _now: quick.actor) as reading:
                page = feed.answer(reading, caller.phone, settings, found)
        else:
            page = feed.answer(quick, caller.phone, settings, found)
        if acknowledge:
            again = Caller(transactions.bearer_token(), lock=True)
            with transactions.request_transaction(again) as uow:
                feed.acknowledge(uow, again.phone, found)
        return _raw(page)


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
    @blp.response(200, Head)
    @blp.alt_response(304, description="Nothing has changed since the tag that was sent.")
    def get(self) -> Answer:
        """Tell the number of the region's latest change: a cheap question, cheaper with If-None-Match."""
        caller = Caller(transactions.bearer_token())
        with transactions.quick_reading(caller) as reading:
            seq = change_feed.read_head(reading.session, caller.phone.region_id).seq
        response = Response(status=304) if transactions.already_has(str(seq)) else _raw({"seq": seq})
        response.set_etag(str(seq))
        return response


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
        return {"protocol": PROTOCOL, "limits": limits(transactions.runtime().settings), "op_types": versions}


def _ring(runtime: Runtime, region_id: UUID) -> None:
    """Wake a worker; when that fails, the sweep does it later."""
    runtime.queue.ring_soon(DRAIN, str(region_id))


def _raw(body: object) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), mimetype="application/json")
