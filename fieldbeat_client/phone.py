"""A phone that speaks `fsync/1` as docs/sync-protocol.md has it: records offline, hands over, and pulls until quiet."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from uuid_utils import uuid7

from fieldbeat_client.clocks import PhoneClock
from fieldbeat_client.exchange import Exchange, GaveUpError, Habits, Tally
from fieldbeat_client.journal import Attachment, Journal
from fieldbeat_client.listening import Listener
from fieldbeat_client.pulling import Puller, note_time
from fieldbeat_client.pushing import APP, Pusher
from fieldbeat_client.uploading import Uploader
from fieldbeat_client.wire import Network, Request

STATUS_IDS = 1000
UNKNOWN = "unknown"


class Phone:
    """One installation of the app in the hands of one user. All it knows is in its journal: made anew from it, it goes on.

    `dial` opens a connection; the phone holds one for asking and pulling, and `habits.lanes` for pushing. For one thread.
    """

    def __init__(
        self,
        journal: Journal,
        clock: PhoneClock,
        dial: Callable[[str], Network],
        rng: random.Random | None = None,
        habits: Habits | None = None,
    ) -> None:
        rng, habits = rng or random.Random(), habits or Habits()  # noqa: S311 - spreads, hides nothing
        self.journal = journal
        self.clock = clock
        self.tally = Tally()
        self._rng = rng
        self._exchange = Exchange(habits, self.tally, rng)
        self._dial = dial
        self._line = dial("ask")
        self._lanes = [dial(f"push-{lane}") for lane in range(habits.lanes)]
        self._next_seq = journal.next_seq()

    def enrol(self, login_token: str, *, install_id: str, name: str) -> None:
        """Register this installation for the user who signed in; again with the same id, it stays the same device."""
        self._take_part(Request.of("POST", "/v1/devices", token=login_token, json=_install(install_id, name)))

    def enrol_by_code(self, code: str, *, install_id: str, name: str) -> None:
        """Register this installation by a code that a manager shows; the same installation may do it again."""
        body = {"code": code, **_install(install_id, name)}
        self._take_part(Request.of("POST", "/v1/devices/enrol", json=body))

    def _take_part(self, request: Request) -> None:
        answer = self._exchange.until(partial(self._exchange.ask, self._line, request), "its registration")
        with self.journal.together():
            self.journal.set("device", {"id": answer["device_id"], "token": answer["token"]})
            self.journal.set("limits", answer.get("limits") or {})
            note_time(self.journal, self.clock, answer, 0.0)

    @property
    def device_id(self) -> str:
        """The id that the server gave to this installation."""
        return str(self.journal.get("device")["id"])

    def record(self, kind: str, **members: Any) -> str:
        """Keep one log entry and return its id. `members` are those of the op: work_order_id, entity_id, base, data, media, …"""
        op = {
            "id": str(uuid7()),
            "seq": self._next_seq,
            "type": kind,
            "v": 1,
            "occurred_at": self.clock.wall_text(),
            "mono_ms": self.clock.mono_ms(),
            "boot_id": self.clock.boot,
            **{name: value for name, value in members.items() if value is not None},
        }
        self.journal.keep(op)
        self._next_seq += 1
        return str(op["id"])

    def push(self) -> None:
        """Hand over everything that no server said to have. Raises GaveUpError, RefusedError."""
        Pusher(self.journal, self.clock, self._lanes, self._exchange, self._rng).push()

    def pull(self) -> int:
        """Pull until there is no more; return the number of changes. Raises GaveUpError, RefusedError."""
        changes = Puller(self.journal, self.clock, self._line, self._exchange).pull()
        if self.journal.get("recount", False):
            self._send_again_what_was_lost()
        return changes

    def attach(
        self, path: str | Path, *, work_order_id: str, media_id: str | None = None, op_id: str | None = None
    ) -> str:
        """Keep a file to be handed over, and return its media id, which ops name it by. The file must stay until it is sent."""
        digest, length = hashlib.sha256(), 0
        with Path(path).open("rb") as file:
            while part := file.read(1024 * 1024):
                digest.update(part)
                length += len(part)
        key = media_id or str(uuid7())
        kept = Attachment(
            key, str(Path(path).resolve()), length, digest.hexdigest(), work_order_id, op_id, None, sent=False
        )
        self.journal.attach(kept)
        return key

    def upload(self) -> None:
        """Hand over every file that no server has whole. Raises GaveUpError, RefusedError."""
        Uploader(self.journal, self._line, self._exchange).upload()

    def settle(self) -> None:
        """Push and pull until every op has its receipt and the feed its end. Raises GaveUpError, RefusedError."""
        deadline = self._exchange.deadline()
        while True:
            self.push()
            self.pull()
            self.upload()
            waiting = self.journal.waiting()
            if not waiting:
                return
            if time.monotonic() > deadline:
                raise GaveUpError(f"{waiting} ops are still without a receipt")
            time.sleep(self._rng.uniform(0.5, 1.0) * self._exchange.habits.poll_seconds)

    def news(self, seconds: float) -> Iterator[int]:
        """Yield whenever there may be something to pull, first of all at once, for so many seconds.

        It listens to a stream; where there is none, it asks. Raises RefusedError when this phone may not listen (any more).
        """
        return Listener(self.journal, partial(self._dial, "news"), self._exchange, self._rng).news(seconds)

    def ask_status(self, ids: Sequence[str]) -> dict[str, str]:
        """Ask what the server knows of these ops: the state of each by its id, `unknown` where it has none."""
        states = dict.fromkeys(ids, UNKNOWN)
        token = self.journal.get("device")["token"]
        for start in range(0, len(ids), STATUS_IDS):
            body = {"ids": list(ids[start : start + STATUS_IDS])}
            request = Request.of("POST", "/v1/sync/ops/status", token=token, json=body)
            answer = self._exchange.until(partial(self._exchange.ask, self._line, request), "the state of its ops")
            states |= {key: str(known["state"]) for key, known in answer["ops"].items()}
        return states

    def hang_up(self) -> None:
        """Close the connections."""
        for line in (self._line, *self._lanes):
            line.close()

    def _send_again_what_was_lost(self) -> None:
        """Ask a server that started over which of our ops it has; those that it lost are to be sent again."""
        ids = [op.id for op in self.journal.ops() if op.stored and op.refused is None]
        states = self.ask_status(ids)
        with self.journal.together():
            self.journal.mark_lost(key for key in ids if states[key] == UNKNOWN)
            self.journal.set("recount", False)


def _install(install_id: str, name: str) -> dict[str, str]:
    return {"install_id": install_id, "name": name, "platform": "python", "app": APP}
