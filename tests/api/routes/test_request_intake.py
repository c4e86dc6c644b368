from tests.api.world import problem, wrong_fields

MAIL = "From: =?utf-8?b?546L6Iqz?= <w@x.cn>\r\nSubject: help\r\nMessage-ID: <7@x.cn>\r\n\r\n电视无信号".encode()


def test_a_mail_is_received_once(door):
    send = {"data": MAIL, "content_type": "message/rfc822"}
    first = door("operations", "POST", "/v1/service-requests/mail", **send)
    assert (first.status_code, first.json["state"]) == (201, "unclassified"), first.text
    again = door("operations", "POST", "/v1/service-requests/mail", **send)
    assert (again.json["request_id"], again.json["unchanged"]) == (first.json["request_id"], True)
    shown = door.get("operations", f"/v1/service-requests/{first.json['request_id']}").json
    assert (shown["contact_name"], shown["contact_email"], shown["description"]) == ("王芳", "w@x.cn", "电视无信号")
    assert problem(door("technician", "POST", "/v1/service-requests/mail", **send)) == (403, "forbidden")


def test_customers_report_by_a_form_without_a_login(door):
    opened = door.post("operations", "/v1/web-forms", {"label": "官网"})
    assert opened.status_code == 201, opened.text
    report = {"key": opened.json["key"], "title": "电视无信号", "contact_phone": "138 0000", "submission_id": "s1"}
    path = "/v1/public/service-requests"
    sent = door.post(None, path, report)
    assert sent.status_code == 201, sent.text
    assert set(sent.json) == {"reference", "planned_outage_until"}
    assert door.post(None, path, report).json == sent.json
    assert wrong_fields(door.post(None, path, report | {"contact_phone": None})) == {
        "/contact_phone": "request.contact_missing"
    }
    assert problem(door.post(None, path, report | {"key": "x"})) == (404, "request.form_unknown")
    waiting = door.get("operations", "/v1/service-requests?channel=web&owned=false").json["items"]
    assert [one["title"] for one in waiting] == ["电视无信号"]
    assert "key" not in door.get("operations", "/v1/web-forms").json["items"][0]
    assert door("operations", "DELETE", f"/v1/web-forms/{opened.json['id']}").status_code == 204
    assert problem(door.post(None, path, report)) == (404, "request.form_unknown")


def test_requests_come_out_as_a_table(door):
    table = door.get("leader", "/v1/service-requests.csv", headers={"Accept-Language": "en"})
    lines = table.get_data(as_text=True).splitlines()
    assert lines[0].startswith("\ufeffreference,source,channel,state")
    assert len(lines) == 1 + 2
