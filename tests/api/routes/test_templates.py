from tests.api.world import problem, wrong_fields
from tests.checklists.samples import label, steps


def new(door, **members):
    region_id = str(door.world.places["near"].region_id)
    return {"region_id": region_id, "code": "sample", "name": label("样例"), "steps": steps(), **members}


def test_one_person_drafts_and_another_publishes(door):
    drafted = door.post("operations", "/v1/checklist-templates", new(door))
    assert drafted.status_code == 201, drafted.text
    template = f"/v1/checklist-templates/{drafted.json['id']}"
    (version,) = drafted.json["versions"]
    assert (version["status"], drafted.json["current_version"]) == ("draft", None)
    publish = f"/v1/checklist-templates/versions/{version['id']}"
    assert problem(door.post("administrator", f"{publish}/publish", {})) == (409, "template.not_in_review")
    assert door.post("operations", f"{publish}/submit", {}).json["status"] == "in_review"
    assert problem(door.post("operations", f"{publish}/publish", {})) == (403, "template.same_person")
    assert door.get("technician", publish).status_code == 404
    published = door.post("administrator", f"{publish}/publish", {})
    assert (published.json["status"], published.json["digest"]) == ("published", version["digest"])
    assert len(published.json["digest"]) == 64
    assert door.get("technician", publish).json["steps"][0]["step"] == "identity"
    assert problem(door.post("administrator", f"{publish}/publish", {})) == (409, "template.not_a_draft")

    second = door.post("administrator", f"{template}/versions", {"steps": steps()[:]})
    assert (second.status_code, second.json["version"]) == (201, 2)
    next_one = f"/v1/checklist-templates/versions/{second.json['id']}"
    said = door.post("operations", f"{next_one}/comments", {"text": "第三步再看一遍"})
    assert said.status_code == 201
    assert said.json["id"] == second.json["id"]
    assert door.post("administrator", f"{next_one}/submit", {}).status_code == 200
    assert door.post("operations", f"{next_one}/publish", {}).status_code == 200
    listed = door.get("operations", f"{template}/versions?limit=1").json
    (shown,) = listed["items"]
    people = door.world.people
    assert (shown["version"], shown["created_by"], shown["published_by"]) == (
        2,
        str(people["administrator"]),
        str(people["operations"]),
    )
    assert (shown["effective_from"], shown["review_due_at"]) == ("2026-11-22T01:00:00.000Z", "2027-05-22T01:00:00.000Z")
    assert listed["next"] is not None
    confirmed = door.post("administrator", f"{next_one}/confirm-review", {"text": "仍适用"})
    assert confirmed.json["reviewed_by"] == str(people["administrator"])
    assert door.get("operations", publish).json["status"] == "retired"
    assert door.get("technician", template).json["current_version"] == 2
    assert door.post("operations", f"{next_one}/retire").json["status"] == "retired"
    assert door.ids("technician", "/v1/checklist-templates") == [drafted.json["id"]]


def test_what_is_wrong_in_the_steps_is_named_by_its_pointer(door):
    crooked = steps()
    del crooked[0]["items"][0]["label"]
    crooked[3]["items"][0]["minimum"] = 90
    refused = door.post("operations", "/v1/checklist-templates", new(door, steps=crooked))
    assert problem(refused) == (422, "template.invalid")
    assert all(path.startswith(("/steps/0/items/0", "/steps/3/items/0")) for path in wrong_fields(refused))
    assert wrong_fields(door.post("operations", "/v1/checklist-templates", new(door, steps={}))) == {"/steps": "type"}
    nul = steps()
    nul[0]["items"][0]["label"] = label("a\0b")
    assert wrong_fields(door.post("operations", "/v1/checklist-templates", new(door, steps=nul))) == {"/steps": "type"}


def test_templates_of_another_region_are_unknown(door):
    drafted = door.post("operations", "/v1/checklist-templates", new(door)).json
    version = drafted["versions"][0]["id"]
    assert door.get("operations_abroad", "/v1/checklist-templates").json["items"] == []
    for path in (f"/v1/checklist-templates/{drafted['id']}", f"/v1/checklist-templates/versions/{version}"):
        assert problem(door.get("operations_abroad", path)) == (404, "template.unknown")
    text, steps_of = {"text": "x"}, {"steps": steps()}
    for method, action, body in (
        ("PUT", "", steps_of),
        ("POST", "/submit", {}),
        ("POST", "/send-back", {"reason": "x"}),
        ("POST", "/comments", text),
        ("POST", "/publish", {}),
        ("POST", "/confirm-review", text),
        ("POST", "/retire", {}),
    ):
        refused = door("operations_abroad", method, f"/v1/checklist-templates/versions/{version}{action}", json=body)
        assert problem(refused) == (404, "template.unknown")
    for path in (f"{drafted['id']}/versions", f"versions/{version}/history"):
        assert problem(door.get("operations_abroad", f"/v1/checklist-templates/{path}")) == (404, "template.unknown")
    more = door.post("operations_abroad", f"/v1/checklist-templates/{drafted['id']}/versions", {"steps": steps()})
    assert problem(more) == (404, "template.unknown")
    assert problem(door.post("manager", "/v1/checklist-templates", new(door, code="x")))[0] == 403


def test_of_two_who_write_a_draft_at_once_the_second_is_told_by_its_tag(door):
    drafted = door.post("operations", "/v1/checklist-templates", new(door)).json
    version = f"/v1/checklist-templates/versions/{drafted['versions'][0]['id']}"
    tag = door.get("operations", version).headers["ETag"]
    changed = steps()
    changed[0]["items"][0]["label"] = label("佩戴工作证")
    written = door("operations", "PUT", version, json={"steps": changed}, headers={"If-Match": tag})
    assert (written.status_code, written.json["steps"]) == (200, changed)
    late = door("administrator", "PUT", version, json={"steps": steps()}, headers={"If-Match": tag})
    assert problem(late) == (412, "stale")
    door.post("operations", f"{version}/submit", {"text": "请审核"})
    assert door.post("administrator", f"{version}/send-back", {"reason": "缺照片"}).json["status"] == "draft"
    told = door.get("operations", f"{version}/history").json["items"]
    assert [(one["kind"], one["text"]) for one in told][1:] == [
        ("edited", None),
        ("submitted", "请审核"),
        ("sent_back", "缺照片"),
    ]
    assert problem(door.get("technician", f"{version}/history")) == (404, "template.unknown")


def test_a_version_is_tried_in_pilot_zones_first(door):
    drafted = door.post("operations", "/v1/checklist-templates", new(door)).json
    version = f"/v1/checklist-templates/versions/{drafted['versions'][0]['id']}"
    door.post("operations", f"{version}/submit", {})
    trial = {"zone_ids": [str(door.world.places["near"].zone_id)], "reason": "先试行"}
    published = door.post("administrator", f"{version}/publish", {"trial": trial}).json
    assert (published["status"], published["on_trial"]) == ("published", True)
    (pilot,) = door.get("operations", "/v1/pilots").json["items"]
    assert (pilot["kind"], pilot["subject"]) == ("checklist_template", "sample@1")
    door.post("operations", f"/v1/pilots/{pilot['id']}/roll-out", {"reason": "有效"})
    assert door.get("operations", version).json["on_trial"] is False
