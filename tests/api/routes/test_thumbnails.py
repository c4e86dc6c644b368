"""Thumbnails, downloads for phones, and what pictures say of themselves, as callers meet them."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import ExifTags, Image

from checklists.media.jobs import look_at_pictures
from checklists.media.looking import PAUSE
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.book import Entry
from kernel.actor import SYSTEM_USER, system_actor
from tests.api.routes.test_media import put
from tests.api.world import problem
from tests.checklists.media.test_exif import EXIF, HERE, photo
from tests.factories import PASSWORD

PHOTO = photo({EXIF.DateTimeOriginal: "2026:11:22 05:00:00"}, HERE, {ExifTags.Base.Orientation: 6}, size=(1600, 800))


@pytest.fixture
def path(door):
    assert put(door, "technician", "near", content=PHOTO).status_code == 200
    return f"/v1/work-orders/{door.world.orders['near']}/media/p1"


@pytest.fixture
def phones(door):
    """The technician's phone, and one of a technician of the next zone."""
    for name, who in (("phone", "technician"), ("stranger", "technician_next_zone")):
        door.world.tokens[name] = door.post(who, "/v1/devices", {"install_id": name}).json["token"]


def on_phones(path: str) -> str:
    return path.replace("/v1/work-orders/", "/v1/media/orders/").replace("/media/p1", "/p1")


def test_thumbnails_are_made_once_and_seen_by_who_sees_the_photo(door, runtime, path):
    assert problem(door.get("leader", f"{path}/thumbnail")) == (404, "media.no_thumbnail")
    look_at_pictures(runtime)
    for query, size in (("", (160, 320)), ("?size=medium", (640, 1280))):
        seen = door.get("leader", f"{path}/thumbnail{query}")
        assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(seen.data)).size == size
        tag = f'"{hashlib.sha256(seen.data).hexdigest()}"'
        assert seen.headers["ETag"] == tag
        again = door.get("leader", f"{path}/thumbnail{query}", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        part = door.get("leader", f"{path}/thumbnail{query}", headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.data) == (206, seen.data[:10])
    assert door.get("leader", path).data == PHOTO, "nothing was stripped from the original"
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone"):
        assert door.get(who, f"{path}/thumbnail").status_code == 404
    assert problem(door.get("leader", f"{path}/thumbnail?size=huge"))[0] == 422


def test_a_phone_gets_what_it_holds_in_both_sizes_and_nothing_else(door, runtime, path, phones):
    look_at_pictures(runtime)
    where = on_phones(path)
    seen = door.get("phone", where)
    assert (seen.status_code, seen.data) == (200, PHOTO)
    assert door.get("phone", where, headers={"Range": "bytes=5-8"}).data == PHOTO[5:9]
    assert door.get("phone", where, headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    assert door.get("phone", f"{where}/thumbnail").status_code == 200
    for place in (where, f"{where}/thumbnail"):
        assert problem(door.get("stranger", place)) == (404, "work_order.unknown")
        assert door.get("leader", place).status_code == 401, "a person's token is no phone's"
    assert problem(door.get("phone", where.replace("/p1", "/p2"))) == (404, "media.unknown")


def test_evidence_is_shown_to_those_who_review_and_doubts_what_is_far(door, runtime, path):
    assert door.get("technician", f"{path.rpartition('/media')[0]}/media-evidence").status_code == 403
    where = f"{path.rpartition('/media')[0]}/media-evidence"
    assert [one["looked_at"] for one in door.get("manager", where).json["items"]] == [False]
    look_at_pictures(runtime)
    (seen,) = door.get("manager", where).json["items"]
    assert (seen["taken_at"], seen["taken_by_clock"]) == ("2026-11-21T21:00:00.000Z", "region")
    assert (seen["lat"], seen["lon"]) == (pytest.approx(33.78), pytest.approx(-119.26))
    assert (seen["told_at"], seen["seconds_apart"], seen["doubts"]) == (None, None, [])
    order = door.world.orders["near"]
    at, data = datetime(2026, 11, 22, 0, 0, tzinfo=UTC), {"media": ["p1"]}
    with runtime.unit_of_work(system_actor()) as uow:
        book = work_orders.open_book(uow, [order])
        for seconds, lon in ((5, None), (0, -119.25)):
            moment = at + timedelta(seconds=seconds)
            told = Entry(uow.new_id(), order, "log.photo", SYSTEM_USER, moment, at, data, lat=lon and 33.78, lon=lon)
            book.record(told)
        work_orders.write_book(uow, book)
    (seen,) = door.get("manager", where).json["items"]
    assert (seen["told_at"], seen["seconds_apart"]) == ("2026-11-22T00:00:00.000Z", -3 * 3600)
    assert seen["metres_apart"] == pytest.approx(926, abs=2)
    assert seen["doubts"] == ["other_time", "other_place"]
    rules = {"rules": {"seconds_apart": 86_400, "metres_apart": 1_000}}
    assert door.post("operations", "/v1/region-policies/photos", rules).status_code == 201
    assert door.get("manager", where).json["items"][0]["doubts"] == []
    for who in ("operations_abroad", "nobody", "technician_next_zone"):
        assert door.get(who, where).status_code == 404


def sign_in_again(door, who: str) -> None:
    answer = door.post(None, "/v1/login", {"login": who, "password": PASSWORD})
    door.world.tokens[who] = answer.json["token"]


def test_a_store_that_is_away_is_asked_again_and_a_picture_that_is_gone_is_given_up(door, runtime, clock, path):
    blobs = runtime.settings.data_dir / "blobs"
    blobs.rename(blobs.with_name("aside"))
    blobs.write_text("no folder")
    for _ in range(12):
        look_at_pictures(runtime)
        clock.at += PAUSE
    blobs.unlink()
    blobs.with_name("aside").rename(blobs)
    look_at_pictures(runtime)
    sign_in_again(door, "leader")  # hours went by
    assert door.get("leader", f"{path}/thumbnail").status_code == 200
