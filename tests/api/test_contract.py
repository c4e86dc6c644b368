"""Every operation is asked all sorts of things, and answers as the description says. `make contract` does so for longer."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.guarding import GUARDS
from kernel.clock import FixedClock
from tests.api.conftest import NO_REDIS, make_runtime
from tests.api.fuzzing import Fuzzer
from tests.api.test_auth import PAGES, address, operations
from tests.api.world import World
from tests.conftest import NOW, settings_for

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "1"))
"""How many requests of each sort an operation gets: allowed by its description, and not."""
SEED = int(os.environ.get("CONTRACT_SEED", "0"))
SAMPLE = {"sqlite": 1, "postgresql": 8} if SEED else {"sqlite": 2, "postgresql": 8}
"""Each how manieth operation is asked on each engine, beginning with another one for each seed; `make contract` asks all."""
UNREADY = "GET /health/ready"
"""Without Redis it is not ready, and says so with 503, as it should (tests/api/test_health.py)."""


@pytest.fixture
def product(furnished: tuple[str, World], tmp_path: Path) -> Iterator[Flask]:
    runtime = make_runtime(settings_for(tmp_path, furnished[0], NO_REDIS), FixedClock(NOW))
    yield create_app(runtime)
    runtime.close()


def test_whatever_is_asked_the_answer_is_as_described(product, furnished, request):
    fuzzer = Fuzzer(product, furnished[1], examples=EXAMPLES, seed=SEED)
    step = SAMPLE[request.node.callspec.params["furnished"]]
    asked = fuzzer.operations()
    fuzzer.run([one for index, one in enumerate(asked) if (index - SEED) % step == 0])
    fuzzer.faults.pop(UNREADY, None)
    assert fuzzer.faults == {}
    assert sum(fuzzer.statuses.values()) > 2 * len(asked) // step
    good = sum(count for status, count in fuzzer.statuses.items() if status < 300)
    assert good > len(asked) // (2 * step), "hardly anything got beyond a refusal"
    assert fuzzer.followed >= 6 // step, "hardly anything that was made was read where its link leads"


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


def test_no_method_but_those_described_is_taken(plain_app):
    client, taken = plain_app.test_client(), {}
    for method, rule in operations(plain_app):
        taken.setdefault(rule, set()).add(method)
    for rule, methods in taken.items():
        if rule in PAGES:
            continue
        for method in set(METHODS) - methods:
            answer = client.open(address(rule), method=method)
            assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed"), (method, rule)
            assert methods <= set(answer.headers["Allow"].split(", ")), (method, rule)


@pytest.mark.parametrize("token", ["none", "some"])
def test_every_operation_sends_the_headers_that_guard_browsers(plain_app, token):
    client = plain_app.test_client()
    headers = {} if token == "none" else {"Authorization": "Bearer x"}
    for method, rule in operations(plain_app):
        if rule not in PAGES:
            answer = client.open(address(rule), method=method, headers=headers)
            assert GUARDS.items() <= dict(answer.headers).items(), (method, rule)
            assert answer.headers["X-Request-ID"]
            assert not {"Server", "Set-Cookie", "X-Powered-By"}.intersection(answer.headers.keys())
