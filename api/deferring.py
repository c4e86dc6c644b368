"""A transaction that stays open when its block ends, until the answer that tells of it is written."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import Self

from flask import g

from kernel.unit_of_work import UnitOfWork


class Deferred:
    """Keeps the last transaction of a request open. Leaving the block commits it, or rolls it back when it raises."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.uow: UnitOfWork | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.uow = None
        self._open.__exit__(kind, error, trace)

    @contextmanager
    def opened(self, opening: AbstractContextManager[UnitOfWork]) -> Iterator[UnitOfWork]:
        """Open a transaction that stays open. One that is open already is committed first: it was a step of its own."""
        self.settle()
        with ExitStack() as guard:
            uow = guard.enter_context(opening)
            yield uow
            self._open = guard.pop_all()
            self.uow = uow

    def settle(self) -> None:
        """Commit what is open."""
        self.uow = None
        held, self._open = self._open, ExitStack()
        held.close()


@contextmanager
def deferred() -> Iterator[Deferred]:
    """Let the transactions of this request stay open until the end of this block."""
    try:
        with Deferred() as made:
            g.deferred = made
            yield made
    finally:
        g.pop("deferred", None)


def present() -> Deferred | None:
    """Return what keeps the transactions of this request open, if anything does."""
    found: Deferred | None = g.get("deferred")
    return found
