"""Kills what is running at one of its statements."""

from collections.abc import Callable

from sqlalchemy import Engine, event


class Killed(BaseException):
    """The process dies here."""


def killed_at(engine: Engine, at: int, act: Callable[[], object]) -> bool:
    """Run something that dies at its statement `at`, counted from 0; return whether it has that many."""
    left = at

    def dying(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    event.listen(engine, "before_cursor_execute", dying)
    try:
        act()
    except Killed:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", dying)
    return False
