"""What an op costs: taken in by a web process, and reconciled by a worker; beside a bare view that puts it into one table.

    python -m bench.parts.ops [--rounds 300] [--ops 50] [--phones 20] [--profile push|drain]

It starts its own PostgreSQL (durable) and calls both applications in this process, in turns, without a network between. Counted
is the processor time of this thread, which a busy machine does not stretch as it does the clock's; PostgreSQL's own is not in it.
`--profile` shows where the time of ours goes.
"""

import argparse
import cProfile
import gzip
import io
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
import psycopg
from flask import Flask, Response, request

from api.app import create_app
from bench.parts.stage import databases
from bench.sync import Phone, batch_of
from kernel import log_setup
from kernel.actor import system_actor
from kernel.runtime import Runtime
from sync.devices import service as devices
from sync.reactions import HANDLERS
from sync.reconcile.runner import drain
from tests import factories

LIMIT = 4.0
"""How many times the bare view's processor time taking an op in may cost."""
WARM = 30
"""Rounds before those that count."""
OFTEN = 60_000
"""Requests a minute that a phone may send here: one stands for many."""

Application = Callable[[Any, Any], Any]
Watch = AbstractContextManager[object]
TABLE = """
CREATE TABLE bare (device uuid, op uuid, seq bigint, payload jsonb, PRIMARY KEY (device, op));
CREATE INDEX ON bare (device, seq)
"""
INSERT = """
INSERT INTO bare SELECT %s::uuid, * FROM jsonb_to_recordset(%s::jsonb) AS r(op uuid, seq bigint, payload jsonb)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of processor time for one op: taken in by the bare view, taken in by us, reconciled."""

    bare: float
    taken: float
    reconciled: float

    def __str__(self) -> str:
        named = (("taken in by a bare view", self.bare), ("taken in", self.taken), ("reconciled", self.reconciled))
        return "\n".join(f"an op {name:<24} {cost * 1e6:7.1f} µs  {cost / self.bare:5.2f} ×" for name, cost in named)


def main() -> int:
    """Measure, and print each cost beside that of the bare view."""
    asked = _arguments()
    profile = cProfile.Profile(time.thread_time)
    watches: dict[str, Watch] = {asked.profile: profile} if asked.profile else {}
    with databases("ours") as made:
        runtime = made["ours"]
        runtime.handlers = HANDLERS
        runtime.settings = replace(runtime.settings, log_level="error", device_per_minute=OFTEN, device_burst=OFTEN)
        log_setup.set_up(runtime.settings)
        costs = _measure(runtime, asked, watches)
    if watches:
        pstats.Stats(profile).sort_stats("tottime").print_stats(70)
    print(costs)
    return 0 if costs.taken / costs.bare <= LIMIT else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("rounds", 300), ("ops", 50), ("phones", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--profile", choices=["push", "drain"])
    return parser.parse_args()


def _measure(runtime: Runtime, asked: argparse.Namespace, watches: dict[str, Watch]) -> Costs:
    region_id, phones = _register(runtime, asked.phones)
    ours, bare = create_app(runtime).wsgi_app, _bare(runtime).wsgi_app
    times: list[tuple[float, float]] = []
    dice = random.Random(7)
    for number in range(asked.rounds + WARM):
        phone = phones[number % len(phones)]
        body = gzip.compress(batch_of(phone, asked.ops, dice), 3)
        watch = watches.get("push", nullcontext()) if number >= WARM else nullcontext()
        times.append((_push(bare, phone, body, nullcontext()), _push(ours, phone, body, watch)))
    began = time.thread_time()
    with watches.get("drain", nullcontext()):
        drain(runtime, str(region_id))
    drained = time.thread_time() - began
    with runtime.engine.connect() as connection:
        applied: int = connection.exec_driver_sql("SELECT count(*) FROM sync_ops WHERE state = 'applied'").scalar_one()
    assert applied == len(times) * asked.ops
    # What it costs in a quiet moment, shorter than nine of ten: on a busy machine, caches are cold most of the time.
    plain, taken = (statistics.quantiles(one, n=10)[0] / asked.ops for one in zip(*times[WARM:], strict=True))
    return Costs(plain, taken, drained / applied)


def _register(runtime: Runtime, count: int) -> tuple[UUID, list[Phone]]:
    """Hire so many technicians of one region, each with a phone and five orders."""
    phones = []
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        for number in range(count):
            technician = factories.technician(uow, places)
            orders = [factories.order(uow, places) for _ in range(5)]
            for order in orders:
                factories.assign(uow, order, technician)
            made = devices.register(uow, install_id=f"bench-{number}", user_id=technician)
            phones.append(Phone(made.token, str(made.device_id), [str(order) for order in orders]))
    return places.region_id, phones


def _bare(runtime: Runtime) -> Flask:
    """Make the least that takes a batch: one view, one statement, one commit."""
    app = Flask("bare")
    url = runtime.settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    connection = psycopg.connect(url)
    connection.execute(TABLE)
    connection.commit()

    @app.post("/v1/sync/push")
    def push() -> Response:
        body = orjson.loads(gzip.decompress(request.get_data(cache=False)))
        rows = [{"op": op["id"], "seq": op["seq"], "payload": op} for op in body["ops"]]
        connection.execute(INSERT, (body["device_id"], orjson.dumps(rows).decode()), prepare=True)
        connection.commit()
        results = [{"id": op["id"], "status": "accepted"} for op in body["ops"]]
        return Response(orjson.dumps({"results": results}), mimetype="application/json")

    return app


def _push(application: Application, phone: Phone, body: bytes, watch: Watch) -> float:
    """Push a batch as a server's thread would; return the seconds of processor time."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/sync/push",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {phone.token}",
        "HTTP_CONTENT_ENCODING": "gzip",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    statuses: list[str] = []
    began = time.thread_time()
    with watch:
        answer = application(environ, lambda status, *_: statuses.append(status))
        b"".join(answer)
        answer.close()
    seconds = time.thread_time() - began
    assert statuses == ["200 OK"], statuses
    return seconds


if __name__ == "__main__":
    sys.exit(main())
