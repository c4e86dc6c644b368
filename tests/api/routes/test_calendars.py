from tests.api.world import problem, wrong_fields

DOCUMENT = {"timezone": "Asia/Shanghai", "week": {"mon": [["08:30", "17:30"]]}, "holidays": "CN"}
NOTICE = {"year": 2027, "papers": [], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}


def test_a_calendar_is_added_listed_and_given_a_notice(door):
    body = {"code": "office", "name": "白班", "document": DOCUMENT}
    made = door.post("operations", "/v1/working-calendars", body)
    assert made.status_code == 201, made.text
    (listed,) = door.get("agent", "/v1/working-calendars").json["items"]
    assert (listed["code"], listed["version"], listed["document"]) == ("office", 1, DOCUMENT)
    assert door.ids("operations_abroad", "/v1/working-calendars") == []
    path = f"/v1/working-calendars/{made.json['id']}/notices"
    assert door.post("operations", path, NOTICE).json == {"version": 2}
    (after,) = door.get("agent", "/v1/working-calendars").json["items"]
    assert after["document"]["notices"] == {"2027": {"off": ["2027-01-01"], "work": []}}
    assert problem(door.post("operations", "/v1/working-calendars", body)) == (409, "sla.calendar_taken")
    assert problem(door.post("operations_abroad", path, NOTICE)) == (404, "sla.calendar_unknown")
    assert problem(door.post("manager", path, NOTICE)) == (403, "forbidden")
    policy = {
        "priority": "routine",
        "resolve_minutes": 540,
        "calendar_id": made.json["id"],
        "pauses": [{"reason": "parts"}],
    }
    assert door.post("operations", "/v1/sla-policies", policy).status_code == 201
    (shown,) = door.get("agent", "/v1/sla-policies?priority=routine").json["items"][:1]
    assert (shown["calendar_id"], shown["pauses"][0]["approval"]) == (made.json["id"], "beyond_limit")
    elsewhere = door.post("operations_abroad", "/v1/sla-policies", policy)
    assert problem(elsewhere) == (404, "sla.calendar_unknown")


def test_what_cannot_be_a_calendar_is_refused_with_its_place(door):
    body = {"code": "x", "name": "x", "document": {**DOCUMENT, "timezone": "Mars/Olympus"}}
    assert wrong_fields(door.post("operations", "/v1/working-calendars", body)) == {"/timezone": "sla.calendar_wrong"}
    assert problem(door.post("manager", "/v1/working-calendars", {**body, "document": DOCUMENT})) == (403, "forbidden")
