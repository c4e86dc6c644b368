"""One checklist run in memory: the answers and signatures it was given, and what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from checklists.runs import errors
from checklists.runs.answers import check, check_beside
from checklists.runs.entries import also_of, entry_of, kept_of, photos_of, values_of
from checklists.runs.fold import Folded, Given, Standing, fold
from checklists.runs.progress import Progress, measure
from checklists.runs.visibility import View, look
from checklists.signoff.seen import FIRST, FIRST_TERMS, SECOND, Around, Key, Moment, Terms
from checklists.signoff.snapshot import (
    Signature,
    Stamp,
    check_signature,
    digest_to_sign,
    revision_now,
    revisions,
    snapshot,
)
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Checklist


@dataclass(slots=True)
class OpenRun:
    """A run and everything given to it. `entries` is what is stored of the fold; `stamps` what is stored of the signatures."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    template_version_id: UUID
    checklist: Checklist
    holders: tuple[UUID, ...]
    version: int
    entries: dict[str, dict[str, Any]]
    givens: dict[str, list[Given]] = field(default_factory=dict)
    signatures: list[Signature] = field(default_factory=list)
    stamps: dict[UUID, Stamp] = field(default_factory=dict)
    known: dict[UUID, Given | Signature] = field(default_factory=dict)
    # Since the run was opened:
    fresh: list[Given] = field(default_factory=list)
    fresh_signatures: list[Signature] = field(default_factory=list)
    touched: dict[str, dict[UUID, Standing]] = field(default_factory=dict)
    folded: dict[str, Folded] = field(default_factory=dict)
    # Fees, parts, times and photos, and which of them came in since.
    around: Around = field(default_factory=Around)
    fresh_facts: list[Key] = field(default_factory=list)
    _stale: set[str] = field(default_factory=set)
    _digests: dict[tuple[Any, ...], bytes] = field(default_factory=dict)

    def load(self, given: Given) -> None:
        """Take in an answer that is stored already."""
        self._keep(given)

    def load_signature(self, signature: Signature, stamp: Stamp) -> None:
        """Take in a signature that is stored already."""
        self.known[signature.op_id] = signature
        self.signatures.append(signature)
        self.stamps[signature.op_id] = stamp

    def add(self, given: Given, unit: str | None = None, version_id: UUID | None = None) -> bool:
        """Take a new answer; False when it was here before. Raises what `RunBook.answer` raises."""
        if version_id is not None and version_id != self.template_version_id:
            raise errors.OTHER_VERSION(path="/template_version_id", wanted=str(self.template_version_id))
        key: object = given.item  # what a phone sent may be anything
        item = self.checklist.by_key.get(key) if isinstance(key, str) else None
        if item is None:
            if any(one.key == key and one.type is AnswerType.SIGNATURE for one in self.checklist.items):
                raise errors.SIGN_INSTEAD(path="/item")
            raise errors.UNKNOWN_ITEM(str(given.item)[:64], path="/item")
        check_beside(given.note, given.media)
        value = check(item, given.value, given.media, unit)
        if value is not given.value:
            given = _with_value(given, value)
        before = self.known.get(given.op_id)
        if before is not None:
            if not _same(before, given):
                raise errors.ANSWER_ID_REUSED(path="/id")
            return False
        if given.item not in self.touched:
            answers = self.givens.get(given.item)
            self.touched[given.item] = fold(item, answers).standings() if answers else {}
        self._keep(given)
        self.fresh.append(given)
        self._stale.add(given.item)
        self._digests.clear()
        return True

    def _keep(self, given: Given) -> None:
        self.known[given.op_id] = given
        self.givens.setdefault(given.item, []).append(given)

    def surround(self, key: Key, moment: Moment | None = None) -> None:
        """Note that something around the checklist came in: a fee, which `around` shares with its book, or a moment."""
        self.fresh_facts.append(key)
        if moment is not None:
            self.around.moments.append(moment)
        self._digests.clear()

    def sign(self, signature: Signature) -> bool:
        """Take a new signature; False when it was here before. Raises what `RunBook.sign` raises."""
        check_signature(signature)
        before = self.known.get(signature.op_id)
        if before is not None:
            if not _same(before, signature):
                raise errors.ANSWER_ID_REUSED(path="/id")
            return False
        self.signatures.append(signature)
        self.known[signature.op_id] = signature
        self.fresh_signatures.append(signature)
        return True

    def refold(self) -> None:
        """Bring the entries of the touched items up to date."""
        for key in self._stale:
            item = self.checklist.by_key[key]
            self.folded[key] = folded = fold(item, self.givens[key])
            self.entries[key] = entry_of(item, folded)
        self._stale.clear()

    def standing(self, op_id: UUID) -> Standing:
        """Return what became of an answer that the run knows."""
        given = self.known[op_id]
        assert isinstance(given, Given)
        folded = fold(self.checklist.by_key[given.item], self.givens[given.item])
        return folded.standings().get(op_id, Standing.APPLIED)

    def content(self, terms: Terms = FIRST_TERMS) -> dict[str, Any]:
        """Return the snapshot to sign on these terms, as of now."""
        media = {key: entry["media"] for key, entry in self.entries.items() if "media" in entry}
        return self._snapshot(self.view(), kept_of(self.entries), media, terms)

    def view(self) -> View:
        """Return what a person sees of the run, as of now."""
        self.refold()
        return look(self.checklist, values_of(self.entries))

    def _snapshot(
        self,
        view: View,
        also: Mapping[str, list[Any]],
        media: Mapping[str, Sequence[str]],
        terms: Terms,
        as_of: Key | None = None,
    ) -> dict[str, Any]:
        shown = {key: others for key, others in also.items() if not view.hides(key)}
        seen = None
        if terms.snapshot >= SECOND:
            photos = photos_shown(self.checklist, view.values, media)
            seen = self.around.seen(photos, terms, as_of)
        return snapshot(self.work_order_id, self.template_version_id, view.values, shown, seen)

    def content_as_of(self, key: Key, terms: Terms = FIRST_TERMS) -> dict[str, Any]:
        """Return the snapshot made of what was recorded up to a corrected time and id, whenever it arrived."""
        values: dict[str, Any] = {}
        also: dict[str, list[Any]] = {}
        media: dict[str, Sequence[str]] = {}
        for name, answers in self.givens.items():
            item = self.checklist.by_key.get(name)
            earlier = [given for given in answers if given.key <= key]
            if item is None or not earlier:
                continue
            folded = fold(item, earlier)
            values[name] = None if folded.winner is None else folded.winner.value
            also[name] = also_of(folded)
            media[name] = (folded.winner or folded.others[-1]).media
        return self._snapshot(look(self.checklist, values), also, media, terms, key)

    def digest(self, terms: Terms = FIRST_TERMS) -> bytes:
        """Return the digest to sign on these terms, as of now."""
        known = self._digests.get(terms.key)
        if known is None:
            known = self._digests[terms.key] = digest_to_sign(self.content(terms))
        return known

    @property
    def last(self) -> Signature | None:
        """The last signature by its time, whenever it arrived."""
        return max(self.signatures, key=lambda one: one.key, default=None)

    @property
    def terms(self) -> Terms:
        """The terms on which a report shows the run: the last signature's, or of the newest version where anything is charged."""
        last = self.last
        if last is None or (last.terms.snapshot < SECOND and self.around.facts.lines):
            return Terms(SECOND)
        return last.terms

    @property
    def signed(self) -> bool:
        """Whether somebody signed, or refused to sign, exactly what the run holds now; or nobody needs to."""
        if not self.checklist.needs_signature:
            return True
        return any(one.signed_digest == self.digest(one.terms) for one in self.signatures)

    @property
    def revision(self) -> int:
        """The number of the revision that the run is at."""
        last = self.last
        return 1 if last is None else revision_now(self.signatures, self.digest(last.terms))

    def progress(self) -> Progress:
        """Measure how far the run has come."""
        self.refold()
        photos = photos_of(self.entries)
        return measure(self.checklist, values_of(self.entries), signed=self.signed, photos=photos)

    def stamp_signatures(self) -> dict[UUID, Stamp]:
        """Say of each signature which revision it is, and what the run held as of its time: a function of the set of ops."""
        numbers = revisions(self.signatures)
        answered = max((given.key for answers in self.givens.values() for given in answers), default=None)
        found = {}
        for signature in self.signatures:
            key, terms = signature.key, signature.terms
            if terms.snapshot == FIRST and (answered is None or key >= answered):
                content, digest = self.content(), self.digest()
            else:
                content = self.content_as_of(key, terms)
                digest = digest_to_sign(content)
            found[signature.op_id] = Stamp(numbers[signature.op_id], digest, content)
        return found

    def out_of_sight(self) -> list[Given]:
        """Return the new answers to items that were hidden by all that was answered up to them, and still are."""
        if not self.checklist.is_conditional or not self.fresh:
            return []
        view = self.view()
        hidden = [given for given in self.fresh if given.value is not None and view.hides(given.item)]
        return [given for given in hidden if given.item not in self.content_as_of(given.key)["answers"]]

    @property
    def changed(self) -> bool:
        """Whether anything was added since the run was opened."""
        return bool(self.fresh or self.fresh_signatures or self.fresh_facts)


def _with_value(given: Given, value: Any) -> Given:
    return Given(
        given.op_id,
        given.item,
        value,
        given.effective_at,
        given.author_id,
        given.by_assignee,
        given.base,
        given.settles,
        given.device_id,
        given.time_quality,
        given.note,
        given.media,
    )


def _same(before: Given | Signature, again: Given | Signature) -> bool:
    """Tell whether something that comes with a known id is that thing handed in again, perhaps at a later time."""
    return _gist(before) == _gist(again)


def _gist(given: Given | Signature) -> tuple[Any, ...]:
    if isinstance(given, Given):
        return (given.item, given.value)
    return (given.signed_digest, given.signer_name, given.refused_reason)


def photos_shown(
    checklist: Checklist, values: Mapping[str, Any], media: Mapping[str, Sequence[str]]
) -> dict[str, None]:
    """Return the media ids of what is answered and shown: of photo items, and of answers that came with photos."""
    found: dict[str, None] = {}
    for key, value in values.items():
        if value is not None:
            own = value if checklist.by_key[key].type is AnswerType.PHOTO else ()
            found.update(dict.fromkeys((*own, *media.get(key, ()))))
    return found
