from dataclasses import replace

import pytest

from api.app import create_app
from tests.api.world import problem


@pytest.fixture
def guarded(runtime):
    runtime.settings = replace(runtime.settings, metrics_token="let me in")
    return create_app(runtime).test_client()


def test_metrics_can_be_kept_behind_a_token(guarded):
    assert problem(guarded.get("/metrics")) == (401, "token-invalid")
    assert problem(guarded.get("/metrics", headers={"Authorization": "Bearer let me out"})) == (401, "token-invalid")
    shown = guarded.get("/metrics", headers={"Authorization": "Bearer let me in"})
    assert (shown.status_code, shown.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")


def test_metrics_are_open_without_that_setting(plain):
    plain.get("/health/live")
    assert (
        'fieldbeat_request_seconds_count{method="GET",route="/health/live",status="200"}' in plain.get("/metrics").text
    )
