"""The only place that touches Flask's globals: it turns a request into its caller, its transaction and its headers."""

import re
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode
from uuid import UUID

import structlog
from flask import Response, current_app, g, request, stream_with_context
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from api import auth, calling, deferring, etags, files
from api.calling import PEOPLE as PEOPLE
from api.calling import bearer_token as bearer_token
from api.calling import known_by_token as known_by_token
from api.calling import session_id as session_id
from api.personal import read_act
from dispatch.accounts.keys import service as keys
from dispatch.accounts.keys.token import is_meant
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.kinds import Whence
from kernel import errors
from kernel.actor import Actor, system_actor
from kernel.audit.acts import Act, ActKind, Origin
from kernel.identifiers import new_secret
from kernel.runtime import DirectIdentify, Identify, Runtime
from kernel.unit_of_work import Reading, UnitOfWork

log = structlog.get_logger(__name__)

RUNTIME = "fieldbeat"
_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SPOOL_BYTES = 1024 * 1024
LANGUAGES = ("zh-CN", "zh", "en")


@contextmanager
def request_transaction(identify: Identify | None = None, *, watched: bool = False) -> Iterator[UnitOfWork]:
    """Open the request's transaction, as the person of its login token or as whom `identify` finds.

    Committed when the block ends, rolled back when it raises. What a person changes is written down, and what is `watched`.
    Raises Unauthenticated (token-invalid).
    """
    opening = runtime().unit_of_work(_remembered(identify), origin(watched=watched or identify is None))
    open_longer = deferring.present()
    with opening if open_longer is None else open_longer.opened(opening) as uow:
        if uow.origin is not None:  # who asks is known only now
            uow.origin = replace(uow.origin, session=calling.mark())
        yield uow


@contextmanager
def request_reading(identify: Identify | None = None, *, of_one_moment: bool = False) -> Iterator[Reading]:
    """Open a transaction that only looks, as the person of the login token or as whom `identify` finds.

    `of_one_moment`: all its statements see the same (`Runtime.snapshot`). Raises Unauthenticated (token-invalid).
    """
    if (open_longer := deferring.present()) is not None:
        open_longer.settle()  # what is not committed yet would not be seen
    with (runtime().snapshot if of_one_moment else runtime().reading)(_remembered(identify)) as reading:
        yield reading


@contextmanager
def quick_transaction(identify: DirectIdentify) -> Iterator[UnitOfWork]:
    """Open the request's transaction for what phones do all the time, by prepared statements only (kernel.direct)."""
    with runtime().direct_unit_of_work(auth.logged(identify)) as uow:
        yield uow


@contextmanager
def quick_statements(identify: DirectIdentify) -> Iterator[UnitOfWork]:
    """Open a unit of work each of whose statements is durable by itself (`Runtime.direct_statements`)."""
    with runtime().direct_statements(auth.logged(identify)) as uow:
        yield uow


@contextmanager
def quick_reading(identify: DirectIdentify) -> Iterator[Reading]:
    """Open a look for what phones ask all the time, by prepared statements only (kernel.direct)."""
    with runtime().direct_reading(auth.logged(identify)) as reading:
        yield reading


def client_socket() -> socket.socket | None:
    """Return the connection of the request where the web server lets go of it, in plain text; else None."""
    found = request.environ.get("gunicorn.socket")
    return found if isinstance(found, socket.socket) and not isinstance(found, ssl.SSLSocket) else None


def whence() -> Whence:
    """Return where the request comes from."""
    return Whence(request.remote_addr, request.headers.get("User-Agent"))


def note_use(response: Response) -> Response:
    """Note after a request that its token is used, where that is worth a write: a few times an hour."""
    found = calling.caller()
    if found is None or not found.due:
        return response
    try:
        with runtime().unit_of_work(system_actor()) as uow:
            if found.key is not None:
                keys.note_use(uow, key=found.key, address=request.remote_addr)
            elif found.session_id is not None:
                sessions.note_use(uow, session_id=found.session_id, newest=found.newest)
    except OperationalError:  # the answer is there already, and the next request notes the same
        log.warning("use of a token not noted", exc_info=True)
    return response


def _remembered(identify: Identify | None) -> Identify:
    """Add to an identification that the request knows from now on who asks: for its log lines and for the audit log."""
    find = auth.logged(identify or known_by_token)

    def and_remember(session: Session, now: datetime) -> Actor:
        g.actor = find(session, now)
        actor: Actor = g.actor
        calling.admit(runtime().settings)
        return actor

    return and_remember


def origin(*, watched: bool = False) -> Origin:
    """Return what is asked by this request, and from where, as the audit log keeps it."""
    rule = request.url_rule
    ids = (value for value in (request.view_args or {}).values() if isinstance(value, UUID))
    return Origin(
        action=f"{request.method} {rule.rule if rule is not None else '?'}",
        address=(request.remote_addr or "")[:45] or None,
        agent=request.user_agent.string or None,
        session=calling.mark(),
        request_id=request_id() or None,
        subject_id=next(ids, None),
        watched=watched,
    )


def write_down(act: Act) -> None:
    """Write an act down in the audit log, in a transaction of its own: for what changes nothing. Nobody in particular: no act."""
    actor: Actor | None = g.get("actor")
    if actor is not None:
        with runtime().unit_of_work(actor, origin()) as uow:
            uow.record(act)


def note_shown(things: Sequence[Any]) -> None:
    """Write down that the caller sees these things, which hold personal data, before they do."""
    if things and request.method in ("GET", "HEAD"):
        write_down(read_act(things, request.args))


def note_denied(code: str) -> None:
    """Write down that the caller asked for what they may not; the refusal stands also if that fails."""
    try:
        write_down(Act(ActKind.DENIED, details={"code": code}))
    except SQLAlchemyError:
        log.exception("refusal not written down", code=code)


def nobody(_session: Session, _now: datetime) -> Actor:
    """Identify a caller who has yet to say who they are: what is done is done by the product itself."""
    return system_actor()


def runtime() -> Runtime:
    """Return the wiring of this application."""
    made: Runtime = current_app.extensions[RUNTIME]
    return made


def demand_token() -> None:
    """Refuse a request without any token, or with a key that does not open it, before its body is read, unless it is open to all.

    Raises Unauthenticated (token-invalid), Forbidden (as `calling.admit`).
    """
    if request.method == "OPTIONS" or auth.is_open(calling.operation()):
        return
    if is_meant(bearer_token()):
        _know_who_sends()


def _know_who_sends() -> None:
    """Find out who sends a file before any of it is read: what nobody knows is not worth the room, nor the work of parsing it.

    Raises Unauthenticated (token-invalid), Forbidden (as `calling.admit`).
    """
    if is_for_a_person() and calling.caller() is None:
        with request_reading():  # looked up once more by the view, in whose transaction it must still be good
            pass


def is_for_a_person() -> bool:
    """Tell whether the operation wants a person's token: neither a phone's nor none."""
    return not auth.is_secured(calling.operation())


def expected_version() -> int | None:
    """Return the version that If-Match asks for, or None without that header. Raises Stale (stale)."""
    if "If-Match" not in request.headers:
        return None
    given = request.if_match
    return etags.expected_version(given.as_set(), star=given.star_tag)


def link_to_next(cursor: str) -> dict[str, str]:
    """Return the header that leads to the next page of the list that was asked for."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return {"Link": f'<{request.path}?{urlencode([*pairs, ("after", cursor)])}>; rel="next"'}


def language() -> str:
    """Return the language of messages that the caller likes best: `zh-CN` or `en`."""
    best = request.accept_languages.best_match(LANGUAGES, default="en")
    return "en" if best == "en" else "zh-CN"


def request_id() -> str:
    """Return the id that this request has in the log, in its answer, and in the problem it may meet."""
    known: str = g.get("request_id", "")
    return known


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the log and the metrics say of a request: never its query or body, which may hold personal data."""

    method: str
    route: str
    path: str
    remote: str | None
    took: timedelta


def begin_request() -> None:
    """Give the request its id, the caller's own if it is sane, and start its log context."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SANE_REQUEST_ID.fullmatch(given) else runtime().mint_id().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def request_facts() -> RequestFacts:
    """Return what the log and the metrics say of this request."""
    rule = request.url_rule
    return RequestFacts(
        request.method,
        "(none)" if rule is None else rule.rule,
        request.path,
        request.remote_addr,
        timedelta(seconds=time.perf_counter() - g.began),
    )


def end_request(_error: BaseException | None = None) -> None:
    """Leave nothing of this request to the next one of the same thread."""
    structlog.contextvars.clear_contextvars()


class Tagged(Response):
    """An answer whose tag is complete as it is, because its body follows from it."""


def answer_conditionally(response: Response) -> Response:
    """Complete the tag of an answer to a reading request, and make it a 304 if the caller has it already."""
    tag, _ = response.get_etag()
    reading = request.method in ("GET", "HEAD") and response.status_code == 200 and not isinstance(response, Tagged)
    if tag is not None and reading and not response.direct_passthrough:
        response.set_etag(etags.with_body(tag, response.get_data()))
        response.make_conditional(request.environ)
    return response


def nonce() -> str:
    """Return the request's nonce, which lets this page's own scripts and styles run."""
    if "nonce" not in g:
        g.nonce = new_secret()
    value: str = g.nonce
    return value


def asked_for(name: str) -> str:
    """Return a member of the query of a page's form, without the blanks around it."""
    return request.args.get(name, "").strip()[:64]


def form(names: tuple[str, ...], max_bytes: int) -> dict[str, str]:
    """Return members of the form that a page sent, without the blanks around them. Raises TooLarge (too-large)."""
    if (request.content_length or 0) > max_bytes:
        raise errors.TOO_LARGE(limit_bytes=max_bytes)
    return {name: request.form.get(name, "").strip() for name in names}


def address() -> str:
    """Return the address under which the caller reached this server, for example `http://127.0.0.1:8080`."""
    return request.host_url.rstrip("/")


def raw_body(max_bytes: int) -> bytes:
    """Return the body as it came, not parsed; a person's once they are known. Raises TooLarge (too-large) beyond `max_bytes`."""
    _know_who_sends()
    request.max_content_length = (
        max_bytes + 1
    )  # a body in pieces is cut off there, and tells nothing of its length before
    body = b"" if (request.content_length or 0) > max_bytes else request.get_data(cache=False)
    if max(request.content_length or 0, len(body)) > max_bytes:
        raise errors.TOO_LARGE(limit_bytes=max_bytes)
    return body


def spooled_body(max_bytes: int) -> BinaryIO:
    """Return the body as a file, in memory only while it is small; a person's once they are known.

    Raises TooLarge (too-large) beyond `max_bytes`.
    """
    _know_who_sends()
    if (request.content_length or 0) > max_bytes:
        raise errors.TOO_LARGE(limit_bytes=max_bytes)
    request.max_content_length = max_bytes + 1  # as above: what has just this size is not too large
    spooled = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - whoever asked for it closes it
    shutil.copyfileobj(request.stream, spooled)
    spooled.seek(0)
    return cast(BinaryIO, spooled)


def streamed_body(max_bytes: int) -> BinaryIO:
    """Return the body to be read piece by piece as it comes in. Raises TooLarge (too-large) beyond `max_bytes`."""
    if (request.content_length or 0) > max_bytes:
        raise errors.TOO_LARGE(limit_bytes=max_bytes)
    request.max_content_length = max_bytes + 1
    return cast(BinaryIO, request.stream)


def query_member(name: str) -> str | None:
    """Return a member of the query as it came, or None."""
    return request.args.get(name)


def is_json_or_empty() -> bool:
    """Tell whether the body is JSON, or there is none: what is read in whole anyway."""
    return request.is_json or not (request.content_length or "Transfer-Encoding" in request.headers)


def request_in_full() -> bytes:
    """Return method, address and body as they came, in one."""
    return b"\n".join((request.method.encode(), request.full_path.encode(), request.get_data(cache=True)))


def header(name: str) -> str | None:
    """Return a header of the request, or None."""
    return request.headers.get(name)


def is_head() -> bool:
    """Tell whether only the headers of the answer are wanted."""
    return request.method == "HEAD"


def blob_answer(
    digest: str, content_type: str, size_bytes: int, filename: str | None = None, store: files.Store | None = None
) -> Response:
    """Answer with a stored file, or a part of it (`files.answer`)."""
    kept = files.Kept(digest, content_type, size_bytes, filename)
    return files.answer(request, store or runtime().blobs, kept)


def content_coding() -> str:
    """Return how the body is compressed: `identity` when the caller does not say."""
    return request.headers.get("Content-Encoding", "identity")


def accepts(media_type: str) -> bool:
    """Tell whether the caller asks for this form of the answer by its name."""
    return any(accepted == media_type for accepted, _quality in request.accept_mimetypes)


def already_has(tag: str) -> bool:
    """Tell whether the caller sent this tag along: nothing has changed for them."""
    return request.if_none_match.contains(tag)


def streamed(pieces: Iterator[Any]) -> Iterator[Any]:
    """Keep the request at hand while an answer is being sent piece by piece."""
    return stream_with_context(pieces)
