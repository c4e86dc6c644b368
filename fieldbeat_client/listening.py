"""How a phone hears that there is something to pull: on a stream, by a question that waits, or by asking again and again."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing

from fieldbeat_client.exchange import Exchange
from fieldbeat_client.journal import Journal
from fieldbeat_client.wire import Answer, ConnectionLostError, Network, Request, Streaming

EVENTS = "text/event-stream"
NO_STREAM = frozenset({404, 405, 406, 500, 501, 502, 503, 504})
"""What a server answers that is older, that holds enough phones, or that is behind something which does not stream."""


class NoStreamError(Exception):
    """There is no stream to be had on this way."""


class Listener:
    """Tells when to pull. What cannot stream costs nothing but slower news."""

    def __init__(self, journal: Journal, dial: Callable[[], Network], exchange: Exchange, rng: random.Random) -> None:
        self._journal = journal
        self._dial = dial
        self._exchange = exchange
        self._rng = rng
        self._known: int | None = None
        self._no_stream_until = 0.0
        self._pause_seconds = 0.0

    def news(self, seconds: float) -> Iterator[int]:
        """Yield the region's number whenever there may be something to pull, first of all at once, for so many seconds.

        Raises RefusedError when the server does not let this phone listen.
        """
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._pause_seconds = 0.0
            try:
                if time.monotonic() < self._no_stream_until:
                    yield from self._asked(ends)
                else:
                    yield from self._streamed(ends)
            except NoStreamError:
                self._no_stream_until = time.monotonic() + self._exchange.habits.stream_again_seconds
            except ConnectionLostError:
                self._exchange.tally.lost_connections += 1
                self._pause_seconds = self._exchange.habits.come_again_seconds
            pause = self._pause_seconds * self._rng.uniform(0.5, 1.0)
            time.sleep(max(0.0, min(pause, ends - time.monotonic())))

    def _streamed(self, ends: float) -> Iterator[int]:
        """Listen to one stream until it ends. Raises NoStreamError, ConnectionLostError, RefusedError."""
        habits = self._exchange.habits
        with closing(self._dial()) as line:
            if not isinstance(line, Streaming):
                raise NoStreamError
            stream = line.open(self._request("/v1/sync/stream", EVENTS), habits.first_poke_seconds)
            self._check(stream.answer)
            heard = False
            while (left := ends - time.monotonic()) > 0:
                try:
                    text = stream.line(min(left, habits.silence_seconds if heard else habits.first_poke_seconds))
                except TimeoutError:
                    if heard or left < habits.first_poke_seconds:
                        return
                    raise NoStreamError from None  # something on the way gathers what it should pass on
                if text is None:
                    return
                name, _, value = text.partition(":")
                if name == "retry" and value.strip().isdigit():
                    self._pause_seconds = min(int(value) / 1000, habits.patience_seconds)
                elif name == "data":
                    heard = True
                    yield from self._if_new(Answer(200, {}, value.encode()))

    def _check(self, answer: Answer) -> None:
        if answer.status in NO_STREAM or not (
            answer.status >= 400 or answer.headers.get("content-type", "").startswith(EVENTS)
        ):
            raise NoStreamError
        self._exchange.check(answer)

    def _asked(self, ends: float) -> Iterator[int]:
        """Ask for the head once, and let the server wait with its answer. Raises ConnectionLostError, RefusedError."""
        habits = self._exchange.habits
        wait = max(1, int(min(habits.wait_seconds, ends - time.monotonic())))
        known = '""' if self._known is None else f'"{self._known}"'
        began = time.monotonic()
        with closing(self._dial()) as line:
            answer = line.send(self._request(f"/v1/sync/head?wait={wait}", known=known))
        self._exchange.check(answer)
        if answer.status == 200:
            yield from self._if_new(answer)
        elif answer.status != 304 or time.monotonic() - began < wait / 2:
            # Nobody is there to wait with the answer.
            self._pause_seconds = habits.come_again_seconds

    def _if_new(self, answer: Answer) -> Iterator[int]:
        said = answer.json()
        seq = said.get("seq") if isinstance(said, dict) else None
        if isinstance(seq, int) and seq != self._known:
            self._known = seq
            yield seq

    def _request(self, path: str, accept: str = "*/*", known: str = "") -> Request:
        token = self._journal.get("device")["token"]
        return Request.of("GET", path, token=token, Accept=accept, If_None_Match=known)
