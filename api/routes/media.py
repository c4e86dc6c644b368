"""Photos and signatures of work orders."""

from uuid import UUID

from flask.views import MethodView

from api import files, transactions
from api.auth import for_devices
from api.blueprints import PICTURES, Answer, Blueprint, Loaded
from api.schemas.media import Announced, MediaFile, MediaFiles, OrderEvidence, ThumbnailQuery
from api.transactions import request_reading, request_transaction
from checklists.evidence.queries import evidence_of
from checklists.media import queries, service
from checklists.media.states import ThumbnailSize
from checklists.media.thumbnails import CONTENT_TYPE
from kernel.unit_of_work import Reading
from sync.devices.calling import Caller

blp = Blueprint("media", "Photos and signatures (照片、签名) of work orders.")


@blp.route("/work-orders/<uuid:order_id>/media")
class OrderMedia(MethodView):
    """All files of an order."""

    @blp.response(200, MediaFiles)
    def get(self, order_id: UUID) -> Answer:
        """List the photos and signatures of a work order, also those that are still to come."""
        with request_reading() as reading:
            return {"items": queries.media_of_order(reading, order_id)}


@blp.route("/work-orders/<uuid:order_id>/media/<string:media_id>")
class OneFile(MethodView):
    """One file."""

    @blp.file(*PICTURES)
    def get(self, order_id: UUID, media_id: str) -> Answer:
        """Return a photo or signature."""
        with request_reading() as reading:
            return _original(reading, order_id, media_id)

    @blp.arguments(Announced, location="query")
    @blp.response(200, MediaFile)
    @blp.doc(
        requestBody={
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in PICTURES},
        }
    )
    def put(self, query: Loaded, order_id: UUID, media_id: str) -> Answer:
        """Hand in a photo or signature under the name that an answer gave it. Handed in again, it is the same file."""
        runtime = transactions.runtime()
        with request_transaction() as uow:
            service.may_hand_in(uow, order_id, media_id)

        def ask(digest: str) -> None:
            with request_reading() as reading:
                service.check_same(reading, order_id=order_id, media_id=media_id, digest=digest)

        with transactions.spooled_body(runtime.settings.media_max_bytes) as body, files.at_the_store():
            stored = service.store_picture(runtime.blobs, body, query["sha256"], ask)
        with request_transaction() as uow:
            return service.hand_in(uow, order_id=order_id, media_id=media_id, stored=stored)


@blp.route("/work-orders/<uuid:order_id>/media/<string:media_id>/thumbnail")
class OneThumbnail(MethodView):
    """One file, small."""

    @blp.arguments(ThumbnailQuery, location="query")
    @blp.file(CONTENT_TYPE)
    def get(self, query: Loaded, order_id: UUID, media_id: str) -> Answer:
        """Return a photo or signature in a small size, upright and without metadata."""
        with request_reading() as reading:
            return _thumbnail(reading, order_id, media_id, query["size"])


@blp.route("/work-orders/<uuid:order_id>/media-evidence")
class Evidence(MethodView):
    """What an order's pictures say of time and place."""

    @blp.response(200, OrderEvidence)
    def get(self, order_id: UUID) -> Answer:
        """Compare when and where pictures say to be taken with what was told of them; for those who review or lead there."""
        with request_reading() as reading:
            return {"items": evidence_of(reading, order_id)}


@blp.route("/media/orders/<uuid:order_id>/<string:media_id>")
class FileOnPhones(MethodView):
    """One file, for phones."""

    @for_devices
    @blp.file(*PICTURES)
    def get(self, order_id: UUID, media_id: str) -> Answer:
        """Return a photo or signature of an order that this phone holds; it never changes, so keep it."""
        with request_reading(Caller(transactions.bearer_token())) as reading:
            return _original(reading, order_id, media_id)


@blp.route("/media/orders/<uuid:order_id>/<string:media_id>/thumbnail")
class ThumbnailOnPhones(MethodView):
    """One file, small, for phones."""

    @for_devices
    @blp.arguments(ThumbnailQuery, location="query")
    @blp.file(CONTENT_TYPE)
    def get(self, query: Loaded, order_id: UUID, media_id: str) -> Answer:
        """Return a photo or signature of an order that this phone holds, in a small size."""
        with request_reading(Caller(transactions.bearer_token())) as reading:
            return _thumbnail(reading, order_id, media_id, query["size"])


def _original(reading: Reading, order_id: UUID, media_id: str) -> Answer:
    row = queries.media_file(reading, order_id, media_id)
    assert row.digest is not None
    assert row.content_type is not None
    assert row.size_bytes is not None
    return transactions.blob_answer(row.digest, row.content_type, row.size_bytes)


def _thumbnail(reading: Reading, order_id: UUID, media_id: str, size: ThumbnailSize) -> Answer:
    digest, size_bytes = queries.thumbnail(reading, order_id, media_id, size)
    return transactions.blob_answer(digest, CONTENT_TYPE, size_bytes)
