"""Phones over HTTP: register, list, rotate, sign off, revoke."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from flask.views import MethodView
from marshmallow import Schema, fields

from api import csv_tables, transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, Loaded
from api.pages import Cursor
from api.schemas.fields import Moment, Text, Word, page_of, page_query
from api.schemas.sync import (
    DeviceEventShown,
    DeviceRegistration,
    DeviceShown,
    Enrolment,
    EnrolmentByCode,
    EnrolmentWanted,
    RegisteredDevice,
    RevocationReason,
)
from kernel.actor import system_actor
from kernel.clock import iso
from kernel.database import Page
from kernel.settings import Settings
from kernel.unit_of_work import Reading
from sync.devices import enrolling, history, queries, service
from sync.devices.queries import DeviceRow
from sync.devices.states import DeviceStatus
from sync.ingest.envelope import PROTOCOL

blp = Blueprint("devices", "Phones and who holds them.")
CURSOR = Cursor("devices", sorts=queries.SORTS)
LIFE = Cursor("device-timeline", datetime, UUID)
FILTERS: dict[str, fields.Field[Any]] = {
    "user_id": fields.UUID(load_default=None),
    "status": Word(DeviceStatus, load_default=None),
    "forked": fields.Boolean(load_default=None, metadata={"description": "Only those that two phones use at once."}),
    "silent_since": Moment(load_default=None, metadata={"description": "Only those not heard of since then."}),
    "replaced": fields.Boolean(
        load_default=None,
        metadata={
            "description": "Only those that another installation of the same person followed: the app was installed anew."
        },
    ),
    "app": Text(40, load_default=None, metadata={"description": "Only those with this version of the app."}),
}
DevicesQuery = page_query(CURSOR, "DevicesQuery", **FILTERS)
DevicesExportQuery = type("DevicesExportQuery", (Schema,), {"__doc__": "Which phones an export shows.", **FILTERS})
COLUMNS = {
    "id": ("phone", "终端"),
    "user_id": ("person", "人员"),
    "name": ("name", "名称"),
    "platform": ("platform", "系统"),
    "app": ("app", "应用版本"),
    "status": ("status", "状态"),
    "last_seen_at": ("last seen", "最近联系"),
    "last_push_at": ("last handed in", "最近上传"),
    "clock_offset_ms": ("clock off by ms", "时钟偏差毫秒"),
    "forked_at": ("cloned", "发现克隆"),
    "revoked_at": ("revoked", "吊销时间"),
    "revoke_reason": ("reason", "吊销原因"),
    "push_until": ("hands in until", "可上传至"),
    "late_ops": ("handed in since", "吊销后上传数"),
    "wiped_at": ("wiped", "已清除"),
    "created_at": ("registered", "登记时间"),
}


def limits(settings: Settings) -> dict[str, int]:
    """Return the limits of sync, as phones are told them."""
    names = (
        "push_max_ops",
        "push_max_bytes",
        "push_max_compressed_bytes",
        "push_max_ratio",
        "op_max_bytes",
        "pull_max_rows",
        "pull_max_bytes",
        "media_max_bytes",
        "media_chunk_bytes",
        "media_max_uploads",
        "retain_days",
        "device_per_minute",
        "device_burst",
    )
    return {name: getattr(settings, name) for name in names}


def shown(registered: service.Registered) -> dict[str, object]:
    """Return what a phone is told when it takes part."""
    runtime = transactions.runtime()
    return {
        "device_id": registered.device_id,
        "token": registered.token,
        "protocol": PROTOCOL,
        "server_time": iso(runtime.clock.now()),
        "limits": limits(runtime.settings),
    }


@blp.route("/devices")
class Devices(MethodView):
    """All phones that the caller may see."""

    @blp.arguments(DevicesQuery, location="query")
    @blp.response(200, page_of(DeviceShown, "DevicePage"))
    def get(self, query: Loaded) -> Answer:
        """List one's own phones and those of the people one supervises."""
        with transactions.request_reading() as reading:
            return CURSOR.show(queries.page_of_devices(reading, **query), query["sort"])

    @blp.arguments(DeviceRegistration)
    @blp.response(201, RegisteredDevice)
    def post(self, asked: Loaded) -> Answer:
        """Register a phone for the caller; doing it again for the same installation gives a new token.

        The token before it stays good until the new one is used: an answer that gets lost locks nobody out.
        """
        with transactions.request_transaction() as uow:
            registered = service.register(uow, **asked)
        return shown(registered)


@blp.route("/devices/<uuid:device_id>")
class Device(MethodView):
    """One phone."""

    @blp.response(204)
    def delete(self, device_id: UUID) -> Answer:
        """Sign off a phone of one's own: nothing more is taken from it."""
        with transactions.request_transaction() as uow:
            service.sign_off(uow, device_id=device_id)


@blp.route("/devices/<uuid:device_id>/rotate")
class Rotation(MethodView):
    """A phone's secret."""

    @blp.response(200, RegisteredDevice)
    def post(self, device_id: UUID) -> Answer:
        """Give a phone of one's own a new token; the old one ends when the new one is used."""
        with transactions.request_transaction() as uow:
            registered = service.rotate(uow, device_id=device_id)
        return shown(registered)


@blp.route("/devices/<uuid:device_id>/revoke")
class Revocation(MethodView):
    """A phone's end."""

    @blp.arguments(RevocationReason, required=False)
    @blp.response(204)
    def post(self, asked: Loaded, device_id: UUID) -> Answer:
        """Revoke a phone of somebody one supervises; it may still hand in its work for some days."""
        days = transactions.runtime().settings.push_grace_days
        with transactions.request_transaction() as uow:
            service.revoke(uow, device_id=device_id, grace_days=days, reason=asked["reason"])


@blp.route("/devices/<uuid:device_id>/reinstate")
class Reinstatement(MethodView):
    """A revocation that is taken back."""

    @blp.response(204)
    def post(self, device_id: UUID) -> Answer:
        """Take back that a phone was revoked: it goes on with the token it has. Not after it has told that it was wiped."""
        with transactions.request_transaction() as uow:
            service.reinstate(uow, device_id=device_id)


@blp.route("/devices/<uuid:device_id>/timeline")
class Timeline(MethodView):
    """The life of one phone."""

    @blp.arguments(page_query(LIFE, "DeviceTimelineQuery"), location="query")
    @blp.response(200, page_of(DeviceEventShown, "DeviceEventPage"))
    def get(self, query: Loaded, device_id: UUID) -> Answer:
        """List what happened to a phone, the latest first."""
        with transactions.request_reading() as reading:
            return LIFE.show(history.timeline(reading, device_id, **query))


@blp.route("/devices/enrolments")
class Enrolments(MethodView):
    """Codes to take part by."""

    @blp.arguments(EnrolmentWanted)
    @blp.response(201, Enrolment)
    def post(self, asked: Loaded) -> Answer:
        """Make a code, and its QR code, by which one phone takes part for a person without a login."""
        with transactions.request_transaction() as uow:
            made = enrolling.invite(uow, **asked)
        link = enrolment_link(transactions.runtime().settings.public_address, made.code)
        picture = segno.make(link, error="m").svg_data_uri(scale=4)
        return {"id": made.enrolment_id, "code": made.code, "expires_at": made.expires_at, "link": link, "qr": picture}


@blp.route("/devices/enrol")
class Enrol(MethodView):
    """Taking part by a code."""

    @open_to_all
    @blp.arguments(EnrolmentByCode)
    @blp.response(201, RegisteredDevice)
    def post(self, asked: Loaded) -> Answer:
        """Register the phone of an installation by a code that a manager showed; the same installation may ask again."""
        with transactions.request_transaction(lambda _session, _now: system_actor()) as uow:
            registered = enrolling.enrol(uow, **asked)
        return shown(registered)


@blp.route("/devices.csv")
class DevicesCsv(MethodView):
    """Phones as a table."""

    @blp.arguments(DevicesExportQuery, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded) -> Answer:
        """Export one's own phones and those of the people one supervises as CSV."""

        def read(reading: Reading, limit: int, after: Any) -> Page[DeviceRow]:
            return queries.page_of_devices(reading, **query, limit=limit, after=after)

        return csv_tables.respond("phones.csv", COLUMNS, read)


def enrolment_link(server: str, code: str) -> str:
    """Write what an enrolment's QR code holds: for the app to read, on any server."""
    return f"fieldbeat:enrol?{urlencode({'server': server, 'code': code})}"
