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


_begun: list[str] = []
"""The steps whose line is not ended yet."""


def say(text: str = "", end: str = "\n") -> None:
    """Print at once, on a line of its own; a terminal that was closed meanwhile is no reason to fail."""
    if _begun:
        _begun.clear()
        text = f"\n{text}"
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Show a step while it is taken, and then how many seconds it took."""
    began = time.monotonic()
    say(f"  {name} ...", end="")
    _begun.append(name)
    try:
        yield
    except BaseException:
        _end_step(name, "stopped")
        raise
    _end_step(name, f"{time.monotonic() - began:.1f} s")


def _end_step(name: str, result: str) -> None:
    """End the step's line, or write another when something else was said meanwhile."""
    line = f" {result}" if _begun else f"  {name} ... {result}"
    _begun.clear()
    say(line)


def is_terminal() -> bool:
    """Tell whether somebody watches."""
    return sys.stdout.isatty()
