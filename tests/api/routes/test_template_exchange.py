from copy import deepcopy

import pytest

from tests.api.world import problem, wrong_fields
from tests.checklists.samples import label, steps

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def template(door):
    """A template with two versions, of which the second asks for another level."""
    region_id = str(door.world.places["near"].region_id)
    body = {"region_id": region_id, "code": "sample", "name": label("样例"), "steps": steps()}
    made = door.post("operations", "/v1/checklist-templates", body).json
    changed = deepcopy(steps())
    changed[3]["items"][0]["maximum"] = 82
    door.post("operations", f"/v1/checklist-templates/{made['id']}/versions", {"steps": changed})
    return f"/v1/checklist-templates/{made['id']}"


def test_two_versions_are_compared_for_programs_and_for_people(door, template):
    found = door.get("operations", f"{template}/versions/2/diff?from=1").json
    (change,) = found["changes"]
    assert (found["from_version"], found["to_version"], change["change"], change["key"]) == (1, 2, "changed", "level")
    assert change["fields"] == [{"field": "maximum", "old": 80, "new": 82}]
    zh = door.get("operations", f"{template}/versions/2/diff?from=1&format=text", headers={"Accept-Language": "zh-CN"})
    assert (zh.content_type, "上限: 80 → 82" in zh.text) == ("text/plain; charset=utf-8", True)
    en = door.get("operations", f"{template}/versions/2/diff?from=1&format=html", headers={"Accept-Language": "en"})
    assert (en.content_type, "maximum: <del>80</del> <ins>82</ins>" in en.text) == ("text/html; charset=utf-8", True)
    for path, who in (
        ("3/diff?from=1", "operations"),
        ("2/diff?from=9", "operations"),
        ("2/diff?from=1", "technician"),
    ):
        assert problem(door.get(who, f"{template}/versions/{path}")) == (404, "template.unknown")
    assert wrong_fields(door.get("operations", f"{template}/versions/2/diff")) == {"/from": "required"}


@pytest.mark.parametrize(("form", "kind"), [("json", "application/json"), ("xlsform", XLSX)])
def test_what_is_taken_out_comes_back_as_a_draft_that_does_not_differ(door, template, form, kind):
    taken = door.get("operations", f"{template}/versions/2/export?format={form}")
    assert (taken.status_code, taken.content_type) == (200, kind)
    assert f"sample-2.{form[:4].replace('xlsf', 'xlsx')}" in taken.headers["Content-Disposition"]
    path = f"/v1/checklist-templates/import?format={form}"
    tried = door("operations", "POST", f"{path}&dry_run=true", data=taken.data, content_type=kind)
    assert (tried.status_code, tried.json["version"], tried.json["version_id"]) == (200, 3, None)
    brought = door("operations", "POST", path, data=taken.data, content_type=kind).json
    assert (brought["version"], brought["new_template"], brought["lost"]) == (3, False, [])
    assert door.get("operations", f"{template}/versions/3/diff?from=2").json["changes"] == []
    refused = door("manager", "POST", path, data=taken.data, content_type=kind)
    assert problem(refused) == (403, "forbidden")


def test_what_cannot_be_brought_in_is_told_by_its_place(door, template):
    path = "/v1/checklist-templates/import?format=xlsform"
    refused = door("operations", "POST", path, data=b"no workbook", content_type=XLSX)
    assert problem(refused) == (422, "template.import_unfit")
    assert wrong_fields(refused) == {"/survey/0/": "template.xlsform_unreadable"}
    assert len(door.get("operations", template).json["versions"]) == 2
