from uuid import UUID

from tests.api.world import problem, wrong_fields

NEW = {"serial": "hg 6543", "vendor": "烽火", "kind": "onu", "installed_on": "2026-11-01"}


def registered(door, **change):
    body = NEW | {"site_id": str(door.world.sites["near"])} | change
    response = door.post("agent", "/v1/assets", body)
    assert response.status_code == 201, response.text
    return response.json


def test_an_asset_is_registered_corrected_and_its_warranty_asked_for(door):
    made = registered(door)
    assert (made["serial"], made["state"], made["warranty_until"]) == ("HG6543", "installed", "2027-10-31")
    path = f"/v1/assets/{made['id']}"
    assert door.get("agent", f"{path}/warranty?on=2027-10-31").json["in_warranty"] is True
    assert door.get("agent", f"{path}/warranty?on=2027-11-01").json["in_warranty"] is False
    changed = door.patch("agent", path, {"model": "HG6145", "warranty_until": "2029-01-01"})
    assert (changed.json["model"], changed.json["warranty_by"], changed.json["kind"]) == ("HG6145", "given", "onu")
    stale = door("agent", "PATCH", path, json={"model": "x"}, headers={"If-Match": '"1"'})
    assert problem(stale) == (412, "stale")
    assert [one["id"] for one in door.get("agent", "/v1/assets?q=hg65").json["items"]] == [made["id"]]


def test_a_swap_shows_both_boxes_and_goes_on_the_timeline(door):
    world = door.world
    old = registered(door)["id"]
    new = registered(door, serial="NEW", site_id=None, station_id=str(world.places["near"].station_id))["id"]
    body = {
        "old_asset_id": old,
        "new_asset_id": new,
        "reason": "烧坏",
        "work_order_id": str(world.orders["near"]),
    }
    swapped = door.post("agent", "/v1/asset-swaps", body)
    assert swapped.status_code == 200, swapped.text
    assert (swapped.json["old"]["state"], swapped.json["new"]["state"]) == ("swapped", "installed")
    timeline = door.get("agent", f"/v1/work-orders/{world.orders['near']}/timeline").json["items"]
    assert timeline[-1]["kind"] == "asset.swapped"
    there = door.get("agent", f"/v1/sites/{world.sites['near']}/assets").json["items"]
    assert {one["asset_id"] for one in there} == {str(world.assets["near"]), new}
    moved = door.post("agent", f"/v1/assets/{old}/moves", {"command": "return", "reason": "退厂"})
    assert (moved.json["state"], len(moved.json["stays"])) == ("returned", 3)
    assert problem(door.post("agent", f"/v1/assets/{old}/moves", {"command": "install"})) == (409, "asset.illegal")


def test_a_table_goes_in_and_comes_out_again(door):
    world = door.world
    content = f"serial,vendor,kind,site_id\n1,x,onu,{world.sites['near']}\n2,x,kettle,\n"
    into = {"data": content.encode(), "content_type": "text/csv"}
    lines = door("agent", "POST", "/v1/assets/import", **into).json["lines"]
    assert [(one["line"], one["outcome"], one["column"]) for one in lines] == [
        (2, "added", None),
        (3, "refused", "kind"),
    ]
    exported = door.get("agent", "/v1/assets.csv")
    assert exported.content_type.startswith("text/csv")
    again = door("agent", "POST", "/v1/assets/import", data=exported.data, content_type="text/csv").json["lines"]
    assert {one["outcome"] for one in again} == {"already_there"}
    assert lines[0]["asset_id"] in {one["asset_id"] for one in again}


def test_an_order_and_a_bad_body_are_answered_by_field(door):
    world = door.world
    key = registered(door)["id"]
    order = {"zone_id": str(world.places["near"].zone_id), "work_type": "cable_fault", "title": "x", "asset_id": key}
    opened = door.post("agent", "/v1/work-orders", order)
    assert (opened.json["asset_id"], opened.json["site_id"]) == (key, str(world.sites["near"]))
    again = NEW | {"site_id": str(world.sites["near"])}
    assert wrong_fields(door.post("agent", "/v1/assets", again)) == {"/serial": "asset.serial_taken"}
    assert wrong_fields(door.post("agent", "/v1/assets", NEW | {"kind": "kettle"})) == {"/kind": "choice"}
    unknown = f"/v1/assets/{UUID(int=1)}"
    assert problem(door.get("agent", unknown)) == (404, "asset.unknown")
