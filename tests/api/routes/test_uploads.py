"""Resumable uploads by tus 1.0, as a phone meets them."""

import base64
import hashlib
import io
import os
import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage
from werkzeug.serving import make_server

from checklists.media import service as media
from checklists.media.service import Named
from kernel.actor import system_actor
from sync.uploads.jobs import expire_uploads, pieces_of, verify_uploads
from sync.uploads.service import EXPIRES, PAUSE
from tests.api.routes.test_media import put
from tests.api.world import problem
from tests.checklists.media.pictures import picture

PHOTO = picture(size=(120, 80))
LENGTH = len(PHOTO)


@pytest.fixture
def phone(door):
    made = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    door.world.tokens["phone"] = made["token"]
    return made


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def tus(**headers: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}


def begin(door, body: bytes = b"", *, order="near", media_id="med-1", length=LENGTH, who="phone", **more: str):
    told = metadata(media_id=media_id, work_order_id=str(door.world.orders[order]), **more)
    headers = tus(Upload_Length=str(length), Upload_Metadata=told)
    kind = "application/offset+octet-stream" if body else None
    return door.post(who, "/v1/media", data=body, content_type=kind, headers=headers)


def place(response):
    return "/v1/media/" + response.headers["Location"].rsplit("/", 1)[1]


def go_on(door, where: str, body: bytes, offset: int, **headers: str):
    return door(
        "phone",
        "PATCH",
        where,
        data=body,
        content_type="application/offset+octet-stream",
        headers=tus(Upload_Offset=str(offset), **headers),
    )


def offset(door, where: str) -> int:
    shown = door("phone", "HEAD", where, headers=tus())
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    return int(shown.headers["Upload-Offset"])


def test_it_says_what_it_offers(door):
    offered = door(None, "OPTIONS", "/v1/media")
    assert offered.status_code == 204
    assert offered.headers["Tus-Version"] == "1.0.0"
    assert set(offered.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "checksum",
        "expiration",
        "termination",
    }


def test_a_photo_comes_in_pieces_and_becomes_a_file_of_its_order(door, phone, runtime):
    begun = begin(door, sha256=hashlib.sha256(PHOTO).hexdigest())
    assert (begun.status_code, begun.headers["Upload-Offset"], "Upload-Expires" in begun.headers) == (201, "0", True)
    where = place(begun)
    assert go_on(door, where, PHOTO[:50], 0).headers["Upload-Offset"] == "50"
    assert offset(door, where) == 50
    again = begin(door)
    assert (place(again), again.headers["Upload-Offset"]) == (where, "50"), "the same upload, where it ended"
    assert problem(go_on(door, where, PHOTO, 0)) == (409, "upload.offset_wrong")
    assert go_on(door, where, PHOTO[50:], 50).status_code == 204
    assert door.get("phone", where).json["state"] == "received"
    verify_uploads(runtime)
    shown = door.get("phone", where).json
    assert (shown["state"], shown["code"], shown["offset"]) == ("verified", None, len(PHOTO))
    order = door.world.orders["near"]
    assert door.get("manager", f"/v1/work-orders/{order}/media/med-1").data == PHOTO
    assert pieces_of(runtime).size(UUID(shown["id"])) == 0
    assert problem(door("phone", "DELETE", where, headers=tus())) == (409, "upload.ended")


def test_the_first_bytes_may_come_with_the_creation_and_checksums_are_kept(door, phone):
    begun = begin(door, PHOTO[:30])
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "30")
    where, part = place(begun), PHOTO[30:60]
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert problem(go_on(door, where, part, 30, Upload_Checksum=f"sha256 {wrong}")) == (460, "upload.checksum")
    assert offset(door, where) == 30
    right = base64.b64encode(hashlib.sha1(part).digest()).decode()
    assert go_on(door, where, part, 30, Upload_Checksum=f"sha1 {right}").status_code == 204
    assert offset(door, where) == 60


def test_what_is_no_picture_or_another_one_fails_with_its_code_and_may_begin_anew(door, phone, runtime):
    for media_id, body, told, code in (
        ("text", b"no picture", {}, "media.not_a_picture"),
        ("other", PHOTO, {"sha256": "ab" * 32}, "media.changed"),
    ):
        where = place(begin(door, body, media_id=media_id, length=len(body), **told))
        verify_uploads(runtime)
        shown = door.get("phone", where).json
        assert (shown["state"], shown["code"]) == ("failed", code)
        assert not list((runtime.settings.data_dir / "blobs").rglob("*")), "and nothing of it is kept"
        anew = begin(door, media_id=media_id)
        assert (anew.status_code, anew.headers["Upload-Offset"]) == (201, "0")
        assert place(anew) != where


def test_what_would_be_refused_under_its_name_is_never_put_into_the_store(door, phone, runtime):
    order, region_id = door.world.orders["near"], door.world.places["near"].region_id
    assert put(door, "technician", "near", "med-1", PHOTO).status_code == 200
    with runtime.unit_of_work(system_actor(region_id)) as uow:
        media.name_media(uow, [Named(region_id, order, "told", uow.actor.user_id, "ab" * 32)])
    kept = list(runtime.blobs.digests())
    for number, (media_id, code) in enumerate((("med-1", "media.different"), ("told", "media.changed"))):
        other = picture("red", size=(120, 81 + number))
        where = place(begin(door, other, media_id=media_id, length=len(other)))
        verify_uploads(runtime)
        assert door.get("phone", where).json["code"] == code
        assert problem(put(door, "technician", "near", media_id, other))[1] == code
    assert list(runtime.blobs.digests()) == kept == [hashlib.sha256(PHOTO).hexdigest()]


def test_a_store_that_is_away_for_hours_fails_no_upload(door, phone, runtime, clock):
    blobs = runtime.settings.data_dir / "blobs"
    assert not blobs.exists()
    blobs.write_text("not a folder, so nothing can be kept there")
    where = place(begin(door, PHOTO))
    for _ in range(12):
        verify_uploads(runtime)
        assert door.get("phone", where).json["state"] == "received"
        clock.at += PAUSE
    blobs.unlink()
    verify_uploads(runtime)
    assert door.get("phone", where).json["state"] == "verified"


def test_an_upload_whose_bytes_were_lost_begins_anew(door, phone, runtime, clock):
    where = place(begin(door, PHOTO))
    pieces_of(runtime).remove(UUID(door.get("phone", where).json["id"]))
    verify_uploads(runtime)
    assert door.get("phone", where).json["code"] == "upload.bytes_lost"
    anew = place(begin(door, PHOTO))
    verify_uploads(runtime)
    assert door.get("phone", anew).json["state"] == "verified"


def test_bytes_that_no_upload_needs_are_swept_and_those_under_way_stay(door, phone, runtime, clock):
    pieces, nobodys = pieces_of(runtime), uuid4()
    where = place(begin(door, PHOTO[:9]))
    under_way = UUID(door.get("phone", where).json["id"])
    pieces.begin(nobodys)
    for key in (nobodys, under_way):
        old = (clock.now() - EXPIRES - timedelta(hours=1)).timestamp()
        os.utime(pieces.folder / key.hex, (old, old))
    stranger = pieces.folder / "README"
    stranger.write_text("not ours")
    os.utime(stranger, (0, 0))
    expire_uploads(runtime)
    assert not (pieces.folder / nobodys.hex).exists()
    assert stranger.exists()
    assert offset(door, where) == 9


def test_what_cannot_be_is_refused(door, phone, runtime):
    where = place(begin(door))
    headers = {"Upload-Length": "7", "Upload-Metadata": metadata(media_id="m")}
    assert problem(door.post("phone", "/v1/media", headers=headers)) == (412, "upload.version")
    assert problem(begin(door, length=0, media_id="../x")) == (400, "upload.header_wrong")
    assert problem(begin(door, length=len(PHOTO) + 1)) == (409, "upload.different")
    assert problem(begin(door, length=2**40, media_id="huge")) == (413, "upload.too_large")
    assert problem(begin(door, order="next_zone", media_id="theirs")) == (404, "work_order.unknown")
    assert problem(go_on(door, where, PHOTO + b"more", 0)) == (413, "upload.too_large")
    plain = door("phone", "PATCH", where, data=b"x", content_type="text/plain", headers=tus(Upload_Offset="0"))
    assert problem(plain) == (415, "upload.content_type")
    assert door("phone", "DELETE", where, headers=tus()).status_code == 204
    assert door("phone", "HEAD", where, headers=tus()).status_code == 404
    assert problem(door.get("phone", where)) == (404, "upload.unknown")
    for number in range(runtime.settings.media_max_uploads):
        assert begin(door, media_id=f"m{number}").status_code == 201
    assert problem(begin(door, media_id="one-more")) == (429, "upload.too_many")


def test_an_upload_is_its_phones_alone(door, phone):
    where = place(begin(door))
    other = door.post("technician", "/v1/devices", {"install_id": "phone-2"}).json
    door.world.tokens["other"] = other["token"]
    assert problem(door.get("other", where)) == (404, "upload.unknown")
    assert problem(door("other", "DELETE", where, headers=tus())) == (404, "upload.unknown")
    assert problem(door.get("technician", where))[0] == 401


def test_what_nobody_goes_on_with_expires(door, phone, runtime, clock):
    where = place(begin(door, PHOTO[:9]))
    clock.at += EXPIRES + timedelta(minutes=1)
    expire_uploads(runtime)
    assert problem(door.get("phone", where)) == (404, "upload.unknown")


def die_after_the_last_byte(door, runtime, body: bytes = PHOTO) -> str:
    """Begin an upload whose last bytes are on disk, though the process that wrote them noted nothing of it."""
    where: str = place(begin(door, body[:9], length=len(body)))
    key, pieces = UUID(where.rsplit("/", 1)[1]), pieces_of(runtime)
    assert pieces.append(key, pieces.take_turn(key), 9, io.BytesIO(body[9:]), len(body) - 9) == len(body)
    return where


@pytest.mark.parametrize("ask", ["head", "creation"])
def test_a_process_that_died_after_the_last_byte_costs_no_photo(door, phone, runtime, ask):
    where = die_after_the_last_byte(door, runtime)
    if ask == "head":
        assert offset(door, where) == LENGTH
    else:
        assert begin(door).headers["Upload-Offset"] == str(LENGTH)
    verify_uploads(runtime)
    assert door.get("phone", where).json["state"] == "verified"


def test_what_came_in_whole_is_looked_at_and_never_expires(door, phone, runtime, clock):
    where = die_after_the_last_byte(door, runtime)
    clock.at += EXPIRES + timedelta(minutes=1)
    expire_uploads(runtime)
    verify_uploads(runtime)
    assert door.get("phone", where).json["state"] == "verified"


# The client leaves it to the garbage collector to close its files.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_real_client_uploads(door, phone, runtime, app, tmp_path):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        file = tmp_path / "photo.jpg"
        file.write_bytes(PHOTO)
        client = TusClient(
            f"http://127.0.0.1:{server.server_port}/v1/media", headers={"Authorization": f"Bearer {phone['token']}"}
        )
        told = {"media_id": "by-client", "work_order_id": str(door.world.orders["near"])}
        for most in (100, None):
            # The app is killed after the first piece, and goes on where it remembers to have been.
            storage = FileStorage(str(tmp_path / "uploads.json"))
            uploader = client.uploader(
                str(file), chunk_size=100, metadata=told, upload_checksum=True, store_url=True, url_storage=storage
            )
            uploader.upload(stop_at=most)
            storage.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    verify_uploads(runtime)
    order = door.world.orders["near"]
    assert door.get("manager", f"/v1/work-orders/{order}/media/by-client").data == PHOTO
