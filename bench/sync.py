"""How fast phones are served: pushes stored, ops reconciled, changes pulled, as ratios to raw PostgreSQL in the same run.

    python -m bench.sync [--devices 200] [--batches 10] [--ops 50] [--again 0] [--backlog 0]

It starts its own PostgreSQL (durable: fsync and synchronous_commit on), Valkey and product, on this machine only. A round is
pushed twice: with the workers paused, for what the door alone takes in, and with them at work. `--again` puts that many
further rounds of the same size into the store before everything is measured a second time. `--backlog` lets so many ops pile up
in front of paused workers, and tells what memory the workers need to catch up.
"""

import argparse
import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psycopg
from uuid_utils import uuid7

from bench.load import Times, raw, throw
from bench.processes import most_kib, paused, programs
from bench.simulator import scene as scenes
from bench.simulator.office import Office
from tests.servers import Postgres, Valkey

CONNECTIONS = 8
NOTE = "检查完成，信号电平正常，接头已更换，客户现场确认无异常。"
PASSWORD = "fieldbeat-demo"  # noqa: S105 - the demo tells it to everybody


@dataclass
class Phone:
    """A phone of the load: its token and orders, and how far its numbers have come."""

    token: str
    device_id: str
    orders: list[str]
    seq: int = 0
    since: int = 0
    pushes: list[bytes] = field(default_factory=list)


def main() -> int:
    """Run everything and print the table."""
    asked = _arguments()
    with Postgres(durable=True) as postgres, Valkey() as valkey, tempfile.TemporaryDirectory() as folder:
        url = postgres.create_database("fieldbeat")
        dsn = url.replace("postgresql+psycopg://", "postgresql://")
        limit = _raw_limit(dsn, asked.devices * asked.batches, asked.ops)
        print(f"L, raw PostgreSQL, {CONNECTIONS} connections: {limit:,.0f} logs/s")
        port = 18_000 + os.getpid() % 10_000
        with run_product(Path(folder), url, valkey.url, port) as password:
            phones = register_phones(port, password, asked.devices)
            scene = Scene(port, dsn, Path(folder) / "data", limit)
            # It prints the reports of the demo for a while, on one of the cores that are measured here.
            with paused(programs(scene.data, "slow")):
                _rounds(asked, phones, scene)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("devices", 200), ("batches", 10), ("ops", 50), ("again", 0), ("backlog", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Scene:
    """What is measured: the product's port and data folder, its database, and L in logs a second."""

    port: int
    dsn: str
    data: Path
    limit: float

    def workers(self) -> list[int]:
        return programs(self.data, "quick")


def _rounds(asked: argparse.Namespace, phones: list[Phone], scene: Scene) -> None:
    _pull(phones, scene.port, "first pull of a phone")
    _catch_up(scene.port, phones)
    _measure(asked, phones, scene, "first")
    for _ in range(asked.again):
        _push(phones, asked, scene.port)
        _settled(scene.dsn)
    if asked.again:
        _measure(asked, phones, scene, f"with {2 * asked.again} rounds more in the store")
    print(f"web processes held {most_kib(programs(scene.data, 'gunicorn')) / 1024:,.0f} MiB at most")
    if asked.backlog:
        _catch_up_with(asked, phones, scene)


def _measure(asked: argparse.Namespace, phones: list[Phone], scene: Scene, name: str) -> None:
    print(f"--- {name}")
    with paused(scene.workers()):
        _line("stored through push", _push(phones, asked, scene.port), asked, scene)
    _settled(scene.dsn)
    began = time.perf_counter()
    busy = _push(phones, asked, scene.port)
    acknowledged = time.perf_counter()
    _settled(scene.dsn)
    settled = time.perf_counter()
    total = asked.devices * asked.batches * asked.ops
    _line("stored, workers at work", busy, asked, scene)
    rate = total / (settled - began)
    print(f"  stored and reconciled        {rate:>10,.0f} logs/s  {rate / scene.limit:.3f} L")
    print(f"  last effect after last acknowledgement {settled - acknowledged:.2f} s")
    again = throw(scene.port, [one for phone in phones for one in phone.pushes], connections=CONNECTIONS)
    _line("the same again (duplicates)", again, asked, scene)
    _pull(phones, scene.port, "pull of 500 changes")
    quiet = throw(scene.port, _catch_up(scene.port, phones) * 5, connections=1)
    print(f"  nothing new, one connection p50 {quiet.percentile(0.5):6.2f} ms")


def _pull(phones: list[Phone], port: int, name: str) -> None:
    pages = [raw("GET", f"/v1/sync/pull?since={phone.since}&limit=500", phone.token) for phone in phones]
    pulled = throw(port, pages, connections=CONNECTIONS)
    print(f"  {name:<28} p50 {pulled.percentile(0.5):.1f} ms  p99 {pulled.percentile(0.99):.1f} ms  {pulled.statuses}")


def _catch_up_with(asked: argparse.Namespace, phones: list[Phone], scene: Scene) -> None:
    """Let a backlog pile up, and let the workers catch up with it."""
    workers = scene.workers()
    before = most_kib(workers)
    with paused(scene.workers()):
        for _ in range(-(-asked.backlog // (asked.devices * asked.batches * asked.ops))):
            _push(phones, asked, scene.port)
        waiting = _pending(scene.dsn)
    began = time.perf_counter()
    _settled(scene.dsn)
    took = time.perf_counter() - began
    print(
        f"{waiting:,} ops pending: reconciled in {took:,.0f} s, {waiting / took:,.0f} a second; a worker held "
        f"{before / 1024:,.0f} MiB at most before, {most_kib(workers) / 1024:,.0f} MiB after"
    )


def _line(name: str, times: Times, asked: argparse.Namespace, scene: Scene) -> None:
    rate = asked.devices * asked.batches * asked.ops / times.wall
    print(
        f"  {name:<28} {rate:>10,.0f} logs/s  {rate / scene.limit:.3f} L  "
        f"p50 {times.percentile(0.5):.1f} ms  p99 {times.percentile(0.99):.1f} ms  {times.statuses}"
    )


def _push(phones: list[Phone], asked: argparse.Namespace, port: int) -> Times:
    dice = random.Random(7)
    for phone in phones:
        phone.pushes = [_batch(phone, asked.ops, dice) for _ in range(asked.batches)]
    # Devices take turns, as they would on a morning when all come back.
    requests = [phone.pushes[n] for n in range(asked.batches) for phone in phones]
    return throw(port, requests, connections=CONNECTIONS)


def push_some(port: int, phone: Phone, ops: int) -> None:
    """Push one batch of a phone."""
    throw(port, [_batch(phone, ops, random.Random(7))], connections=1)


def _batch(phone: Phone, size: int, dice: random.Random) -> bytes:
    return raw("POST", "/v1/sync/push", phone.token, gzip.compress(batch_of(phone, size, dice), 3), "gzip")


def batch_of(phone: Phone, size: int, dice: random.Random) -> bytes:
    """Write the body of a push with the next ops of a phone."""
    ops = []
    for _ in range(size):
        phone.seq += 1
        ops.append(
            {
                "id": str(uuid7()),
                "seq": phone.seq,
                "type": dice.choice(("log.note", "log.note", "log.key_action", "log.position")),
                "v": 1,
                "work_order_id": dice.choice(phone.orders),
                "occurred_at": "2026-11-22T08:10:00.100+08:00",
                "mono_ms": 81_234_567 + phone.seq,
                "boot_id": "b7",
                "gps": {"lat": 33.78 + dice.random() / 100, "lon": 119.27, "acc_m": 8, "mock": False},
                "data": {"text": NOTE, "action": "checked", "n": phone.seq},
            }
        )
    body = {
        "protocol": "fsync/1",
        "device_id": phone.device_id,
        "clock": {"sent_at": "2026-11-22T09:59:58.200Z", "mono_ms": 88_123_123, "boot_id": "b7", "rtt_ms": 180},
        "ops": ops,
    }
    return orjson.dumps(body)


def _pending(dsn: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("SELECT count(*) FROM sync_ops WHERE state = 'pending'").fetchone()
    return int(found[0]) if found else 0


def _settled(dsn: str) -> None:
    """Wait until nothing is pending."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM sync_ops WHERE state = 'pending' LIMIT 1").fetchone():
            time.sleep(0.02)


def _catch_up(port: int, phones: list[Phone]) -> list[bytes]:
    """Pull every phone until quiet; return the requests that then bring nothing new."""
    for phone in phones:
        more = True
        while more:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/v1/sync/pull?since={phone.since}&limit=1000",
                headers={"Authorization": f"Bearer {phone.token}"},
            )
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                page: dict[str, Any] = orjson.loads(answer.read())
            phone.since, more = page["seq"], page["has_more"]
    return [raw("GET", f"/v1/sync/pull?since={phone.since}", phone.token) for phone in phones]


def _raw_limit(dsn: str, batches: int, ops: int) -> float:
    """What PostgreSQL itself can store: prepared rows, one recordset a batch, a unique and a secondary index."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE raw_limit (device uuid, op uuid, seq bigint, payload jsonb, PRIMARY KEY (device, op));"
            "CREATE INDEX ON raw_limit (device, seq)"
        )
    body = {"text": NOTE * 3, "gps": {"lat": 33.78, "lon": 119.27, "acc_m": 8}}
    work = [
        orjson.dumps(
            [{"device": str(uuid7()), "op": str(uuid7()), "seq": n, "payload": body} for n in range(ops)]
        ).decode()
        for _ in range(batches)
    ]

    def lane(mine: list[str]) -> None:
        with psycopg.connect(dsn) as connection:
            for rows in mine:
                connection.execute(
                    "INSERT INTO raw_limit SELECT * FROM jsonb_to_recordset(%s::jsonb)"
                    " AS r(device uuid, op uuid, seq bigint, payload jsonb) ON CONFLICT DO NOTHING",
                    (rows,),
                    prepare=True,
                )
                connection.commit()

    lanes = [threading.Thread(target=lane, args=(work[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
    began = time.perf_counter()
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    rate = batches * ops / (time.perf_counter() - began)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE raw_limit")
    return rate


@contextmanager
def run_product(folder: Path, database_url: str, redis_url: str, port: int) -> Iterator[str]:
    """Run the product as an operator would, and yield the administrator's password."""
    environment = {
        **os.environ,
        "FIELDBEAT_DATA_DIR": str(folder / "data"),
        "FIELDBEAT_DATABASE_URL": database_url,
        "FIELDBEAT_REDIS_URL": redis_url,
        "FIELDBEAT_PORT": str(port),
        "FIELDBEAT_PASSWORD_MEMORY_KIB": "64",
        "FIELDBEAT_LOG_LEVEL": "warning",
    }
    command = shutil.which("fieldbeat") or str(Path(sys.executable).parent / "fieldbeat")
    process = subprocess.Popen([command, "up"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "is ready" in line:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield PASSWORD
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def register_phones(port: int, password: str, count: int, *, each: int = 1) -> list[Phone]:
    """Hire so many technicians with five orders, and `each` of them with so many phones."""
    scene = scenes.set_up(f"http://127.0.0.1:{port}", "admin", password, technicians=count, orders=5)

    def register(player: scenes.Player, number: int) -> Phone:
        office: Office = scene.office_of(player)
        made = office.ask("POST", "/v1/devices", {"install_id": f"{player.login}-{number}", "name": "bench"})
        return Phone(made["token"], made["device_id"], player.orders)

    return [register(player, number) for player in scene.players for number in range(each)]


if __name__ == "__main__":
    sys.exit(main())
