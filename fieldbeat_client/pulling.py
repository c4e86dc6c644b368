"""How a phone learns what changed: page by page, each taken over together with its cursor."""

import time
from typing import Any

from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import Exchange
from fieldbeat_client.journal import Journal
from fieldbeat_client.wire import ConnectionLostError, Network, Request

SCHEMA = 2
"""The shape of documents that this library gives to its users, where the server knows it."""


class Puller:
    """Brings the journal's documents up to date."""

    def __init__(self, journal: Journal, clock: PhoneClock, line: Network, exchange: Exchange) -> None:
        self._journal = journal
        self._clock = clock
        self._line = line
        self._exchange = exchange

    def pull(self) -> int:
        """Pull until there is no more; return the number of changes. Raises GaveUpError, RefusedError."""
        deadline = self._exchange.deadline()
        changes = 0
        while True:
            page = self._page()
            if page is not None:
                changes += len(page["changes"])
                if not page.get("has_more"):
                    return changes
            self._exchange.rest(page is not None, deadline, "a page of its feed")

    def _page(self) -> dict[str, Any] | None:
        device = self._journal.get("device")
        since, limit = self._journal.get("cursor", 0), self._exchange.habits.pull_limit
        began = time.monotonic()
        try:
            request = Request.of(
                "GET", f"/v1/sync/pull?since={since}&limit={limit}&schema={SCHEMA}", token=device["token"]
            )
            answer = self._line.send(request)
        except ConnectionLostError:
            self._exchange.tally.lost_connections += 1
            return None
        took = time.monotonic() - began
        self._exchange.tally.pulls.append(took)
        page = self._exchange.understood(answer)
        if page is not None and since > 0 and page.get("schema", 1) != self._journal.get("schema", 1):
            # This library or the server was upgraded: what is here has the shape of before.
            self._start_over()
            return None
        if page is not None:
            self._apply(page, took)
        elif answer.status == 410:
            self._start_over()
        return page

    def _apply(self, page: dict[str, Any], took: float) -> None:
        """Take over a page in one transaction, so that a crash cannot part the documents from the cursor."""
        journal = self._journal
        replacing = journal.get("replacing", False)
        with journal.together():
            for change in page["changes"]:
                kind, key = change["type"], str(change["id"])
                if change["op"] == "del":
                    journal.drop(kind, key)
                    continue
                journal.put(kind, key, change["doc"])
                if replacing:
                    journal.note_seen(kind, key)
                if kind == "receipts":
                    journal.mark_receipt(key, str(change["doc"]["outcome"]), change["doc"].get("code"))
            if journal.get("cursor", 0) == 0:
                # A server that may have been restored since: what it lacks of what it acknowledged is handed in again.
                journal.set("recount", True)
                journal.set("schema", page.get("schema", 1))
            journal.set("cursor", page["seq"])
            journal.set("applied", page.get("applied"))
            note_time(journal, self._clock, page, took)
            if replacing and not page.get("has_more"):
                journal.end_replacement()
                journal.set("replacing", False)
                journal.set("recount", True)

    def _start_over(self) -> None:
        """After 410, or when documents have another shape: pull from 0 as a replacement. Unsent ops are untouched."""
        self._exchange.tally.resyncs += 1
        with self._journal.together():
            self._journal.set("cursor", 0)
            self._journal.set("replacing", True)
            self._journal.begin_replacement()


def note_time(journal: Journal, clock: PhoneClock, answer: dict[str, Any], took: float) -> None:
    """Remember the server's time beside our own monotonic clock, less half of the seconds that the way took."""
    half_ms = int(took * 500)
    journal.set("rtt_ms", half_ms * 2)
    if answer.get("server_time"):
        mono_ms = clock.mono_ms() - half_ms
        journal.set("anchor", {"server_time": answer["server_time"], "mono_ms": mono_ms, "boot_id": clock.boot})
