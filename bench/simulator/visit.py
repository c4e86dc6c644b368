"""One order on one phone: what the technician records there, and what should become of each record."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.simulator import answering, charging, signing
from bench.simulator.answering import Question
from bench.simulator.asking import Asked, asked, shown_keys
from fieldbeat_client.phone import Phone

TIMES = {"arrive": "arrived_at", "start": "started_at"}
APPLIED = frozenset({"applied"})
EITHER = frozenset({"applied", "conflict_lost"})
REVIEWED = frozenset({"needs_review"})
QUARANTINED = frozenset({"quarantined"})


@dataclass
class Diary:
    """What a technician may expect: of each op the outcomes that are right, of each order the state it should end in."""

    outcomes: dict[str, frozenset[str]] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)


class Visit:
    """The work at one order, recorded on a phone that may be offline.

    Made from the documents that the phone holds; the answers given since are remembered here.
    """

    def __init__(self, phone: Phone, diary: Diary, rng: random.Random, order_id: str) -> None:
        self._phone = phone
        self._diary = diary
        self._rng = rng
        self.order = phone.journal.docs("work_orders")[order_id]
        runs = phone.journal.docs("checklists").values()
        self.run = next((run for run in runs if run["work_order_id"] == order_id), None)
        self.template = None if self.run is None else phone.journal.doc("templates", self.run["template"]["id"])
        self._own: dict[str, tuple[str, Any]] = {}
        self._since = phone.clock.wall_text()
        self._media: dict[str, list[str]] = {}
        self._times: dict[str, str] = {}
        self._lines: list[dict[str, Any]] = []
        known = phone.journal.docs("order_rules").values()
        self._rules = next((rules["fees"] for rules in known if "fees" in rules), charging.PLAIN)

    @property
    def id(self) -> str:
        """The order's id."""
        return str(self.order["id"])

    def command(self, name: str, outcomes: frozenset[str] = APPLIED, **data: Any) -> None:
        """Ask something of the order, from where the technician stands."""
        self._record(f"work_order.{name}", data, outcomes, gps=self._fix())
        if name in TIMES:
            self._times[TIMES[name]] = self._phone.journal.ops()[-1].body["occurred_at"]

    def log(self, kind: str, data: Mapping[str, Any], **members: Any) -> str:
        """Record a fact; return its id."""
        return self._record(f"log.{kind}", data, APPLIED, **members)

    def wander(self) -> None:
        """Record where one is."""
        self.log("position", {}, gps=self._fix())

    def look_around(self) -> None:
        """Record what is done and seen: a key action, a photo, a note, a part."""
        self.log("key_action", {"action": self._rng.choice(answering.WORDS)})
        if self._rng.random() < 0.6:
            told = {"caption": self._rng.choice(answering.WORDS)}
            file = {"sha256": f"{self._rng.getrandbits(256):064x}", "media_id": answering.media_id(self._rng)}
            self.log("photo", {**told, "files": [file]}, v=2)
        if self._rng.random() < 0.5:
            self.log("note", {"text": self._rng.choice(answering.WORDS) * self._rng.randint(1, 6)})
        if self._rng.random() < 0.3:
            quantity = self._rng.randint(1, 4)
            key = self.log("part_used", {"part": "F-connector", "quantity": quantity})
            self._charge(key, {"kind": "part", "text": "F-connector", "quantity": str(quantity)})

    def charge(self) -> None:
        """Charge for the visit, now and then; a line that was wrong is taken back."""
        if self._rng.random() < 0.4:
            said = {"text": "上门费", "kind": "labour", "unit_price": f"{self._rng.randint(1, 200)}.5"}
            key = self._record("fee.add", said, APPLIED)
            if self._rng.random() < 0.2:
                self._record("fee.remove", {"line_id": key, "reason": "输错"}, APPLIED)
            else:
                self._charge(key, said)

    def _charge(self, key: str, said: Mapping[str, Any]) -> None:
        self._lines.append(charging.line(key, said, self._rules))

    def answer(self, question: Question, value: Any, outcomes: frozenset[str] = APPLIED) -> None:
        """Answer an item, building on what this phone knows to be in force."""
        assert self.run is not None
        known = self.run["answers"].get(question.key, {})
        base = self._own[question.key][0] if question.key in self._own else known.get("base")
        photos = [answering.media_id(self._rng) for _ in range(answering.photos_wanted(question.item, value))]
        media = value if question.item["type"] == "photo" else photos or None
        data = {"item": question.key, "value": value}
        if known.get("settles") and question.key not in self._own:
            data["settles"] = known["settles"]
        members = {"entity_id": self.run["id"], "template": self.run["template"], "base": base, "media": media}
        self._media[question.key] = media or []
        self._own[question.key] = (self._record("checklist.answer", data, outcomes, **members), value)

    def answer_all(self, *steps: str) -> None:
        """Answer every item of these steps that is shown and has no answer yet, so that it passes."""
        left_out: set[str] = set()
        # What is shown and asked for depends on the answers before it: look again after each.
        while (one := next((one for one in self._open(*steps) if one.question.key not in left_out), None)) is not None:
            if one.needed or self._rng.random() < 0.5:
                self.answer(one.question, self.passing(one.question))
            else:
                left_out.add(one.question.key)

    def open_questions(self, *steps: str) -> list[Question]:
        """Return the items of these steps that are shown and have no answer on this phone."""
        return [one.question for one in self._open(*steps)]

    def _open(self, *steps: str) -> list[Asked]:
        if self.run is None or self.template is None:
            return []
        return [
            one
            for one in asked(self.template, self._values())
            if (not steps or one.question.step in steps) and self.value_of(one.question.key) is None
        ]

    def _values(self) -> dict[str, Any]:
        """Return the values in force by item, as far as this phone knows."""
        assert self.run is not None
        pulled = {key: entry["value"] for key, entry in self.run["answers"].items()}
        return pulled | {key: value for key, (_, value) in self._own.items()}

    def value_of(self, key: str) -> Any:
        """Return the value in force of an item, as far as this phone knows."""
        assert self.run is not None
        return self._own[key][1] if key in self._own else self.run["answers"].get(key, {}).get("value")

    def passing(self, question: Question) -> Any:
        """Return a value that passes an item."""
        return answering.passing(question.item, self._rng, self._phone.clock.wall_text())

    def sign(self) -> None:
        """Let the customer sign exactly what this phone shows, or note why not."""
        if self.run is None or self.template is None:
            return
        data = self._seen()
        if self._rng.random() < 0.08:
            data |= {"refused_reason": "客户不便签字", "witness": "邻居"}
        else:
            data |= {"signer_name": "客户", "signature_media": answering.media_id(self._rng)}
        journal = self._phone.journal
        data["previous"] = journal.get("signed_link")
        key = self._record("checklist.sign_off", data, APPLIED, entity_id=self.run["id"], template=self.run["template"])
        journal.set("signed_link", signing.link(key, self.id, data))

    def _seen(self) -> dict[str, Any]:
        """Return what the customer sees, as a sign-off tells it: its digest, and what only this phone knows."""
        assert self.run is not None
        assert self.template is not None
        own = {key: value for key, (_, value) in self._own.items()}
        shown = shown_keys(self.template, self._values())
        plain = signing.snapshot(self.run, own, shown)
        done = self._phone.clock.wall_text()
        media = signing.photos_in(self.template, self.run, plain, self._media)
        photos = {key: answering.hash_of(key) for key in media}
        times = {**self._times, "completed_at": done}
        beside = signing.beside(self.order, self._rules, self._lines, times, photos)
        signed = signing.digest(signing.snapshot(self.run, own, shown, beside))
        return {"snapshot": 2, "signed_digest": signed, "completed_at": done, "photos": photos}

    def spent_time(self) -> None:
        """Record how long one was here."""
        now = self._phone.clock.wall_text()
        self.log("time_entry", {"started_at": self._since, "ended_at": now, "activity": "on_site"})

    def promise(self, status: str) -> None:
        """Note in which state the order should be once everything has arrived."""
        self._diary.promises[self.id] = status

    def mumble(self) -> None:
        """Record what no server knows: it is to be kept, and put before a person."""
        self._record("log.from_a_newer_app", {"text": "?"}, QUARANTINED)

    def _record(self, kind: str, data: Mapping[str, Any], outcomes: Iterable[str], **members: Any) -> str:
        op_id = self._phone.record(
            kind, work_order_id=self.id, assignment_id=self.order["assignment_id"], data=dict(data), **members
        )
        self._diary.outcomes[op_id] = frozenset(outcomes)
        return op_id

    def _fix(self) -> dict[str, Any]:
        return {
            "lat": round(33.78 + self._rng.uniform(-0.1, 0.1), 6),
            "lon": round(119.27 + self._rng.uniform(-0.1, 0.1), 6),
            "acc_m": self._rng.randint(4, 60),
            "mock": False,
            "fix_at": self._phone.clock.wall_text(),
        }
