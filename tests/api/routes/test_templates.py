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
    assert problem(door.post("operations", f"{publish}/publish")) == (403, "template.same_person")
    assert door.get("technician", publish).status_code == 404
    published = door.post("administrator", f"{publish}/publish")
    assert (published.json["status"], published.json["digest"]) == ("published", version["digest"])
    assert len(published.json["digest"]) == 64
    assert door.get("technician", publish).json["steps"][0]["step"] == "identity"
    assert problem(door.post("administrator", f"{publish}/publish")) == (409, "template.not_a_draft")

    second = door.post("administrator", f"{template}/versions", {"steps": steps()[:]})
    assert (second.status_code, second.json["version"]) == (201, 2)
    next_one = f"/v1/checklist-templates/versions/{second.json['id']}"
    assert door.post("operations", f"{next_one}/publish").status_code == 200
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
    for action in ("publish", "retire"):
        refused = door.post("operations_abroad", f"/v1/checklist-templates/versions/{version}/{action}")
        assert problem(refused) == (404, "template.unknown")
    more = door.post("operations_abroad", f"/v1/checklist-templates/{drafted['id']}/versions", {"steps": steps()})
    assert problem(more) == (404, "template.unknown")
    assert problem(door.post("manager", "/v1/checklist-templates", new(door, code="x")))[0] == 403
