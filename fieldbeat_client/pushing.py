"""How a phone hands over its backlog: in batches of various sizes, out of order and side by side, until all is stored."""

import random
import time
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import PROTOCOL, Exchange
from fieldbeat_client.journal import Journal
from fieldbeat_client.wire import Answer, ConnectionLostError, Network, Request

SCHEMA = 1
APP = "fieldbeat-client/1"
STORED = frozenset({"accepted", "duplicate", "quarantined"})
MAX_BATCH_BYTES = 3_000_000
SMALL_BATCH = 5
"""So many ops are not worth compressing."""

Batch = list[tuple[str, str]]
"""The id and the JSON of each op."""


class Pusher:
    """Empties the journal's backlog over several lines at once."""

    def __init__(
        self, journal: Journal, clock: PhoneClock, lanes: Sequence[Network], exchange: Exchange, rng: random.Random
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._lanes = lanes
        self._exchange = exchange
        self._rng = rng
        habits = exchange.habits
        self._least = habits.batch_least
        self._most = min(habits.batch_most, int(journal.get("limits", {}).get("push_max_ops", habits.batch_most)))

    def push(self) -> None:
        """Send everything that no server said to have. What a round leaves is cut into other batches in the next.

        Raises GaveUpError, RefusedError.
        """
        deadline = self._exchange.deadline()
        with ThreadPoolExecutor(max_workers=len(self._lanes)) as pool:
            while ops := self._journal.unsent():
                batches = list(self._cut(ops))
                self._rng.shuffle(batches)
                complete = True
                for start in range(0, len(batches), len(self._lanes)):
                    some = batches[start : start + len(self._lanes)]
                    answers = list(pool.map(_send, self._lanes, [self._request(batch) for batch in some]))
                    under_way = {key for batch in some for key, _ in batch}
                    for batch, (answer, seconds) in zip(some, answers, strict=True):
                        complete &= self._take(batch, answer, seconds, under_way)
                self._exchange.rest(complete, deadline, "its ops to be stored")

    def _cut(self, ops: Batch) -> Iterator[Batch]:
        batch: Batch = []
        size, most = 0, self._size()
        for op in ops:
            if batch and (len(batch) >= most or size + len(op[1]) > MAX_BATCH_BYTES):
                yield batch
                batch, size, most = [], 0, self._size()
            batch.append(op)
            size += len(op[1])
        yield batch

    def _size(self) -> int:
        return self._rng.randint(min(self._least, self._most), self._most)

    def _request(self, ops: Batch) -> Request:
        device = self._journal.get("device")
        envelope = {
            "protocol": PROTOCOL,
            "device_id": device["id"],
            "schema": SCHEMA,
            "app": APP,
            "clock": {
                "sent_at": self._clock.wall_text(),
                "mono_ms": self._clock.mono_ms(),
                "boot_id": self._clock.boot,
                "rtt_ms": self._journal.get("rtt_ms", 0),
                "anchor": self._journal.get("anchor"),
            },
            "ops": [orjson.Fragment(body) for _, body in ops],
        }
        return Request.of(
            "POST", "/v1/sync/push", token=device["token"], json=envelope, compress=len(ops) > SMALL_BATCH
        )

    def _take(self, batch: Batch, answer: Answer | None, seconds: float, under_way: Set[str]) -> bool:
        """Note which ops the answer says to be stored; tell whether it spoke of all of them."""
        tally = self._exchange.tally
        tally.sent_ops += len(batch)
        if answer is None:
            tally.lost_connections += 1
            return False
        tally.pushes.append(seconds)
        said = self._exchange.understood(answer)
        if said is None:
            if answer.status == 413:
                self._most = max(1, self._most // 2)
            return False
        results = {result.get("id"): result for result in said.get("results", [])}
        mine = [results[key] for key, _ in batch if key in results]
        with self._journal.together():
            self._journal.mark_stored(result["id"] for result in mine if result.get("status") in STORED)
            self._journal.mark_refused(
                (result["id"], str(result.get("code"))) for result in mine if result.get("status") == "rejected"
            )
        self._send_again_what_it_lacks(said.get("received") or {}, under_way)
        tally.answers.update(str(result.get("status")) for result in mine)
        for directive in said.get("directives", ()):
            self._follow(directive)
        return len(mine) == len(batch)

    def _send_again_what_it_lacks(self, received: dict[str, Any], under_way: Set[str]) -> None:
        """A server that was restored from a backup says by its numbers what it lacks of what it had acknowledged.

        Of what went out side by side with this push it may have spoken too early.
        """
        if "max" not in received:
            return
        lacking = self._journal.lacking(int(received["max"]), received.get("missing") or ())
        with self._journal.together():
            self._journal.mark_lost(key for key in lacking if key not in under_way)

    def _follow(self, directive: dict[str, Any]) -> None:
        self._exchange.tally.directives[str(directive.get("do"))] += 1
        if directive.get("do") == "slow-down":
            self._least = max(self._least, int(directive.get("batch", 0)))
            time.sleep(min(self._exchange.habits.patience_seconds, int(directive.get("after_ms", 0)) / 1000))


def _send(lane: Network, request: Request) -> tuple[Answer | None, float]:
    """Send a request; return the answer, or None when the connection broke, and the seconds it took."""
    began = time.monotonic()
    try:
        return lane.send(request), time.monotonic() - began
    except ConnectionLostError:
        return None, time.monotonic() - began
