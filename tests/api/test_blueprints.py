from uuid import UUID

import pytest
from flask import Flask
from flask.views import MethodView
from marshmallow import Schema, fields

from api import observing, openapi
from api.auth import for_devices, open_to_all
from api.blueprints import Blueprint, conditional


class Body(Schema):
    name = fields.String(required=True)


@pytest.fixture
def application():
    blp = Blueprint("things", "Things.")

    @blp.route("/things")
    class Things(MethodView):
        """All things."""

        @open_to_all
        @blp.response(200, Body)
        def get(self):
            """Show it."""
            return {"name": "x"}

        @blp.arguments(Body)
        @blp.response(201, Body)
        def post(self, body):
            """Make it."""
            return body

    @blp.route("/phone")
    class Phone(MethodView):
        """A phone."""

        @conditional
        @for_devices
        @blp.response(200, Body)
        def get(self):
            """Show it."""
            return {"name": "x"}

    app = Flask("x")
    app.extensions["fieldbeat"] = Minting()
    observing.register(app)
    openapi.configure(app).register_blueprint(blp)
    return app


class Minting:
    """As much of a runtime as a request without a transaction needs."""

    def mint_id(self):
        return UUID(int=1)


def test_a_view_is_closed_unless_it_says_otherwise(application):
    client = application.test_client()
    assert client.get("/v1/things").json == {"name": "x"}
    assert client.head("/v1/things").status_code == 200
    assert client.options("/v1/things").status_code == 200
    assert client.post("/v1/things", json={"name": "x"}).status_code == 401
    assert client.get("/v1/phone").status_code == 401
    allowed = client.post("/v1/things", json={"name": "x"}, headers={"Authorization": "Bearer x"})
    assert allowed.status_code == 201


def test_a_body_is_not_read_for_a_stranger(application):
    refused = application.test_client().post("/v1/things", data="{", content_type="application/json")
    assert refused.status_code == 401


def test_the_description_follows_from_the_view(application):
    paths = openapi.describe(application)["paths"]
    assert paths["/v1/things"]["get"]["security"] == []
    responses = paths["/v1/things"]["post"]["responses"]
    assert {"400", "401", "409", "413", "415", "422", "429", "500", "503"} <= set(responses)
    phone = paths["/v1/phone"]["get"]
    assert phone["security"] == [{"device": []}]
    assert [one["$ref"].rsplit("/", 1)[1] for one in phone["parameters"]] == ["If-None-Match"]
