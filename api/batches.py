"""Many of the same in one request, each for itself: what is refused keeps nothing else from being done."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError

from api import deferring, problems, transactions
from api.errors import COLLISION
from kernel import errors
from kernel.errors import DomainError

Item = TypeVar("Item")
MOST = 50


def each(items: Iterable[Item], do: Callable[[Item], Any], *, status: int = 200) -> list[dict[str, Any]]:
    """Do something for each item, in their order, each in a transaction of its own that `do` opens.

    Return for each its `status` (this one, where it was done), and either its `outcome` or the `problem` that it would have been
    answered with alone.
    """
    return [_answer(item, do, status) for item in items]


def _answer(item: Item, do: Callable[[Item], Any], status: int) -> dict[str, Any]:
    try:
        outcome = do(item)
        # What is kept open for an Idempotency-Key is committed now: were it to fail later, it would have been told to be done.
        if (held := deferring.present()) is not None:
            held.settle()
        return {"status": status, "outcome": outcome, "problem": None}
    except DomainError as error:
        refused = error
    except IntegrityError:
        refused = COLLISION()
    except OperationalError:
        refused = errors.UNAVAILABLE("the database is busy or does not answer")
    body = problems.of_domain(refused).body(language=transactions.language(), trace=transactions.request_id())
    return {"status": body["status"], "outcome": None, "problem": body}
