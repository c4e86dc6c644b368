"""Phones over HTTP: register, list, rotate, sign off, revoke."""

from uuid import UUID

from flask.views import MethodView
from marshmallow import fields

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.pages import Cursor
from api.schemas.fields import page_of, page_query
from api.schemas.sync import DeviceRegistration, DeviceShown, RegisteredDevice
from kernel.clock import iso
from kernel.settings import Settings
from sync.devices import queries, service
from sync.ingest.envelope import PROTOCOL

blp = Blueprint("devices", "Phones and who holds them.", prefix="/v1/devices")
CURSOR = Cursor("devices", UUID)
DevicesQuery = page_query(
    CURSOR, "DevicesQuery", user_id=fields.UUID(load_default=None), status=fields.String(load_default=None)
)


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
    )
    return {name: getattr(settings, name) for name in names}


def _shown(registered: service.Registered) -> dict[str, object]:
    runtime = transactions.runtime()
    return {
        "device_id": registered.device_id,
        "token": registered.token,
        "protocol": PROTOCOL,
        "server_time": iso(runtime.clock.now()),
        "limits": limits(runtime.settings),
    }


@blp.route("")
class Devices(MethodView):
    """All phones that the caller may see."""

    @blp.arguments(DevicesQuery, location="query")
    @blp.response(200, page_of(DeviceShown, "DevicePage"))
    def get(self, query: Loaded) -> Answer:
        """List one's own phones and those of the people one supervises."""
        with transactions.request_reading() as reading:
            return CURSOR.show(queries.page_of_devices(reading, **query))

    @blp.arguments(DeviceRegistration)
    @blp.response(201, RegisteredDevice)
    def post(self, asked: Loaded) -> Answer:
        """Register a phone for the caller; doing it again for the same installation gives a new token."""
        with transactions.request_transaction() as uow:
            registered = service.register(uow, **asked)
        return _shown(registered)


@blp.route("/<uuid:device_id>")
class Device(MethodView):
    """One phone."""

    @blp.response(204)
    def delete(self, device_id: UUID) -> Answer:
        """Sign off a phone of one's own: nothing more is taken from it."""
        with transactions.request_transaction() as uow:
            service.sign_off(uow, device_id=device_id)


@blp.route("/<uuid:device_id>/rotate")
class Rotation(MethodView):
    """A phone's secret."""

    @blp.response(200, RegisteredDevice)
    def post(self, device_id: UUID) -> Answer:
        """Give a phone of one's own a new token; the old one ends."""
        with transactions.request_transaction() as uow:
            registered = service.rotate(uow, device_id=device_id)
        return _shown(registered)


@blp.route("/<uuid:device_id>/revoke")
class Revocation(MethodView):
    """A phone's end."""

    @blp.response(204)
    def post(self, device_id: UUID) -> Answer:
        """Revoke a phone of somebody one supervises; it may still hand in its work for some days."""
        with transactions.request_transaction() as uow:
            service.revoke(uow, device_id=device_id, grace_days=transactions.runtime().settings.push_grace_days)
