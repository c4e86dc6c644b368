"""Creating POSTs that are done once, however often they are sent: with the header Idempotency-Key."""

import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Response

from api import transactions
from api.auth import is_persons
from api.deferring import Deferred, deferred
from api.errors import IDEMPOTENCY_REUSED, IDEMPOTENCY_RUNNING
from kernel import errors, idempotency
from kernel.actor import system_actor
from kernel.idempotency import Answer, Claim, Refusal

View = TypeVar("View", bound=Callable[..., Any])

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
_SANE = re.compile(r"[!-~]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")


def covers(method: str, operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation, as it is described, takes the header: a person creates something, by JSON."""
    json = "application/json" in operation.get("requestBody", {}).get("content", {"application/json": {}})
    return method == "post" and "201" in operation["responses"] and is_persons(operation) and json


def once(view: View) -> View:
    """Let a creating view be done once for each key of its caller; without a key, or without a person, as ever.

    The answer is kept in the transaction that it tells of: either both are there, or neither. Refusals are not kept.
    """

    @functools.wraps(view)
    def answer(*arguments: Any, **options: Any) -> Any:
        key = transactions.header(HEADER)
        if key is None or not transactions.is_for_a_person() or not transactions.is_json_or_empty():
            return view(*arguments, **options)
        found = _claim(key)
        if isinstance(found, Answer):
            return Response(found.body, found.status, {**found.headers, REPLAYED: "true"})
        try:
            with deferred() as open_longer:
                response: Response = view(*arguments, **options)
                _keep(open_longer, found, response)
        except BaseException:
            with transactions.runtime().unit_of_work(system_actor()) as uow:
                idempotency.release(uow.session, found)
            raise
        return response

    return answer  # type: ignore[return-value]


def _claim(key: str) -> Answer | Claim:
    """Take a key for this request. Raises Malformed; Invalid (idempotency.reused); Conflict (idempotency.running)."""
    if not _SANE.fullmatch(key):
        raise errors.MALFORMED(f"{HEADER} has 1 to 255 visible ASCII characters")
    digest = hashlib.sha256(transactions.request_in_full()).digest()
    with transactions.request_transaction() as uow:
        mine = Claim(uow.actor.user_id, key, uow.new_id())
        found = idempotency.claim(uow.session, mine, request_digest=digest, now=uow.now)
    if found is Refusal.OTHER_REQUEST:
        raise IDEMPOTENCY_REUSED()
    if found is Refusal.RUNNING:
        raise IDEMPOTENCY_RUNNING()
    return mine if found is None else found


def _keep(open_longer: Deferred, mine: Claim, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    answer = Answer(response.status_code, headers, response.get_data())
    if open_longer.uow is not None:
        kept = idempotency.keep(open_longer.uow.session, mine, answer)
    else:
        # What was done is durable already: the view went on to look at it.
        with transactions.runtime().unit_of_work(system_actor()) as uow:
            kept = idempotency.keep(uow.session, mine, answer)
    if not kept:
        raise IDEMPOTENCY_RUNNING("it took so long that another request took the key")
