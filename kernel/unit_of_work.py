"""One transaction with its actor and its one frozen now; the only place that commits."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from kernel import change_feed, outbox
from kernel.actor import Actor
from kernel.audit import writing as audit
from kernel.audit.acts import Act, Origin
from kernel.audit.noting import WatchedSession
from kernel.change_feed import Change, Numbers
from kernel.database import is_postgres, sealer_of
from kernel.identifiers import MintId
from kernel.sealing import Sealer

log = structlog.get_logger(__name__)

Handler = Callable[["UnitOfWork", Any], None]
Handlers = Mapping[type, tuple[Handler, ...]]


@dataclass
class Reading:
    """A consistent look at the data by somebody: all that a query needs."""

    session: Session
    actor: Actor
    now: datetime

    @property
    def sealer(self) -> Sealer:
        """What seals and opens personal data in this database."""
        return sealer_of(self.session)


@dataclass
class UnitOfWork(Reading):
    """A reading that may also write. Leaving the block commits; any error rolls everything back.

    What is announced, published and emitted is part of the transaction; `after_commit` effects run only once it is durable.
    """

    new_id: MintId
    handlers: Handlers = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    after_feed: list[Callable[[Numbers], None]] = field(default_factory=list)
    effects: list[Callable[[], None]] = field(default_factory=list)
    origin: Origin | None = None
    acts: list[Act] = field(default_factory=list)

    def announce(self, changes: Iterable[Change]) -> None:
        """Put changes into the feed, to be numbered at the very end of the transaction."""
        self.changes.extend(changes)

    def publish(self, event: object) -> None:
        """Tell the slices above what happened; their handlers, wired in the composition roots, run now and here."""
        for handler in self.handlers.get(type(event), ()):
            handler(self, event)

    def emit(self, topic: str, key: str, payload: dict[str, Any], *, region_id: UUID | None = None) -> None:
        """Leave a message for the world outside, to be sent at least once with this idempotency key."""
        self.emit_many(topic, [(key, payload)], region_id=region_id)

    def emit_many(
        self, topic: str, messages: Iterable[tuple[str, dict[str, Any]]], *, region_id: UUID | None = None
    ) -> None:
        """Leave many messages, each with its key, with one statement."""
        rows = [
            {
                "id": self.new_id(),
                "region_id": region_id,
                "topic": topic,
                "key": key,
                "payload": payload,
                "created_at": self.now,
                "due_at": self.now,
                "attempts": 0,
                "last_error": None,
            }
            for key, payload in messages
        ]
        outbox.store(self.session, rows)

    def record(self, act: Act) -> None:
        """Write something down in the audit log, with this transaction. What a person's command changes is there by itself."""
        self.acts.append(act)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do something that leaves nothing behind when it raises, so that the rest of the transaction can go on."""
        kept: tuple[list[Any], ...] = (self.changes, self.after_feed, self.effects, self.acts)
        lengths = [len(one) for one in kept]
        watched = self.session if isinstance(self.session, WatchedSession) else None
        noted = None if watched is None else watched.noted.copy()
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            for one, length in zip(kept, lengths, strict=True):
                del one[length:]
            if watched is not None and noted is not None:
                watched.noted = noted
            raise

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run an effect once the transaction is durable. It may be lost in a crash: a wake-up, never the work itself."""
        self.effects.append(effect)

    def commit(self) -> None:
        """Flush, write down who did what, number the feed last, commit, then run the effects."""
        self.session.flush()
        self._write_down()
        numbers: Numbers = change_feed.append(self.session, self.changes, self.now) if self.changes else {}
        for stamp in self.after_feed:
            stamp(numbers)
        self.session.commit()
        for effect in self.effects:
            try:
                effect()
            except Exception:  # the work is durable; a lost wake-up costs time and nothing else
                log.warning(
                    "after-commit effect failed", effect=getattr(effect, "__qualname__", repr(effect)), exc_info=True
                )

    def _write_down(self) -> None:
        command = None
        if self.origin is not None and isinstance(self.session, WatchedSession):
            command = audit.noted_act(self.session.noted, self.origin)
        acts = self.acts if command is None else [*self.acts, command]
        if acts:
            audit.append(self.session, acts, actor=self.actor, origin=self.origin, now=self.now, new_id=self.new_id)


def combined(*parts: Handlers) -> Handlers:
    """Put the handlers of several slices together; those of the first act first on an event."""
    found: dict[type, tuple[Handler, ...]] = {}
    for part in parts:
        for event, handlers in part.items():
            found[event] = (*found.get(event, ()), *handlers)
    return found


def end_look(session: Session) -> None:
    """End a transaction of `looking_only` so that what it prepared stays with its connection.

    The driver forgets all of that with every ROLLBACK, and the server would plan the same statements again, which takes longer
    than running most of them. On SQLite there is nothing to lose, and nobody who would refuse what a commit must not write.
    """
    if is_postgres(session):
        session.commit()
