"""Signing on the customer's own phone over HTTP: a link from the technician, a page without a login."""

import base64
import re

import pytest
from structlog.testing import capture_logs

from tests.api.routes.test_checklists import answer, order
from tests.api.world import problem
from tests.checklists.media.pictures import picture
from tests.checklists.samples import GOOD

__all__ = ["order"]
EN = {"Accept-Language": "en"}


@pytest.fixture
def path(door, order):
    for item, value in GOOD.items():
        answer(door, order, item, value)
    door.post("technician", f"{order}/fees", {"text": "上门费", "unit_price": "80.00"})
    return order


def link(door, path, **body):
    made = door.post("technician", f"{path}/signing-links", body)
    assert made.status_code == 201, made.text
    return re.sub("^.*?/sign/", "/sign/", made.json["link"])


def test_a_customer_draws_a_signature_on_a_page_without_a_login(door, path):
    url = link(door, path, completed_at="2026-11-22T10:05:00+08:00")
    page = door.get(None, url, headers={"Accept-Language": "zh-CN"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "应付合计" in page.text
    assert "80.00 CNY" in page.text
    assert "71.5 dBμV" in page.text
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", page.text)
    drawn = "data:image/png;base64," + base64.b64encode(picture()).decode()
    signed = door(None, "post", url, data={"name": "李女士", "drawing": drawn, "code": ""}, headers=EN)
    assert (signed.status_code, "Signed, thank you" in signed.text) == (200, True), signed.text
    assert "Signed, thank you" in door.get(None, url, headers=EN).text
    run = door.get("technician", f"{path}/checklist").json
    assert (run["signed"], run["sign_offs"][0]["signer_name"]) == (True, "李女士")
    (kept,) = door.get("leader", f"{path}/sign-offs").json["items"]
    assert (kept["method"], kept["worth"], kept["completed_at"]) == ("link", "current", "2026-11-22T02:05:00.000Z")
    content = door.get("leader", f"{path}/sign-offs/{kept['id']}").json["snapshot"]
    assert content["totals"][0]["total"] == "80.00"
    assert door.get("leader", f"{path}/signing-links").json["items"][0]["state"] == "signed"
    assert "checklist.sign_off" in door.get("leader", f"{path}/timeline").text


def test_wrong_codes_are_counted_and_other_mistakes_are_not(door, path):
    url = link(door, path)
    for left in (4, 3):
        wrong = door(None, "post", url, data={"name": "x", "code": "1"}, headers=EN)
        assert (wrong.status_code, f"tries left: {left}" in wrong.text) == (403, True)
    for data in ({"name": "x"}, {"name": "", "code": "1"}, {"name": "x", "drawing": "data:image/png;base64,!"}):
        assert door(None, "post", url, data=data, headers=EN).status_code == 422
    for drawing in ("no picture", "data:image/png;base64,aGVsbG8="):
        assert door(None, "post", url, data={"name": "x", "drawing": drawing}, headers=EN).status_code == 422
    assert door.get("technician", f"{path}/signing-links").json["items"][0]["attempts"] == 2
    for _ in range(2):
        door(None, "post", url, data={"name": "x", "code": "1"})
    locked = door(None, "post", url, data={"name": "x", "code": "1"}, headers=EN)
    assert (locked.status_code, "not valid any more" in locked.text) == (410, True)


def test_a_drawing_that_signs_nothing_is_never_kept(door, path, runtime):
    url = link(door, path)
    drawn = {"drawing": picture_text()}
    for address, given, status in (
        ("/sign/nobodys", {"name": "x"}, 404),
        (url, {"name": ""}, 422),
        (url, {"name": "x", "code": "1"}, 403),
    ):
        assert door(None, "post", address, data=given | drawn, headers=EN).status_code == status
    assert door.get("technician", f"{path}/signing-links").json["items"][0]["attempts"] == 1
    assert list(runtime.blobs.digests()) == []


def test_an_order_that_changed_is_not_signed_and_the_page_says_so(door, path):
    url = link(door, path)
    door.post("technician", f"{path}/fees", {"text": "网线", "unit_price": "5"})
    answered = door(None, "post", url, data={"name": "x", "drawing": picture_text()}, headers=EN)
    assert (answered.status_code, "nothing was signed" in answered.text) == (409, True)
    assert door.get("technician", f"{path}/sign-offs").json["items"] == []


def picture_text() -> str:
    return "data:image/png;base64," + base64.b64encode(picture()).decode()


def test_a_link_that_there_never_was_or_that_was_taken_back_shows_nothing(door, path):
    url = link(door, path)
    taken = door.post("technician", f"{path}/signing-links/revoke", {})
    assert [one["state"] for one in taken.json["items"]] == ["revoked"]
    for address, status in ((url, 410), ("/sign/nobodys", 404), ("/sign/<script>", 404)):
        page = door.get(None, address, headers=EN)
        assert (page.status_code, "not valid any more" in page.text) == (status, True)
        assert "80.00" not in page.text
        assert "<script>" not in page.text
    assert door(None, "post", url, data={"name": "x" * 600_000}).status_code == 413
    assert problem(door.post("technician_next_station", f"{path}/signing-links", {})) == (404, "work_order.unknown")


def test_the_address_of_a_page_to_sign_is_not_in_the_log(door, path):
    url = link(door, path)
    with capture_logs() as logs:
        door.get(None, url)
    assert url.rpartition("/")[2] not in str(logs)
