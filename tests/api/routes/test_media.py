import hashlib

from kernel.s3_blobs import S3Blobs
from tests.api.world import problem
from tests.checklists.media.pictures import picture
from tests.object_store import ObjectStore

PHOTO = picture(size=(200, 100))
DIGEST = hashlib.sha256(PHOTO).hexdigest()


def put(door, who, place, media_id="p1", content=PHOTO, query="", **options):
    order = door.world.orders[place]
    return door.client.put(
        f"/v1/work-orders/{order}/media/{media_id}{query}",
        data=content,
        headers={"Authorization": f"Bearer {door.world.tokens[who]}", "Content-Type": "image/jpeg"},
        **options,
    )


def test_a_photo_is_handed_in_listed_and_seen(door):
    order = door.world.orders["near"]
    answer = put(door, "technician", "near", query=f"?sha256={DIGEST}")
    assert (answer.status_code, answer.json["state"], answer.json["digest"]) == (200, "verified", DIGEST)
    assert [one["media_id"] for one in door.get("leader", f"/v1/work-orders/{order}/media").json["items"]] == ["p1"]
    seen = door.get("leader", f"/v1/work-orders/{order}/media/p1")
    assert (seen.data, seen.mimetype, seen.headers["ETag"]) == (PHOTO, "image/jpeg", f'"{DIGEST}"')
    assert "no-cache" in seen.headers["Cache-Control"]
    again = door.get("leader", f"/v1/work-orders/{order}/media/p1", headers={"If-None-Match": f'"{DIGEST}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_photo_is_read_from_where_it_begins(door):
    put(door, "technician", "near")
    path = f"/v1/work-orders/{door.world.orders['near']}/media/p1"

    def part(wanted, **headers):
        return door.get("leader", path, headers={"Range": wanted, **headers})

    for wanted, expected in (("bytes=10-19", PHOTO[10:20]), ("bytes=-5", PHOTO[-5:]), ("bytes=7-", PHOTO[7:])):
        answer = part(wanted)
        assert (answer.status_code, answer.data, answer.content_length) == (206, expected, len(expected)), wanted
    assert part("bytes=0-0").headers["Content-Range"] == f"bytes 0-0/{len(PHOTO)}"
    beyond = part(f"bytes={len(PHOTO)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(PHOTO)}")
    assert part("bytes=0-9", **{"If-Range": f'"{DIGEST}"'}).data == PHOTO[:10]
    assert part("bytes=0-9", **{"If-Range": '"another"'}).data == PHOTO
    head = door("leader", "HEAD", path)
    assert (head.status_code, head.data, head.content_length, head.headers["ETag"]) == (
        200,
        b"",
        len(PHOTO),
        f'"{DIGEST}"',
    )


def test_a_file_whose_bytes_are_gone_says_so_before_anything_is_sent(door, runtime):
    put(door, "technician", "near")
    (runtime.settings.data_dir / "blobs" / DIGEST[:2] / DIGEST[2:]).unlink()
    assert problem(door.get("leader", f"/v1/work-orders/{door.world.orders['near']}/media/p1")) == (
        503,
        "media.missing",
    )


def test_nothing_is_kept_of_what_somebody_may_not_hand_in(door, runtime):
    assert problem(put(door, "technician", "next_zone"))[0] in (403, 404)
    assert problem(put(door, "technician", "near", media_id="a b"))[1] == "media.name_unfit"
    assert not (runtime.settings.data_dir / "blobs").exists()


def test_what_cannot_be_kept_is_refused_with_its_code(door):
    assert problem(put(door, "technician", "near", content=b"%PDF-1.7"))[1] == "media.not_a_picture"
    assert problem(put(door, "technician", "near", query=f"?sha256={'0' * 64}"))[1] == "media.changed"
    too_large = {"CONTENT_LENGTH": str(200 * 2**20)}
    assert problem(put(door, "technician", "near", environ_overrides=too_large)) == (413, "too-large")


def test_nobody_sees_a_file_of_an_order_out_of_scope(door):
    put(door, "leader", "near")
    order = door.world.orders["near"]
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone"):
        assert door.get(who, f"/v1/work-orders/{order}/media").status_code == 404
        assert door.get(who, f"/v1/work-orders/{order}/media/p1").status_code == 404
        assert put(door, who, "near", "p2").status_code == 404


def test_photos_live_in_a_bucket_and_its_absence_is_told_and_passes(door, runtime, tmp_path):
    path = f"/v1/work-orders/{door.world.orders['near']}/media/p1"
    with ObjectStore() as server:
        runtime.blobs = S3Blobs(server.settings(tmp_path))
        assert put(door, "technician", "near").status_code == 200
        assert door.get("leader", path).data == PHOTO
        assert door.get("leader", path, headers={"Range": "bytes=10-19"}).data == PHOTO[10:20]
        assert not (runtime.settings.data_dir / "blobs").exists()
        server.stop()
        for answer in (door.get("leader", path), put(door, "technician", "near", "p2")):
            assert (problem(answer), answer.json["retryable"]) == ((503, "store-away"), True)
        server.start()
        assert problem(door.get("leader", path)) == (503, "media.missing"), "a bucket that lost it"
        assert put(door, "technician", "near").status_code == 200, "handed in again, it is there again"
        assert door.get("leader", path).data == PHOTO
