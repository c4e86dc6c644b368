from datetime import date

import pytest
from flask import Flask
from flask.views import MethodView

from api import observing, openapi
from api.auth import open_to_all
from api.blueprints import Blueprint
from api.deprecating import deprecated
from kernel import errors
from tests.api.test_blueprints import Body, Minting

OVER = {"since": date(2026, 1, 31), "sunset": date(2026, 12, 31), "instead": "/v1/things"}


@pytest.fixture
def application():
    blp = Blueprint("old-things", "Old things.")

    @blp.route("/old-things")
    class OldThings(MethodView):
        """Things as they were."""

        @deprecated(**OVER)
        @open_to_all
        @blp.response(200, Body)
        def get(self):
            """Show it.

            As ever.
            """
            return {"name": "x"}

        @deprecated(**OVER)
        @open_to_all
        @blp.response(204)
        def delete(self):
            """Take it away."""
            raise errors.UNAVAILABLE()

    app = Flask("x")
    app.extensions["fieldbeat"] = Minting()
    observing.register(app)
    openapi.configure(app).register_blueprint(blp)
    return app


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_every_answer_says_that_it_goes_away_when_and_what_comes_instead(application, method):
    answer = application.test_client().open("/v1/old-things", method=method)
    assert answer.status_code == (200 if method == "GET" else 503)
    assert answer.headers["Deprecation"] == "@1769817600"
    assert answer.headers["Sunset"] == "Thu, 31 Dec 2026 00:00:00 GMT"
    assert answer.headers["Link"] == '</v1/things>; rel="successor-version"'


def test_the_description_says_so(application):
    operation = openapi.describe(application)["paths"]["/v1/old-things"]["get"]
    assert operation["deprecated"] is True
    assert operation["description"].startswith("As ever.")
    assert "2026-12-31" in operation["description"]
    assert "`/v1/things`" in operation["description"]
    assert {"Deprecation", "Sunset", "Link"} <= set(operation["responses"]["200"]["headers"])


def test_nothing_goes_away_without_half_a_year_of_notice():
    with pytest.raises(ValueError, match="180 days"):
        deprecated(since=date(2026, 1, 1), sunset=date(2026, 6, 29), instead="/v1/things")
