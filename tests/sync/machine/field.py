"""Phones as they behave in the field: what was minted is kept, and counts as stored only when an answer said so."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.errors import DomainError
from tests.sync.world import Phone

MOST_BEGINNINGS = 3
"""So often the horizon may overtake a replacement before we say that it does not end."""
STORED = ("accepted", "duplicate", "quarantined")


@dataclass
class Minted:
    """An op that a phone made; `stored` once an answer for it arrived."""

    op: dict[str, Any]
    order_id: UUID
    stored: bool = False

    @property
    def id(self) -> str:
        return str(self.op["id"])


@dataclass
class FieldPhone:
    """A technician's phone with its journal. `ever` holds the ids of all documents that it was ever given."""

    phone: Phone
    technician: int
    sign_in: Callable[[int], str]
    journal: list[Minted] = field(default_factory=list)
    clock_off: timedelta = timedelta(0)
    ever: set[tuple[str, str]] = field(default_factory=set)
    known: set[tuple[str, str]] | None = None
    begun: int = 0

    def mint(self, kind: str, order_id: UUID, data: dict[str, Any], **more: Any) -> Minted:
        """Write an op down, as the wall clock of this phone has it."""
        at = (self.phone.runtime.clock.now() + self.clock_off).isoformat()
        made = Minted(self.phone.op(kind, order_id, data, occurred_at=at, **more), order_id)
        self.journal.append(made)
        return made

    def unsent(self) -> list[Minted]:
        return [one for one in self.journal if not one.stored]

    def hand_in(self, ops: list[Minted], *, answered: bool = True) -> None:
        """Push; when the answer gets lost, the phone knows nothing of what the server has."""
        answer = self._online(lambda: self.phone.push(*(one.op for one in ops)))
        if not answered:
            return
        statuses = {one["id"]: one["status"] for one in answer["results"]}
        for one in ops:
            assert statuses[one.id] in STORED
            one.stored = True
        # What the server says it lacks, a restored one lost.
        received = answer["received"]
        for one in self.journal:
            seq = one.op["seq"]
            if seq > received["max"] or any(first <= seq <= last for first, last in received["missing"]):
                one.stored = False

    def read_page(self, limit: int) -> bool:
        """Pull one page as a phone does, starting over when told to; tell whether there is more."""
        try:
            page = self._online(lambda: self.phone.page(self.phone.since, limit))
        except DomainError as error:
            if error.code != "resync-required" or self.begun > MOST_BEGINNINGS:
                raise  # a replacement that has to be begun anew again and again would never end
            self.begin_anew()
            return True
        assert page["seq"] >= self.phone.since
        assert len(page["changes"]) <= limit
        last = self.phone.since
        if last == 0:
            # Whoever begins anew cannot know what a server that may be another one has.
            for one in self.journal:
                one.stored = False
        for change in page["changes"]:
            assert last < change["seq"] <= page["seq"]
            last = change["seq"]
            self._take(change)
        self.phone.since = page["seq"]
        if not page["has_more"]:
            self._end_replacement()
        return bool(page["has_more"])

    def read_all(self, limit: int = 500) -> None:
        while self.read_page(limit):
            pass

    def clone(self) -> "FieldPhone":
        """The same install on a second device, restored from the first one's own backup."""
        phone = replace(self.phone, documents=copy.deepcopy(self.phone.documents))
        # What the first had minted is its own to hand in; from here on the two use the same numbers for other ops.
        return replace(self, phone=phone, journal=[], ever=set(self.ever))

    def fresh(self) -> "FieldPhone":
        """The same phone as if it had never pulled anything."""
        return replace(
            self, phone=replace(self.phone, since=0, documents={}), journal=[], ever=set(), known=None, begun=0
        )

    def documents(self) -> dict[tuple[str, str], Any]:
        return self.phone.documents

    def orders(self) -> Iterator[UUID]:
        return (UUID(key) for key in sorted(self.phone.held("work_orders")))

    def _online(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Ask the server; where it does not know the token (any more), sign in and ask again."""
        try:
            return ask()
        except DomainError as error:
            if error.code != "token-invalid":
                raise
        self.phone.token = self.sign_in(self.technician)
        return ask()

    def _take(self, change: dict[str, Any]) -> None:
        key = (change["type"], change["id"])
        if change["op"] == "put":
            self.phone.documents[key] = change["doc"]
            self.ever.add(key)
            if self.known is not None:
                self.known.discard(key)
        else:
            assert "doc" not in change
            self.phone.documents.pop(key, None)

    def begin_anew(self) -> None:
        """A replacement: what does not come again is dropped in the end."""
        self.phone.since = 0
        self.begun += 1
        self.known = set(self.phone.documents)

    def _end_replacement(self) -> None:
        for key in self.known or ():
            self.phone.documents.pop(key, None)
        self.known, self.begun = None, 0
