from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from checklists.runs.book import RunBook
from checklists.runs.entries import entry_of
from checklists.runs.fold import Given, Standing, fold_all
from checklists.signoff.snapshot import Signature, Worth
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Checklist
from dispatch.work_orders.lifecycle import Evidence
from kernel.errors import DomainError
from tests.checklists.samples import ASSIGNEE, COLLEAGUE, GOOD, ORDER, checklist, given, open_run, signature

OTHER = UUID(int=99)


def book(*runs) -> RunBook:
    return RunBook(runs or [open_run()])


def fill(into: RunBook) -> RunBook:
    for number, (key, value) in enumerate(GOOD.items(), start=1):
        into.answer(ORDER, given(number, value, on=key))
    return into


def ids(*numbers: int) -> set[UUID]:
    return {UUID(int=number) for number in numbers}


def test_an_answer_outside_its_bounds_is_recorded_and_fails():
    answers = book()
    assert answers.answer(ORDER, given(1, 95, on="level")).failed
    assert not answers.answer(ORDER, given(2, 75, on="level", base=1)).failed
    assert answers.answer(ORDER, given(2, 75, on="level", base=1)).duplicate
    assert answers.run(ORDER).entries == {}
    answers.changed()
    assert answers.run(ORDER).entries["level"]["value"] == 75


@pytest.mark.parametrize(
    ("item", "value", "code", "path"),
    [
        ("nothing", 1, "checklist.unknown_item", "/item"),
        (7, 1, "checklist.unknown_item", "/item"),
        (["level"], 1, "checklist.unknown_item", "/item"),
        ("signature", "m1", "checklist.sign_instead", "/item"),
        ("level", "high", "checklist.wrong_type", "/answers/level/value"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_leaves_no_trace(item, value, code, path):
    answers = book()
    with pytest.raises(DomainError) as refused:
        answers.answer(ORDER, given(1, value, on=item))
    assert (refused.value.code, refused.value.fields[0].path) == (code, path)
    assert answers.changed() == []
    answers.answer(ORDER, given(1, True, on="badge"))
    assert answers.settle().standings == {UUID(int=1): Standing.APPLIED}


def test_a_note_that_cannot_be_kept_is_refused_and_leaves_no_trace():
    answers = book()
    with pytest.raises(DomainError) as refused:
        answers.answer(ORDER, given(1, True, on="badge", note="x" * 2001))
    assert refused.value.fields[0].path == "/note"
    assert answers.changed() == []


def test_an_order_without_a_checklist_takes_no_answers_and_lacks_nothing():
    answers = book()
    for attempt in (
        lambda: answers.answer(OTHER, given(1, True, on="badge")),
        lambda: answers.sign(OTHER, signature(1, b"x" * 32)),
        lambda: answers.digest(OTHER),
        lambda: answers.progress(OTHER),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "checklist.no_run"
    assert answers.evidence(OTHER) == Evidence()
    assert (answers.has(ORDER), answers.has(OTHER)) == (True, False)


def test_the_evidence_follows_the_answers_and_the_signature():
    answers = book()
    assert answers.evidence(ORDER) == Evidence(False, (), tuple(GOOD), signed=False)
    fill(answers)
    assert answers.evidence(ORDER) == Evidence(signed=False)
    answers.sign(ORDER, signature(50, answers.digest(ORDER)))
    assert answers.evidence(ORDER) == Evidence()
    assert answers.progress(ORDER).missing == ()
    answers.answer(ORDER, given(60, "fail", on="power_safe", base=2))
    assert answers.evidence(ORDER) == Evidence(False, ("power_safe",), (), signed=False, unsafe=("power_safe",))


def test_a_checklist_without_a_signature_item_needs_none():
    run = open_run()
    run.checklist = Checklist.of(one for one in checklist().items if one.type is not AnswerType.SIGNATURE)
    assert fill(book(run)).evidence(ORDER) == Evidence()


def test_a_refusal_with_its_reason_counts_as_signed():
    answers = fill(book())
    refusal = signature(50, answers.digest(ORDER), signer_name=None, refused_reason="客户不在家", witness="邻居")
    assert answers.sign(ORDER, refusal).worth is Worth.CURRENT
    assert answers.evidence(ORDER).signed


def test_a_signature_for_another_digest_is_kept_and_says_so():
    answers = fill(book())
    signed = answers.sign(ORDER, signature(50, b"x" * 32))
    assert (signed.worth, signed.revision, signed.duplicate) == (Worth.MISMATCH, 1, False)
    assert signed.digest == answers.digest(ORDER)
    assert not answers.evidence(ORDER).signed
    assert answers.settle().signatures == {UUID(int=50): Worth.MISMATCH}


def test_a_sign_off_by_nobody_is_refused():
    answers = fill(book())
    with pytest.raises(DomainError) as refused:
        answers.sign(ORDER, signature(50, b"x" * 32, signer_name=""))
    assert refused.value.code == "signoff.incomplete"
    assert answers.run(ORDER).signatures == []


def test_a_change_after_signing_is_accepted_and_named():
    answers = fill(book())
    answers.sign(ORDER, signature(50, answers.digest(ORDER)))
    assert answers.settle().amended == {}
    answers.answer(ORDER, given(60, 66, on="level", base=3))
    answers.answer(ORDER, given(61, True, on="badge", base=1))
    settled = answers.settle()
    assert settled.amended == {UUID(int=60): UUID(int=50)}
    assert settled.signatures == {UUID(int=50): Worth.AMENDED}
    again = answers.sign(ORDER, signature(70, answers.digest(ORDER)))
    assert (again.revision, again.worth) == (2, Worth.CURRENT)
    assert answers.settle().signatures == {UUID(int=50): Worth.AMENDED, UUID(int=70): Worth.CURRENT}
    assert answers.settle().amended == {}


def test_a_signature_that_arrives_before_its_answers_is_found_to_match():
    digest = fill(book()).digest(ORDER)
    answers = book()
    assert answers.sign(ORDER, signature(50, digest)).worth is Worth.MISMATCH
    fill(answers)
    assert answers.settle().signatures == {UUID(int=50): Worth.CURRENT}
    assert answers.settle().amended == {}
    assert answers.evidence(ORDER).signed


def test_a_late_answer_changes_the_fate_of_an_earlier_one():
    run = open_run()
    run.load(given(1, 70, on="level", own=False))
    answers = book(run)
    assert answers.settle().standings == {}
    answers.answer(ORDER, given(2, 65, on="level"))
    settled = answers.settle()
    assert settled.standings == {UUID(int=1): Standing.LOST, UUID(int=2): Standing.APPLIED}
    assert [(one.item, one.policy, one.winner, set(one.others)) for one in settled.disagreements] == [
        ("level", "assignee_wins", UUID(int=2), ids(1))
    ]
    answers.answer(ORDER, given(3, 70, on="level", base=2, own=True))
    assert answers.settle().standings == {
        UUID(int=2): Standing.APPLIED,
        UUID(int=3): Standing.APPLIED,
    }


def test_a_fate_that_a_late_answer_lifts_is_reported():
    run = open_run()
    run.load(given(1, 70, on="level"))
    run.load(given(2, 65, on="level"))
    answers = book(run)
    answers.answer(ORDER, given(3, 66, on="level", base=1))
    answers.answer(ORDER, given(4, 66, on="level", base=2))
    assert answers.settle().standings == {
        UUID(int=1): Standing.APPLIED,
        UUID(int=3): Standing.APPLIED,
        UUID(int=4): Standing.APPLIED,
    }
    assert answers.settle().disagreements == ()


def test_what_a_person_has_to_decide_stays_open_until_somebody_who_saw_both_answers():
    answers = fill(book())
    answers.answer(ORDER, given(30, "线缆老化", on="cause", own=False))
    settled = answers.settle()
    assert {key for key, one in settled.standings.items() if one is Standing.OPEN} == ids(5, 30)
    assert [(one.item, one.winner, set(one.others)) for one in settled.disagreements] == [("cause", None, ids(5, 30))]
    assert answers.evidence(ORDER).missing == ("cause",)
    answers.answer(ORDER, given(31, "线缆老化", on="cause", base=30, settles=[5]))
    assert set(answers.settle().standings.values()) == {Standing.APPLIED}
    assert answers.evidence(ORDER).missing == ()


def test_what_is_kept_beside_is_part_of_what_is_signed():
    answers = fill(book())
    answers.answer(ORDER, given(30, ["clean"], on="cables"))
    answers.sign(ORDER, signature(50, answers.digest(ORDER)))
    answers.answer(ORDER, given(29, ["used"], on="cables", own=False, minutes=60))
    settled = answers.settle()
    assert settled.signatures == {UUID(int=50): Worth.AMENDED}
    assert settled.amended == {UUID(int=29): UUID(int=50)}
    assert [set(one.others) for one in settled.disagreements] == [ids(30)]
    assert settled.standings[UUID(int=30)] is Standing.APPLIED


VALUES: dict[str, list[Any]] = {
    "badge": [True, False],
    "power_safe": ["pass", "fail"],
    "level": [59, 70, 90, None],
    "cables": [["clean"], ["used", "clean"]],
    "cause": ["甲", "乙"],
}


@st.composite
def days(draw: st.DrawFn) -> list[Given | Signature]:
    """Answers of two people and some signatures, all with frozen times."""
    ops: list[Given | Signature] = []
    for number in range(1, draw(st.integers(2, 10))):
        minutes = draw(st.integers(0, 4))
        if draw(st.integers(0, 4)) == 0:
            ops.append(signature(number, draw(st.sampled_from([b"x" * 32, b"y" * 32])), minutes=minutes))
            continue
        key = draw(st.sampled_from(sorted(VALUES)))
        base = draw(st.none() | st.integers(1, 10))
        own = draw(st.booleans())
        ops.append(given(number, draw(st.sampled_from(VALUES[key])), on=key, base=base, minutes=minutes, own=own))
    return ops


def hand_in(answers: RunBook, ops: list[Given | Signature]) -> None:
    for op in ops:
        if isinstance(op, Given):
            answers.answer(ORDER, op)
        else:
            answers.sign(ORDER, op)


def state(answers: RunBook) -> Any:
    run = answers.run(ORDER)
    run.refold()
    return run.entries, run.stamp_signatures(), run.revision, answers.evidence(ORDER), run.digest()


def stored_and_opened_again(answers: RunBook) -> RunBook:
    """What the next transaction sees of this book."""
    before = answers.run(ORDER)
    run = open_run()
    run.entries = dict(before.entries)
    for given_to_item in before.givens.values():
        for one in given_to_item:
            run.load(one)
    stamps = before.stamp_signatures()
    for signed in before.signatures:
        run.load_signature(signed, replace(stamps[signed.op_id], content=None))
    return book(run)


@hypothesis_given(days(), st.randoms(use_true_random=False), st.integers(0, 10))
@hypothesis_settings(deadline=None)
def test_any_order_and_any_cut_of_arrival_comes_to_the_same(ops, random, cut):
    """I6, for answers and signatures: all at once in order, or shuffled, asked in between, over several transactions."""
    at_once = book()
    hand_in(at_once, ops)
    shuffled = random.sample(ops, len(ops))
    in_parts = book()
    hand_in(in_parts, shuffled[:cut])
    in_parts.settle()
    in_parts.evidence(ORDER)
    in_parts.digest(ORDER)
    in_parts = stored_and_opened_again(in_parts)
    for op in shuffled[cut:]:
        hand_in(in_parts, [op])
        in_parts.settle()
    assert state(in_parts) == state(at_once)


@hypothesis_given(days(), st.randoms(use_true_random=False))
@hypothesis_settings(deadline=None)
def test_the_receipts_added_up_are_those_of_the_whole(ops, random):
    """Each settlement reports what changed: the last word on each answer is what folding everything says."""
    answers = book()
    last_word = {}
    for op in random.sample(ops, len(ops)):
        answers = stored_and_opened_again(answers)
        hand_in(answers, [op])
        last_word.update(answers.settle().standings)
    given_ones = [op for op in ops if isinstance(op, Given)]
    folded = fold_all(checklist().by_key, given_ones)
    expected = {one.op_id: Standing.APPLIED for one in given_ones}
    for one in folded.values():
        expected.update(one.standings())
    assert last_word == expected


@hypothesis_given(days())
@hypothesis_settings(deadline=None)
def test_the_stored_entries_are_those_of_folding_everything(ops):
    answers = book()
    hand_in(answers, ops)
    answers.changed()
    items = checklist().by_key
    folded = fold_all(items, [op for op in ops if isinstance(op, Given)])
    assert answers.run(ORDER).entries == {key: entry_of(items[key], one) for key, one in folded.items()}


def test_answers_are_attributed_to_who_gave_them():
    answers = book()
    answers.answer(ORDER, given(1, True, on="badge"))
    answers.answer(ORDER, given(2, True, on="explained", own=False))
    answers.changed()
    entries = answers.run(ORDER).entries
    assert [entries[key]["author_id"] for key in ("badge", "explained")] == [str(ASSIGNEE), str(COLLEAGUE)]
