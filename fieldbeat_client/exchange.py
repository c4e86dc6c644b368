"""What a phone makes of an answer, and how long it waits before it tries again."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fieldbeat_client.wire import Answer, ConnectionLostError, Network, Request

PROTOCOL = "fsync/1"
WORTH_ANOTHER_TRY = frozenset({400, 408, 409, 410, 413, 423, 460})
"""400: a body that was cut on the way reaches the server as nonsense. 410 and 413 are answered by starting over, and by less;
423 and 460 are an upload that somebody else goes on with, and a piece that was changed on the way."""


class GaveUpError(Exception):
    """The phone did not come to rest in the time it had; the message says what it was waiting for."""


class RefusedError(Exception):
    """The server answered something that trying again will not change."""


@dataclass(frozen=True)
class Habits:
    """How a phone goes about it. A batch has between `batch_least` and `batch_most` ops, and `lanes` go out side by side.

    A server that says when to come again is believed for `patience_seconds` at most. A stream is given up when its first poke
    does not come within `first_poke_seconds`, and tried again after `stream_again_seconds`; one that was silent for
    `silence_seconds` is opened anew. A question for news waits for `wait_seconds`; where nothing waits, it is asked every
    `come_again_seconds`.
    """

    batch_least: int = 20
    batch_most: int = 200
    lanes: int = 3
    pull_limit: int = 500
    backoff_seconds: float = 0.05
    backoff_most_seconds: float = 2.0
    patience_seconds: float = 60.0
    poll_seconds: float = 0.15
    give_up_seconds: float = 300.0
    first_poke_seconds: float = 10.0
    silence_seconds: float = 60.0
    stream_again_seconds: float = 600.0
    wait_seconds: float = 50.0
    come_again_seconds: float = 15.0


@dataclass
class Tally:
    """What a phone did and met: durations in seconds, how often each answer and directive came."""

    pushes: list[float] = field(default_factory=list)
    pulls: list[float] = field(default_factory=list)
    sent_ops: int = 0
    lost_connections: int = 0
    misunderstood: int = 0
    resyncs: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    directives: Counter[str] = field(default_factory=Counter)


class Exchange:
    """Asks, understands, waits. For one thread."""

    def __init__(self, habits: Habits, tally: Tally, rng: random.Random) -> None:
        self.habits = habits
        self.tally = tally
        self._rng = rng
        self._failures = 0

    def ask(self, line: Network, request: Request) -> dict[str, Any] | None:
        """Send a request; return the answer as `understood` reads it, None also when the connection broke."""
        try:
            answer = line.send(request)
        except ConnectionLostError:
            self.tally.lost_connections += 1
            return None
        return self.understood(answer)

    def understood(self, answer: Answer) -> dict[str, Any] | None:
        """Read an answer of our protocol; None where trying again may help.

        Only a good status together with our protocol's name counts: captive portals answer 200, too. Raises RefusedError.
        """
        self.check(answer)
        said = answer.json()
        if answer.status not in (200, 201) or not isinstance(said, dict) or said.get("protocol") != PROTOCOL:
            self.tally.misunderstood += answer.status < 400
            return None
        return said

    def check(self, answer: Answer) -> None:
        """Wait as long as a busy server asks for. Raises RefusedError for what trying again will not change."""
        if answer.status >= 400:
            self.tally.answers[str(answer.status)] += 1
        if answer.status in (429, 503):
            time.sleep(min(self.habits.patience_seconds, float(answer.headers.get("retry-after", 0))))
        elif 400 <= answer.status < 500 and answer.status not in WORTH_ANOTHER_TRY:
            raise RefusedError(f"{answer.status} {answer.body[:500].decode(errors='replace')}")

    def until(self, attempt: Callable[[], dict[str, Any] | None], what: str) -> dict[str, Any]:
        """Try until there is an answer. Raises GaveUpError."""
        deadline = self.deadline()
        while (answer := attempt()) is None:
            self.rest(False, deadline, what)
        self._failures = 0
        return answer

    def deadline(self) -> float:
        """Return the moment, on the monotonic clock, at which to give up what begins now."""
        return time.monotonic() + self.habits.give_up_seconds

    def rest(self, went_well: bool, deadline: float, what: str) -> None:
        """Wait before the next try: not at all after a success, longer after each failure, never just as long as others.

        Raises GaveUpError.
        """
        self._failures = 0 if went_well else self._failures + 1
        if time.monotonic() > deadline:
            raise GaveUpError(f"waited in vain for {what}")
        if self._failures:
            longest = self.habits.backoff_seconds * 2 ** min(self._failures, 10)
            time.sleep(self._rng.uniform(0, min(self.habits.backoff_most_seconds, longest)))
