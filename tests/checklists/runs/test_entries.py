from uuid import UUID

from checklists.runs.entries import also_of, entry_of, kept_of, values_of
from checklists.runs.fold import fold
from checklists.templates.steps import ConflictPolicy
from tests.checklists.samples import ASSIGNEE, given, with_policy

P = ConflictPolicy


def entry(policy, *answers):
    one = with_policy(policy)
    return entry_of(one, fold(one, answers))


def name(number: int) -> str:
    return str(UUID(int=number))


def test_a_plain_answer_says_who_gave_it_when_and_whether_it_fails():
    assert entry(P.LATEST, given(1, 11, note="偏高", media=("m1",))) == {
        "value": 11,
        "base": name(1),
        "author_id": str(ASSIGNEE),
        "at": "2026-11-22T01:01:00.000Z",
        "failed": True,
        "note": "偏高",
        "media": ["m1"],
    }


def test_the_next_answer_is_told_what_to_build_on():
    agreeing = entry(P.LATEST, given(1, 5), given(2, 5))
    assert (agreeing["base"], agreeing["settles"]) == (name(2), [name(1)])
    assert "others" not in agreeing
    disagreeing = entry(P.LATEST, given(1, 5), given(2, 6))
    assert disagreeing["settles"] == [name(1)]
    assert [(one["op_id"], one["value"], one["fate"]) for one in disagreeing["others"]] == [(name(1), 5, "lost")]


def test_what_is_kept_beside_is_shown_once():
    kept = entry(P.KEEP_BOTH, given(1, 5), given(2, 7), given(3, 5), given(4, 6))
    assert (kept["value"], kept["also"]) == (6, [5, 7])
    assert [one["fate"] for one in kept["others"]] == ["kept"] * 3
    assert kept["settles"] == [name(1), name(2), name(3)]


def test_an_item_that_waits_for_a_decision_has_no_value():
    waiting = entry(P.MANUAL, given(1, 11), given(2, 6))
    assert (waiting["value"], waiting["failed"]) == (None, False)
    assert (waiting["base"], waiting["settles"]) == (name(2), [name(1)])
    assert [(one["value"], one["fate"]) for one in waiting["others"]] == [(11, "open"), (6, "open")]


def test_the_values_of_a_run_are_read_from_its_entries():
    entries = {"one": entry(P.LATEST, given(1, 5)), "two": entry(P.KEEP_BOTH, given(2, 5), given(3, 6))}
    assert values_of(entries) == {"one": 5, "two": 6}
    assert kept_of(entries) == {"two": [5]}


def test_nothing_is_kept_beside_an_agreeing_answer():
    assert also_of(fold(with_policy(P.KEEP_BOTH), [given(1, 5), given(2, 5)])) == []
