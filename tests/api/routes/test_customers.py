from tests.api.world import wrong_fields


def test_a_customer_with_a_site_is_added_and_corrected(door):
    zone, other = str(door.world.places["near"].zone_id), str(door.world.places["next_zone"].zone_id)
    made = door.post("agent", "/v1/customers", {"name": " 刘女士 ", "phone": "100 0001 0002", "zone_id": zone})
    assert (made.status_code, made.json["name"], made.json["vip"]) == (201, "刘女士", False)
    path = f"/v1/customers/{made.json['id']}"
    changed = door.patch("agent", path, {"vip": True, "zone_id": other}).json
    assert (changed["name"], changed["phone"], changed["vip"], changed["zone_id"]) == (
        "刘女士",
        made.json["phone"],
        True,
        other,
    )
    site = door.post("agent", "/v1/sites", {"customer_id": made.json["id"], "address": "红旗路 7 号", "zone_id": other})
    assert site.status_code == 201
    moved = door.patch("agent", f"/v1/sites/{site.json['id']}", {"lat": 33.77, "lon": 119.27}).json
    assert (moved["address"], moved["lat"], moved["lon"], moved["zone_id"]) == ("红旗路 7 号", 33.77, 119.27, other)
    assert [one["id"] for one in door.get("agent", path).json["sites"]] == [site.json["id"]]
    mine = door.get("agent", f"/v1/sites?customer_id={made.json['id']}").json["items"]
    assert mine == [moved]
    assert [one["id"] for one in door.get("agent", "/v1/customers?vip=true").json["items"]] == [made.json["id"]]
    assert [one["id"] for one in door.get("agent", "/v1/customers?q=刘").json["items"]] == [made.json["id"]]


def test_half_a_position_is_none(door):
    customer = str(door.world.customers["near"])
    zone = str(door.world.places["near"].zone_id)
    half = {"customer_id": customer, "zone_id": zone, "address": "x", "lat": 33.7}
    refused = door.post("agent", "/v1/sites", half)
    assert set(wrong_fields(refused).values()) == {"customers.position_wrong"}


def test_a_wildcard_in_a_search_is_a_letter(door):
    assert door.get("agent", "/v1/customers?q=%25").json["items"] == []
    assert door.get("agent", "/v1/customers?q=_").json["items"] == []


def test_the_region_at_large_is_the_callers_own_if_left_out(door):
    made = door.post("operations", "/v1/customers", {"name": "陈先生"})
    assert made.json["region_id"] == str(door.world.places["near"].region_id)


def test_a_site_keeps_what_its_position_was_declared_in(door):
    body = {"customer_id": str(door.world.customers["near"]), "address": "x", "lat": 33.78, "lon": 119.26}
    body["zone_id"] = str(door.world.places["near"].zone_id)
    made = door.post("manager", "/v1/sites", body | {"coordinate_system": "bd09"}).json
    assert made["coordinate_system"] == "bd09"
    assert 0.005 < 119.26 - made["lon"] < 0.02
    path = f"/v1/sites/{made['id']}"
    moved = door.patch("manager", path, {"address": "y"}).json
    assert (moved["lon"], moved["coordinate_system"]) == (made["lon"], "bd09")
    placed = door.patch("manager", path, {"lat": 33.78, "lon": 119.26}).json
    assert (placed["lon"], placed["coordinate_system"]) == (119.26, "wgs84")
    assert door.patch("manager", path, {"coordinate_system": "gcj02"}).status_code == 422
