import pytest

from tests.api.world import problem, wrong_fields


@pytest.fixture
def path(door):
    """The address of a technician who holds a skill until the end of the year."""
    region = str(door.world.places["near"].region_id)
    skill = {"code": "fibre", "name": "光纤熔接", "region_id": region}
    assert door.post("operations", "/v1/skills", skill).status_code == 200
    found = f"/v1/technicians/{door.world.people['technician']}"
    certificate = {
        "level": 3,
        "certificate": "苏-1",
        "issuer": "省局",
        "issued_on": "2024-01-01",
        "valid_until": "2026-12-31",
    }
    held = door("manager", "PUT", f"{found}/skills/fibre", json=certificate)
    assert (held.json["skills"][0]["issuer"], held.json["skills"][0]["bars"]) == ("省局", [])
    return found


def test_exams_bar_and_unbar(door, path):
    body = {"skill": "fibre", "taken_on": "2026-11-20", "passed": False, "score": 40}
    made = door.post("manager", f"{path}/exams", body)
    assert made.status_code == 201, made.text
    assert door.get("technician", path).json["skills"][0]["bars"] == ["exam_failed"]
    assert door.ids("technician", f"{path}/exams") == [made.json["id"]]
    assert door.post("manager", f"{path}/exams", {**body, "taken_on": "2026-11-21", "passed": True}).status_code == 201
    assert door.get("technician", path).json["skills"][0]["bars"] == []
    (bar,) = door.get("leader", f"{path}/bars").json["items"]
    assert (bar["kind"], bar["lifted_why"]) == ("exam_failed", "passed on 2026-11-21")
    wrong = door.post("manager", f"{path}/exams", {**body, "taken_on": "2027-01-01"})
    assert wrong_fields(wrong) == {"/taken_on": "people.in_the_future"}
    assert len(door.get("technician", f"{path}/exams?limit=1").json["items"]) == 1


def test_retraining_bars_until_it_is_recorded(door, path):
    barred = door.post("leader", f"{path}/bars", {"skill": "fibre", "reason": "三次质量问题"})
    assert barred.json["skills"][0]["bars"] == ["retraining"]
    body = {"skill": "fibre", "note": "已培训两天"}
    assert problem(door.post("leader", f"{path}/retraining", body)) == (403, "forbidden")
    assert door.post("manager", f"{path}/retraining", body).json["skills"][0]["bars"] == []
    assert problem(door.post("manager", f"{path}/retraining", body)) == (409, "people.not_barred")


def test_certificates_that_are_about_to_expire_are_listed(door, path):
    found = door.get("leader", "/v1/expiring-certificates?until=2026-12-31").json
    assert [(one["skill"], one["valid_until"], one["certificate"]) for one in found["items"]] == [
        ("fibre", "2026-12-31", "苏-1")
    ]
    assert door.get("leader", "/v1/expiring-certificates?until=2026-12-30").json["items"] == []
    assert problem(door.get("leader", "/v1/expiring-certificates")) == (422, "invalid")


def test_what_is_known_of_people_out_of_scope_is_unknown(door, path):
    for who in ("nobody", "operations_abroad", "technician_next_zone"):
        assert door.get(who, "/v1/expiring-certificates?until=2027-12-31").json["items"] == []
        for part, body in (
            ("exams", {"skill": "fibre", "taken_on": "2026-11-20", "passed": True}),
            ("bars", {"skill": "fibre", "reason": "x"}),
            ("retraining", {"skill": "fibre", "note": "x"}),
        ):
            assert problem(door.post(who, f"{path}/{part}", body)) == (404, "people.unknown")
            if part != "retraining":
                assert problem(door.get(who, f"{path}/{part}")) == (404, "people.unknown")
