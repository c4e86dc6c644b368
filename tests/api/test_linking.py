"""What was made is linked to what may be asked of it."""

import copy

from api.linking import link

MADE = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Zone"}}}}
DOCUMENT = {
    "paths": {
        "/v1/groups/{group_id}/zones": {"post": {"responses": {"201": MADE}}},
        "/v1/groups/{group_id}/zones/{zone_id}": {
            "get": {"operationId": "get_zone"},
            "delete": {"operationId": "delete_zone"},
            "parameters": [],
        },
        "/v1/groups/{group_id}/zones/{zone_id}/duties": {"post": {"operationId": "deeper", "responses": {"201": MADE}}},
    },
    "components": {"schemas": {"Zone": {"properties": {"id": {}}}}},
}


def links(document):
    link(document)
    return document["paths"]["/v1/groups/{group_id}/zones"]["post"]["responses"]["201"].get("links", {})


def test_the_id_of_what_was_made_goes_into_the_path_of_what_reads_or_ends_it():
    parameters = {"group_id": "$request.path.group_id", "zone_id": "$response.body#/id"}
    assert links(copy.deepcopy(DOCUMENT)) == {
        name: {"operationId": name, "parameters": parameters} for name in ("get_zone", "delete_zone")
    }


def test_a_member_with_the_name_of_the_path_is_preferred():
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Zone"]["properties"] = {"id": {}, "zone_id": {}}
    assert links(document)["get_zone"]["parameters"]["zone_id"] == "$response.body#/zone_id"


def test_what_tells_no_id_has_no_links():
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Zone"]["properties"] = {"region_id": {}}
    assert links(document) == {}
