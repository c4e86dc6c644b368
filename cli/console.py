"""What is said to the person at the terminal."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Complaint(Exception):
    """Something keeps the command from its work; the message is one sentence that says what, and what helps."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def say(text: str = "", end: str = "\n") -> None:
    """Print at once; a terminal that was closed meanwhile is no reason to fail."""
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Show a step while it is taken, and then how many seconds it took."""
    began = time.monotonic()
    say(f"  {name} ...", end="")
    try:
        yield
    except BaseException:
        say(" stopped")
        raise
    say(f" {time.monotonic() - began:.1f} s")


def is_terminal() -> bool:
    """Tell whether somebody watches."""
    return sys.stdout.isatty()
