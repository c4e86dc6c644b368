"""Phones for tests, on a server that answers as it is told."""

import random

from bench.simulator.checklist import STEPS
from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import Habits
from fieldbeat_client.journal import Journal
from fieldbeat_client.phone import Phone
from fieldbeat_client.wire import Network, Wire

QUICK = Habits(
    batch_least=2,
    batch_most=5,
    lanes=2,
    backoff_seconds=0.001,
    backoff_most_seconds=0.01,
    poll_seconds=0.001,
    give_up_seconds=5,
)


def phone(url: str, *, journal: Journal | None = None, habits: Habits = QUICK, seed: str = "phone") -> Phone:
    """Make a phone that is enrolled already."""
    kept = journal or Journal()
    if kept.get("device") is None:
        kept.set("device", {"id": "device-1", "token": "secret"})

    def dial(_line: str) -> Network:
        return Wire(url)

    return Phone(kept, PhoneClock("b1"), dial, random.Random(seed), habits)


class Server:
    """A server in a few lines: it stores what is pushed, and hands out the changes it was given."""

    def __init__(self) -> None:
        self.ops: dict[str, dict[str, object]] = {}
        self.pushes: list[list[str]] = []
        self.changes: list[dict[str, object]] = []
        self.statuses: dict[str, str] = {}
        self.epoch = 1
        self.schema = 1
        self.n = 0

    def __call__(self, method: str, path: str, body: object) -> tuple[int, object]:
        """Answer a request."""
        where = path.partition("?")[0]
        if where == "/v1/sync/push":
            assert isinstance(body, dict)
            return 200, self.store(body["ops"])
        if where == "/v1/sync/pull":
            return self.hand_out(int(path.split("since=")[1].split("&")[0]))
        if where == "/v1/sync/ops/status":
            assert isinstance(body, dict)
            known = {key: {"state": "applied"} for key in body["ids"] if key in self.ops}
            return 200, {"protocol": "fsync/1", "ops": known}
        assert where == "/v1/devices"
        return 201, {"protocol": "fsync/1", "device_id": "device-2", "token": "other", "limits": {"push_max_ops": 3}}

    def store(self, ops: list[dict[str, object]]) -> dict[str, object]:
        """Store a batch."""
        self.pushes.append([str(op["id"]) for op in ops])
        results = []
        for op in ops:
            key = str(op["id"])
            status = "duplicate" if key in self.ops else self.statuses.get(str(op["type"]), "accepted")
            results.append({"id": key, "status": status, "code": "op-too-large"})
            if status != "rejected" and key not in self.ops:
                self.ops[key] = op
                self.put("receipts", key, {"outcome": "applied", "code": None})
        return {"protocol": "fsync/1", "results": results, "directives": [{"do": "pull"}]}

    def put(self, kind: str, key: str, doc: dict[str, object]) -> None:
        """Change a document."""
        self._add({"type": kind, "id": key, "op": "put", "doc": doc})

    def delete(self, kind: str, key: str) -> None:
        """Take a document away."""
        self._add({"type": kind, "id": key, "op": "del", "reason": "unassigned"})

    def start_over(self) -> None:
        """Come back from a backup: another epoch, and the feed is written anew."""
        self.epoch, self.n, self.changes = self.epoch + 1, 0, []

    def _add(self, change: dict[str, object]) -> None:
        self.changes = [one for one in self.changes if (one["type"], one["id"]) != (change["type"], change["id"])]
        self.n += 1
        self.changes.append({**change, "seq": self.start + self.n})

    @property
    def start(self) -> int:
        """Where an empty feed stands."""
        return self.epoch * 2**40

    def hand_out(self, since: int) -> tuple[int, object]:
        """Return two changes at a time."""
        if since and since < self.start:
            return 410, {"code": "resync-required"}
        newer = [one for one in self.changes if int(str(one["seq"])) > since]
        page = newer[:2]
        seq = page[-1]["seq"] if page else max(since, self.start)
        answer = {"protocol": "fsync/1", "seq": seq, "has_more": len(newer) > 2, "changes": page, "schema": self.schema}
        return 200, {**answer, "server_time": "2026-11-22T01:00:00.000Z"}


RUN: dict[str, object] = {"template": {"id": "template", "version": 1}, "answers": {}, "version": 1}


def hand_out(one: Phone, *orders: str) -> None:
    """Put orders with their checklists onto a phone, as if it had pulled them."""
    one.journal.put("templates", "template", {"id": "template", "steps": STEPS})
    for order_id in orders:
        order = {"id": order_id, "status": "assigned", "assignment_id": f"assignment of {order_id}"}
        one.journal.put("work_orders", order_id, order)
        run = {**RUN, "id": f"run of {order_id}", "work_order_id": order_id}
        one.journal.put("checklists", str(run["id"]), run)
