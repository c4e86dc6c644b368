"""Reference pictures of items are handed in, shown in their region, and asked for before a review."""

import hashlib

from checklists.templates.seeding import seeds
from tests.api.world import problem
from tests.checklists.media.pictures import picture

PHOTO = picture(size=(40, 30))
DIGEST = hashlib.sha256(PHOTO).hexdigest()


def hand_in(door, who, body=PHOTO):
    return door.post(who, "/v1/checklist-pictures", data=body, content_type="image/jpeg")


def test_a_picture_is_kept_once_and_shown_at_desks_and_on_phones_of_its_region(door):
    kept = hand_in(door, "operations")
    assert (kept.status_code, kept.json["digest"], kept.json["width"]) == (201, DIGEST, 40)
    assert hand_in(door, "operations").json == kept.json
    assert door.get("technician", f"/v1/checklist-pictures/{DIGEST}").data == PHOTO
    phone = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    given = {"Authorization": f"Bearer {phone['token']}"}
    assert door.get(None, f"/v1/sync/checklist-pictures/{DIGEST}", headers=given).data == PHOTO
    for digest in (DIGEST, "ab" * 32, "x"):
        refused = door.get("operations_abroad", f"/v1/checklist-pictures/{digest}")
        assert problem(refused) == (404, "template.picture_unknown")


def test_only_operations_hand_in_and_only_pictures(door):
    assert problem(hand_in(door, "manager")) == (403, "forbidden")
    assert problem(hand_in(door, "operations", b"no picture")) == (422, "media.not_a_picture")


def test_a_draft_is_not_handed_in_while_its_pictures_are_missing(door):
    steps = seeds()[0]["steps"]
    steps[0]["items"][0]["pictures"] = [DIGEST]
    region = str(door.world.places["near"].region_id)
    body = {"region_id": region, "code": "with-pictures", "name": {"zh-CN": "带图"}, "steps": steps}
    made = door.post("operations", "/v1/checklist-templates", body)
    assert made.status_code == 201, made.text
    version = made.json["versions"][0]["id"]
    path = f"/v1/checklist-templates/versions/{version}/submit"
    refused = door.post("operations", path, {})
    assert problem(refused) == (422, "template.picture_missing")
    assert [one["path"] for one in refused.json["errors"]] == ["/steps/0/items/0/pictures/0"]
    hand_in(door, "operations")
    assert door.post("operations", path, {}).status_code in (200, 204)
