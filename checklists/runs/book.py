"""The runs of one transaction, in memory: answers and signatures are taken here, and written together at the end.

The same book serves one answer over HTTP and hundreds of ops from phones. It does no I/O. Each method checks before it changes
anything: one that raises leaves the book as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from checklists.runs import errors
from checklists.runs.answers import Verdict, judge
from checklists.runs.fold import Given, Standing
from checklists.runs.open_run import OpenRun
from checklists.runs.progress import Progress
from checklists.signoff.seen import Key, Moment
from checklists.signoff.snapshot import Signature, Stamp, Worth, worth
from dispatch.work_orders.lifecycle import Evidence


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an answer at once: whether its value fails its item, and whether it was here before."""

    failed: bool
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a signature at once. `digest` is what the run holds, by its own computation."""

    revision: int
    worth: Worth
    digest: bytes
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Answers to one item that were given without knowing of each other. `winner` is None while a person has to decide."""

    work_order_id: UUID
    item: str
    policy: str
    winner: UUID | None
    others: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What everything that the book took in comes to, for receipts and conflicts.

    `standings` has every answer taken in, and of the earlier ones those whose standing changed. `signatures` has the worth of
    the signatures of every run that changed. `amended` has the answers taken in that changed what had been signed, with that
    signature's id. `disagreements` are those of the items that were touched. `out_of_sight` has the answers taken in to items
    that were not shown, with the order of each.
    """

    standings: dict[UUID, Standing]
    disagreements: tuple[Disagreement, ...]
    signatures: dict[UUID, Worth]
    amended: dict[UUID, UUID]
    out_of_sight: dict[UUID, UUID]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was taken in."""
        return not (self.standings or self.disagreements or self.signatures or self.amended or self.out_of_sight)


class RunBook:
    """The runs of some orders, by order. An order without a checklist is simply not in it."""

    def __init__(self, runs: Iterable[OpenRun]) -> None:
        self._runs = {run.work_order_id: run for run in runs}

    def has(self, order_id: UUID) -> bool:
        """Tell whether an order has a checklist."""
        return order_id in self._runs

    def answer(
        self, order_id: UUID, given: Given, *, unit: str | None = None, version_id: UUID | None = None
    ) -> Recorded:
        """Take an answer; whether it wins is settled later, for it may depend on what else comes in.

        `unit` and `version_id` are what its author measured in and which version they saw, where that is told.

        Raises:
            NotFound (checklist.no_run): the order has no checklist.
            Invalid (checklist.unknown_item, checklist.sign_instead): the item, at `/item`.
            Invalid (checklist.wrong_type): the value, at `/answers/<item>/value`; or what comes with it, at `/note`, `/media`.
            Invalid (checklist.out_of_bounds, checklist.wrong_unit): a number that cannot be, or in another unit.
            Conflict (checklist.other_version): its author saw another version.
            Conflict (checklist.answer_id_reused): the id was used for something else.
        """
        run = self.run(order_id)
        added = run.add(given, unit, version_id)
        kept = run.known[given.op_id]
        assert isinstance(kept, Given)
        return Recorded(judge(run.checklist.by_key[given.item], kept.value) is Verdict.FAILED, not added)

    def sign(self, order_id: UUID, signature: Signature) -> Signed:
        """Take a signature or a refusal. One for another digest is kept, and says so by its worth.

        Raises:
            NotFound (checklist.no_run): the order has no checklist.
            Invalid (signoff.incomplete, signoff.text_unfit): neither a signer nor a reason, or a text that cannot be kept.
            Conflict (checklist.answer_id_reused): the id was used for something else.
        """
        run = self.run(order_id)
        added = run.sign(signature)
        stamp = run.stamp_signatures()[signature.op_id]
        now = run.digest(signature.terms)
        return Signed(stamp.revision, worth(signature.signed_digest, stamp.server_digest, now), now, not added)

    def evidence(self, order_id: UUID) -> Evidence:
        """Return what the order's commands need to know; an order without a checklist lacks nothing."""
        run = self._runs.get(order_id)
        return Evidence() if run is None else run.progress().evidence(signed=run.signed)

    def excerpt(self, order_id: UUID, items: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """Return what is in force in these items of an order's checklist, for somebody else; unknown ones are left out."""
        run = self._runs.get(order_id)
        if run is None:
            return ()
        run.refold()
        return tuple(
            {
                "item": key,
                "label": dict(run.checklist.by_key[key].label),
                "value": entry.get("value"),
                "failed": entry.get("failed", False),
                "note": entry.get("note"),
            }
            for key in dict.fromkeys(items)
            if key in run.checklist.by_key
            for entry in (run.entries.get(key, {}),)
        )

    def progress(self, order_id: UUID) -> Progress:
        """Return how far an order's checklist has come. Raises NotFound (checklist.no_run)."""
        return self.run(order_id).progress()

    def digest(self, order_id: UUID) -> bytes:
        """Return the digest to sign. Raises NotFound (checklist.no_run)."""
        return self.run(order_id).digest()

    def surround(self, order_id: UUID, key: Key, moment: Moment | None = None) -> None:
        """Note that something came in that a customer sees beside the answers: a fee or part, or that somebody arrived or began.

        An order without a checklist is signed by nobody.
        """
        run = self._runs.get(order_id)
        if run is not None:
            run.surround(key, moment)

    def run(self, order_id: UUID) -> OpenRun:
        """Return the run of an order. Raises NotFound (checklist.no_run)."""
        run = self._runs.get(order_id)
        if run is None:
            raise errors.NO_RUN(path="/work_order_id")
        return run

    def changed(self) -> list[OpenRun]:
        """Return the runs that something was added to, their entries up to date."""
        runs = [run for run in self._runs.values() if run.changed]
        for run in runs:
            run.refold()
        return runs

    def settle(self) -> Settlement:
        """Say what everything taken in comes to. It changes nothing, and may be asked again after more was taken in."""
        standings: dict[UUID, Standing] = {}
        disagreements: list[Disagreement] = []
        signatures: dict[UUID, Worth] = {}
        amended: dict[UUID, UUID] = {}
        out_of_sight: dict[UUID, UUID] = {}
        for run in self.changed():
            out_of_sight.update((given.op_id, run.work_order_id) for given in run.out_of_sight())
            standings.update(_standings(run))
            disagreements.extend(_disagreements(run))
            if run.signatures:
                stamps = run.stamp_signatures()
                for one in run.signatures:
                    now = run.digest(one.terms)
                    signatures[one.op_id] = worth(one.signed_digest, stamps[one.op_id].server_digest, now)
                amended.update(_amended(run, stamps))
        return Settlement(standings, tuple(disagreements), signatures, amended, out_of_sight)


def _standings(run: OpenRun) -> dict[UUID, Standing]:
    found = {given.op_id: Standing.APPLIED for given in run.fresh}
    for item, before in run.touched.items():
        after = run.folded[item].standings()
        for op_id in before:
            if op_id not in after:
                found[op_id] = Standing.APPLIED
        for op_id, standing in after.items():
            if op_id in found or before.get(op_id) is not standing:
                found[op_id] = standing
    return found


def _disagreements(run: OpenRun) -> Iterator[Disagreement]:
    for item in run.touched:
        folded = run.folded[item]
        if folded.disagreeing:
            others = folded.lost or folded.kept or folded.open
            winner = None if folded.winner is None else folded.winner.op_id
            yield Disagreement(
                run.work_order_id, item, folded.policy.value, winner, tuple(given.op_id for given in others)
            )


def _amended(run: OpenRun, stamps: dict[UUID, Stamp]) -> dict[UUID, UUID]:
    """Find the new answers whose items no longer hold what they held when the last signature was given."""
    last = max(run.signatures, key=lambda one: one.key)
    if last.signed_digest == run.digest(last.terms):
        return {}
    then = stamps[last.op_id].content or {}
    now = run.content(last.terms)
    found = {
        given.op_id: last.op_id
        for given in run.fresh
        if given.key > last.key and _held(then, given.item) != _held(now, given.item)
    }
    if any(then.get(name) != now.get(name) for name in AROUND):
        found.update((op_id, last.op_id) for at, op_id in run.fresh_facts if (at, op_id) > last.key)
    return found


AROUND = ("times", "parts", "fees", "totals")
"""Members of the second snapshot that follow from other ops than answers."""


def _held(content: dict[str, Any], item: str) -> tuple[Any, Any]:
    return content["answers"].get(item), content["also"].get(item)
