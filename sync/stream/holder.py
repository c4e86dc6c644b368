"""The process that holds phones: thousands of connections in one event loop, and one look at the database for all of them.

The look is the truth, several times a second; nothing has to ring for it. A phone is told that there is news, never what: it
pulls, and the pull asks again what it may see.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar, cast
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kernel.actor import system_actor
from kernel.metrics import PHONES_HELD
from kernel.runtime import Runtime
from sync.devices import gateway
from sync.stream import news, wire
from sync.stream.board import Board, Held, Kind, Wanted
from sync.stream.handing import FULL, TAKEN

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 25.0
CHECK_SECONDS = 10.0
RETRY_MS = (2_000, 10_000)
"""When a stream ends, phones come again within these, each at a moment of its own."""
LARGEST_BACKLOG = 16 * 1024
"""What may wait to be sent to one phone; one that reads nothing is let go."""
LARGEST_LINE = 256 * 1024
HAND_OVER_SECONDS = 2.0
HANG_UP_SECONDS = 2.0
T = TypeVar("T")


class Line(asyncio.Protocol):
    """The connection of one phone."""

    def __init__(self, gone: Callable[["Line"], None]) -> None:
        self._gone = gone
        self.held: Held | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the phone."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Nothing is expected: whoever goes on talking on a connection that only listens is let go."""
        self.end()

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget the phone."""
        self._gone(self)

    def send(self, data: bytes) -> None:
        """Send without waiting."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > LARGEST_BACKLOG:
            self.transport.abort()
        else:
            self.transport.write(data)

    def abort(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.abort()

    def end(self, last: bytes = b"") -> None:
        """Send what is left, and close."""
        if last:
            self.send(last)
        if self.transport is not None:
            self.transport.close()


class Holder:
    """Takes connections from a local socket and holds them until news, their time or their phone ends them."""

    def __init__(self, runtime: Runtime, path: Path) -> None:
        self._runtime, self._path = runtime, path
        self._board = Board()
        self._lines: dict[Held, Line] = {}
        self._open: set[Line] = set()
        self._coming: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Hold until told to stop; what is held then is ended, and phones come again."""
        listening = _listen(self._path)
        loop = asyncio.get_running_loop()
        loop.add_reader(listening, self._accept, listening)
        tick = self._runtime.settings.stream_tick_ms / 1000
        rounds = ((self._look, tick), (self._beat, HEARTBEAT_SECONDS), (self._check, CHECK_SECONDS))
        ticking = [loop.create_task(_again(act, pause)) for act, pause in rounds]
        log.info("holding phones", socket=str(self._path))
        await stop.wait()
        loop.remove_reader(listening)
        listening.close()
        for task in ticking:
            task.cancel()
        if self._coming:
            await asyncio.wait(self._coming, timeout=HAND_OVER_SECONDS)
        for held in self._board:
            self._finish(held)
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Let what was written go out, for a moment; then close whatever is still open."""
        deadline = asyncio.get_running_loop().time() + HANG_UP_SECONDS
        while self._open and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for line in self._open:
            line.abort()
        await asyncio.sleep(0)

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line, _ = listening.accept()
            line.setblocking(False)
            task = asyncio.get_running_loop().create_task(self._take(line))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _take(self, line: socket.socket) -> None:
        """Read one phone's line and descriptor; hold it, and say so, or say that there are enough."""
        with contextlib.closing(line):
            try:
                wanted, client = await asyncio.wait_for(_receive(line), timeout=HAND_OVER_SECONDS)
            except EOFError:
                return  # somebody only looked whether we are here
            except (OSError, ValueError, KeyError, TypeError, TimeoutError) as error:
                log.warning("a connection was not taken", error=repr(error))
                return
            full = len(self._board) >= self._runtime.settings.stream_most
            try:
                line.send(FULL if full else TAKEN)
            except OSError:
                full = True  # the web process has given up, and answers the phone itself
            if full:
                client.close()
            else:
                await self._hold(wanted, client)

    async def _hold(self, wanted: Wanted, client: socket.socket) -> None:
        client.setblocking(False)
        loop = asyncio.get_running_loop()
        _, line = await loop.connect_accepted_socket(lambda: Line(self._gone), client)
        held, older = self._board.add(wanted, loop.time())
        if older is not None:
            self._lines.pop(older).end()
        line.held = held
        self._open.add(line)
        self._lines[held] = line
        PHONES_HELD.set(len(self._board))
        if line.transport is None or line.transport.is_closing():  # it hung up before it was on the board
            self._gone(line)
        elif wanted.kind is Kind.STREAM:
            line.send(wire.opening(random.randint(*RETRY_MS), wanted.since))  # noqa: S311 - spreads, hides nothing

    def _gone(self, line: Line) -> None:
        self._open.discard(line)
        if line.held is not None:
            self._board.remove(line.held)
            self._lines.pop(line.held, None)
            PHONES_HELD.set(len(self._board))

    async def _look(self) -> None:
        """Look for news, once for everybody, and end those whose time is over."""
        regions = self._board.regions()
        if regions:
            heads = await self._ask(partial(news.heads, regions=regions))
            for region_id, seen in self._board.behind(heads).items():
                scopes = self._board.scopes(region_id)
                latest = await self._ask(partial(news.latest, region_id=region_id, scopes=scopes, since=seen))
                for held in self._board.news(region_id, heads[region_id], latest):
                    self._tell(held)
        for held in self._board.over(asyncio.get_running_loop().time()):
            self._finish(held)

    def _tell(self, held: Held) -> None:
        line = self._lines[held]
        if held.wanted.kind is Kind.STREAM:
            line.send(wire.poke(held.since))
        else:
            self._drop(held, wire.head(held.since))

    def _finish(self, held: Held) -> None:
        """End one whose time is over: a stream begins anew, a question is answered with what is known."""
        seen = self._board.seen(held)
        if held.wanted.kind is Kind.STREAM:
            self._drop(held)
        else:
            self._drop(held, wire.head(seen) if seen > held.since else wire.unchanged(held.since))

    def _drop(self, held: Held, last: bytes = b"") -> None:
        self._board.remove(held)
        self._lines.pop(held).end(last)
        PHONES_HELD.set(len(self._board))

    async def _beat(self) -> None:
        for held, line in list(self._lines.items()):
            if held.wanted.kind is Kind.STREAM:
                line.send(wire.HEARTBEAT)

    async def _check(self) -> None:
        """Let go of phones that were revoked or signed off, whose token has ended, or whose user's account was closed."""
        tokens = {held.wanted.token_hash for held in self._board}
        if tokens:
            await asyncio.to_thread(self._note_held, [held.wanted.device_id for held in self._board])
            good = await self._ask(partial(news.still_good, token_hashes=tokens))
            for held in self._board:
                if held.wanted.token_hash in tokens - good:
                    self._drop(held)

    def _note_held(self, device_ids: list[UUID]) -> None:
        """Note for those that have a push gateway that they need not be woken by it."""
        for at in range(0, len(device_ids), news.CHUNK):
            with self._runtime.reading(system_actor()) as reading:
                some = gateway.with_gateways(reading, device_ids[at : at + news.CHUNK])
            if some:
                with self._runtime.unit_of_work(system_actor()) as uow:
                    gateway.note_held(uow, some)

    async def _ask(self, question: Callable[[Session], T]) -> T:
        def in_a_session() -> T:
            with self._runtime.session() as session:
                return question(session)

        return await asyncio.to_thread(in_a_session)


async def _again(act: Callable[[], Awaitable[None]], pause: float) -> None:
    """Do something again and again; neither a database that is away for a while nor a fault of ours ends it."""
    while True:
        try:
            await act()
        except SQLAlchemyError:
            log.warning("looking for news failed", exc_info=True)
        except Exception:  # thousands of phones would wait for ever, while their heartbeats go on
            log.exception("looking for news failed")
        await asyncio.sleep(pause)


def _listen(path: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(512)
    listening.setblocking(False)
    return listening


async def _receive(line: socket.socket) -> tuple[Wanted, socket.socket]:
    """Read a line with the descriptor that came with it."""
    loop = asyncio.get_running_loop()
    text, client = b"", None
    try:
        while not text.endswith(b"\n"):
            await _readable(loop, line)
            part, descriptors, _, _ = socket.recv_fds(line, 64 * 1024, 1)
            if not part and not text:
                raise EOFError
            if not part or len(text) > LARGEST_LINE:
                raise ValueError("not a whole line")
            text += part
            if descriptors and client is None:
                client = socket.socket(fileno=descriptors[0])
        if client is None:
            raise ValueError("no connection came along")
        return Wanted.from_json(text), client
    except BaseException:
        if client is not None:
            client.close()
        raise


async def _readable(loop: asyncio.AbstractEventLoop, line: socket.socket) -> None:
    ready = asyncio.Event()
    loop.add_reader(line, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(line)


def hold(runtime: Runtime, path: Path) -> None:
    """Hold phones until the process is told to stop (SIGTERM, SIGINT)."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Holder(runtime, path).run(stop)

    asyncio.run(main())
