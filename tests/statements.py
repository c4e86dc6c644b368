"""Counts what a block asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


@contextmanager
def recorded(session: Session) -> Iterator[list[str]]:
    """Collect the SQL of every statement that the block runs on the session's database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    # Sessions that only look have an engine of their own, which hears nothing of the others.
    engine = getattr(engine, "_proxied", engine)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that anybody runs on an engine."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
