"""Ctrl-C and its kin: an exception while things are set up, a count while they run and end."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Self

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Watches for signals from the main thread of the process.

    `asked` counts how often the process was asked to end. While `raising`, the first such request raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.raising = True
        self._before: dict[signal.Signals, Any] = {}
        self._ears = self._mouth = -1

    def __enter__(self) -> Self:
        self._ears, self._mouth = os.pipe()
        for end in (self._ears, self._mouth):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
        for one in ENDINGS:
            if signal.getsignal(one) is not signal.SIG_IGN:  # as under nohup
                self._before[one] = signal.signal(one, self._on_ending)
        # The end of a child need not do anything but wake whoever waits.
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(-1)
        os.close(self._ears)
        os.close(self._mouth)

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal comes: a request to end, or the end of a child."""
        if select.select([self._ears], [], [], max(0.0, seconds))[0]:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._ears, 1024):
                    pass

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep what is done inside in one piece: a request to end that comes meanwhile raises KeyboardInterrupt afterwards."""
        raising, asked = self.raising, self.asked
        self.raising = False
        try:
            yield
        finally:
            self.raising = raising
        if raising and self.asked > asked:
            self.raising = False
            raise KeyboardInterrupt

    def _on_ending(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self.raising:
            self.raising = False
            raise KeyboardInterrupt
