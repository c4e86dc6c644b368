from tests.api.world import problem, wrong_fields


def test_a_mentor_is_paired_listed_and_ended(door):
    mentor, mentee = (str(door.world.people[name]) for name in ("technician", "technician_next_zone"))
    body = {"mentor_id": mentor, "mentee_id": mentee, "goal": "独立装机"}
    made = door.post("leader", "/v1/mentorships", body)
    assert made.status_code == 201, made.text
    key = made.json["id"]
    for who in ("leader", "technician", "technician_next_zone"):
        assert door.ids(who, "/v1/mentorships") == [key]
    assert problem(door.post("leader", "/v1/mentorships", body)) == (409, "people.mentee_taken")
    same = {"mentor_id": mentor, "mentee_id": mentor}
    assert wrong_fields(door.post("leader", "/v1/mentorships", same)) == {"/mentee_id": "people.mentor_wrong"}
    for who in ("nobody", "assessor", "operations_abroad", "technician_next_group"):
        assert door.ids(who, "/v1/mentorships") == []
        refused = door.post(who, f"/v1/mentorships/{key}/end", {"reason": "x"})
        assert problem(refused) == (404, "people.mentorship_unknown")
        assert problem(door.post(who, "/v1/mentorships", body)) == (404, "people.unknown")
    assert problem(door.post("technician", f"/v1/mentorships/{key}/end", {"reason": "x"}))[0] in (403, 404)
    assert door.post("leader", f"/v1/mentorships/{key}/end", {"reason": "出师"}).status_code == 204
    (row,) = door.get("leader", f"/v1/mentorships?mentor_id={mentor}").json["items"]
    assert (row["ended_why"], row["valid_to"]) == ("出师", "2026-11-22T01:00:00.000Z")
