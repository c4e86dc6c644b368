"""Reference pictures of checklist templates: handed in at a desk, shown there and on phones."""

from flask.views import MethodView

from api import files, transactions
from api.auth import for_devices
from api.blueprints import PICTURES, Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.template_pictures import PictureQuery, TemplatePicture
from api.transactions import request_reading, request_transaction
from checklists.media.service import store_picture
from checklists.templates import pictures
from kernel.unit_of_work import Reading
from sync.devices.calling import Caller

blp = Blueprint("template-pictures", "Reference pictures (参考图片) of checklist templates.")
_BYTES = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    }
}


def _shown(reading: Reading, digest: str) -> Answer:
    row = pictures.picture(reading, digest.lower())
    return transactions.blob_answer(row.digest, row.content_type, row.size_bytes)


@blp.route("/checklist-pictures")
class Pictures(MethodView):
    """All reference pictures."""

    @blp.arguments(PictureQuery, location="query")
    @blp.response(201, TemplatePicture)
    @blp.doc(**_BYTES)
    def post(self, query: Loaded) -> Answer:
        """Hand in a picture for the templates of a region; items name it by the digest of the answer."""
        runtime = transactions.runtime()
        with request_reading() as reading:
            region_id = region_or_own(reading, query["region_id"])
            pictures.may_keep(reading, region_id)
        with transactions.spooled_body(runtime.settings.media_max_bytes) as body, files.at_the_store():
            stored = store_picture(runtime.blobs, body)
        with request_transaction() as uow:
            return pictures.keep_picture(uow, region_id=region_id, stored=stored)


@blp.route("/checklist-pictures/<string:digest>")
class OnePicture(MethodView):
    """One reference picture."""

    @blp.file(*PICTURES)
    def get(self, digest: str) -> Answer:
        """Return a reference picture of your region."""
        with request_reading() as reading:
            return _shown(reading, digest)


@blp.route("/sync/checklist-pictures/<string:digest>")
class PictureOnPhones(MethodView):
    """One reference picture, for phones."""

    @for_devices
    @blp.file(*PICTURES)
    def get(self, digest: str) -> Answer:
        """Return a reference picture that a template on this phone names; it never changes, so keep it."""
        with request_reading(Caller(transactions.bearer_token())) as reading:
            return _shown(reading, digest)
