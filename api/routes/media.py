"""Photos and signatures of work orders."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded, conditional
from api.schemas.media import Announced, MediaFile, MediaFiles
from api.transactions import request_reading, request_transaction
from checklists.media import queries, service

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

    @conditional
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="image/*", description="The bytes.")
    def get(self, order_id: UUID, media_id: str) -> Answer:
        """Return a photo or signature."""
        with request_reading() as reading:
            row = queries.media_file(reading, order_id, media_id)
        assert row.digest is not None
        assert row.content_type is not None
        assert row.size_bytes is not None
        return transactions.blob_answer(row.digest, row.content_type, row.size_bytes)

    @blp.arguments(Announced, location="query")
    @blp.response(200, MediaFile)
    @blp.doc(
        requestBody={
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/jpeg", "image/png", "image/webp")
            },
        }
    )
    @blp.refuses(413)
    def put(self, query: Loaded, order_id: UUID, media_id: str) -> Answer:
        """Hand in a photo or signature under the name that an answer gave it. Handed in again, it is the same file."""
        runtime = transactions.runtime()
        with request_transaction() as uow:
            service.may_hand_in(uow, order_id, media_id)
        with transactions.spooled_body(runtime.settings.media_max_bytes) as body:
            stored = service.store_bytes(runtime.blobs, body)
            body.seek(0)
            with request_transaction() as uow:
                return service.hand_in(
                    uow,
                    order_id=order_id,
                    media_id=media_id,
                    stored=stored,
                    source=body,
                    announced=query["sha256"],
                )
