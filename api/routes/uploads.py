"""Resumable uploads of photos and signatures by tus 1.0, with a phone's own token."""

from collections.abc import Mapping
from email.utils import format_datetime
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api import pacing, transactions
from api.auth import for_devices, open_to_all
from api.blueprints import Answer, Blueprint
from api.schemas.uploads import UploadShown
from kernel.job_queue import Lane
from sync.devices.calling import Caller, Phone
from sync.ingest.lag import Load
from sync.uploads import errors, receiving, service
from sync.uploads.headers import ALGORITHMS, EXTENSIONS, PIECE, VERSION, read_checksum, read_wanted, whole
from sync.uploads.jobs import VERIFY, pieces_of
from sync.uploads.service import UploadRow
from sync.uploads.states import UploadState

blp = Blueprint("uploads", "Resumable uploads of photos and signatures (tus 1.0).")
_BYTES = {"requestBody": {"required": False, "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}}


def _header(name: str, about: str, *, required: bool = True) -> dict[str, object]:
    return {"name": name, "in": "header", "required": required, "description": about, "schema": {"type": "string"}}


_RESUMABLE = _header("Tus-Resumable", "The version of the protocol: 1.0.0.")
_CHECKSUM = _header("Upload-Checksum", "Algorithm and base64 of the piece: sha256, sha1, md5.", required=False)
_LENGTH = _header("Upload-Length", "Bytes of the whole file.")
_METADATA = _header("Upload-Metadata", "media_id, work_order_id; op_id, sha256, filename, filetype: base64 each.")
_OFFSET = _header("Upload-Offset", "Where the piece begins.")


@blp.route("/media")
class Uploads(MethodView):
    """Where uploads begin."""

    @open_to_all
    @blp.response(204)
    def options(self) -> Answer:
        """Tell what of tus is offered."""
        settings = transactions.runtime().settings
        offered = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.media_max_bytes),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return _answer(204, offered)

    @for_devices
    @blp.doc(parameters=[_RESUMABLE, _LENGTH, _METADATA, _CHECKSUM], **_BYTES)
    @blp.response(
        201,
        description="Its address is in `Location`.",
        headers={"Location": {"$ref": "#/components/headers/Location"}},
    )
    def post(self) -> Answer:
        """Begin an upload, with its first bytes if there are any in the body.

        For a media id that this phone has begun before, it is that upload.
        """
        _demand_version()
        wanted = read_wanted(transactions.header("Upload-Length"), transactions.header("Upload-Metadata"))
        caller, runtime = Caller(transactions.bearer_token(), taking=True), transactions.runtime()
        with transactions.request_transaction(caller) as uow:
            pacing.check_lag(Load.MEDIA, caller.phone.region_id)
            upload = service.begin(uow, caller.phone, wanted, runtime.settings)
        pieces = pieces_of(runtime)
        if upload.state is UploadState.OPEN:
            pieces.begin(upload.id)
        offset = _offset(upload)
        if offset == upload.length > 0:
            upload = _complete(upload)
        elif offset == 0 and (transactions.header("Content-Type") == PIECE or upload.length == 0):
            upload, offset = _go_on(caller.phone, upload, 0)
        place = {"Location": f"{transactions.address()}/v1/media/{upload.id}"}
        return _answer(201, {**place, **_progress(upload, offset)})


@blp.route("/media/<uuid:upload_id>")
class OneUpload(MethodView):
    """One upload."""

    @for_devices
    @blp.response(200, UploadShown)
    def get(self, upload_id: UUID) -> Answer:
        """Tell how far an upload is, and what it came to once all its bytes were here. HEAD tells the offset, as tus wants it."""
        upload = _find(upload_id)
        if transactions.is_head():
            _demand_version()
            offset = _offset(upload)
            if offset == upload.length:
                upload = _complete(upload)
            return _answer(200, {**_progress(upload, offset), "Cache-Control": "no-store"})
        names = ("id", "media_id", "work_order_id", "length", "state", "code", "due_at")
        return {**{name: getattr(upload, name) for name in names}, "offset": _offset(upload)}

    @for_devices
    @blp.doc(parameters=[_RESUMABLE, _OFFSET, _CHECKSUM], **_BYTES)
    @blp.response(204, description="The new offset is in `Upload-Offset`; what came in is on disk.")
    def patch(self, upload_id: UUID) -> Answer:
        """Go on with an upload where it ends. If the connection breaks, what came in stays."""
        _demand_version()
        if transactions.header("Content-Type") != PIECE:
            raise errors.CONTENT_TYPE()
        given = whole(transactions.header("Upload-Offset"), "Upload-Offset")
        caller = Caller(transactions.bearer_token(), taking=True)
        with transactions.request_reading(caller) as reading:
            pacing.check_lag(Load.MEDIA, caller.phone.region_id)
            upload = service.find(reading, caller.phone, upload_id)
        offset = _offset(upload)
        if upload.state is not UploadState.OPEN or given != offset:
            raise errors.OFFSET(offset=offset)
        upload, offset = _go_on(caller.phone, upload, offset)
        return _answer(204, _progress(upload, offset))

    @for_devices
    @blp.doc(parameters=[_RESUMABLE])
    @blp.response(204)
    def delete(self, upload_id: UUID) -> Answer:
        """Give up an upload that is not complete."""
        _demand_version()
        caller = Caller(transactions.bearer_token(), taking=True)
        with transactions.request_transaction(caller) as uow:
            service.give_up(uow, caller.phone, upload_id)
        pieces_of(transactions.runtime()).remove(upload_id)
        return _answer(204, {})


def _find(upload_id: UUID) -> UploadRow:
    caller = Caller(transactions.bearer_token(), taking=True)
    with transactions.request_reading(caller) as reading:
        return service.find(reading, caller.phone, upload_id)


def _go_on(phone: Phone, upload: UploadRow, offset: int) -> tuple[UploadRow, int]:
    """Take the body as the next piece, then note how far it is; the last one rings for a look at the whole."""
    runtime = transactions.runtime()
    checksum = read_checksum(transactions.header("Upload-Checksum"))
    body = transactions.streamed_body(runtime.settings.media_chunk_bytes)
    try:
        offset = receiving.append(pieces_of(runtime), upload, offset, body, checksum)
    finally:
        # Also when the connection broke: an upload that goes on does not expire.
        with transactions.request_transaction(Caller(transactions.bearer_token(), taking=True)) as uow:
            upload = service.note_progress(uow, phone, upload.id, pieces_of(runtime).size(upload.id))
    if upload.state is UploadState.RECEIVED:
        runtime.queue.ring(VERIFY, lane=Lane.SLOW)
    return upload, offset


def _complete(upload: UploadRow) -> UploadRow:
    """Note that all bytes are here, where whoever took the last of them died before: its phone is told so, and sends no more."""
    if upload.state is not UploadState.OPEN:
        return upload
    caller = Caller(transactions.bearer_token(), taking=True)
    with transactions.request_transaction(caller) as uow:
        upload = service.note_progress(uow, caller.phone, upload.id, upload.length)
    transactions.runtime().queue.ring(VERIFY, lane=Lane.SLOW)
    return upload


def _offset(upload: UploadRow) -> int:
    """How many bytes are here; all of them once the upload was complete, wherever they are by now."""
    if upload.state is not UploadState.OPEN:
        return upload.length
    return pieces_of(transactions.runtime()).size(upload.id)


def _progress(upload: UploadRow, offset: int) -> dict[str, str]:
    known = {"Upload-Offset": str(offset), "Upload-Length": str(upload.length)}
    if upload.state is UploadState.OPEN:
        known["Upload-Expires"] = format_datetime(upload.due_at, usegmt=True)
    return known


def _demand_version() -> None:
    if transactions.header("Tus-Resumable") != VERSION:
        raise errors.VERSION(version=VERSION)


def _answer(status: int, headers: Mapping[str, str]) -> Response:
    return Response(status=status, headers={"Tus-Resumable": VERSION, **headers})
