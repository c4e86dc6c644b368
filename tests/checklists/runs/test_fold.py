from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from checklists.runs.fold import Given, Standing, candidates, fold, fold_all
from checklists.templates.steps import ConflictPolicy
from tests.checklists.samples import choice, given, item, with_policy

P = ConflictPolicy
LATEST = with_policy(P.LATEST)


def numbers(answers) -> set[int]:
    return {answer.op_id.int for answer in answers}


def winner(one, *answers: Given) -> int | None:
    folded = fold(one, answers)
    return None if folded.winner is None else folded.winner.op_id.int


def test_a_single_answer_is_in_force():
    folded = fold(LATEST, [given(1, 5)])
    assert (folded.winner, folded.others, folded.disagreeing, folded.standings()) == (given(1, 5), (), False, {})


def test_an_answer_in_sight_of_another_replaces_it_whatever_their_times_say():
    assert winner(LATEST, given(1, 5, minutes=9), given(2, 6, base=1, minutes=0)) == 2
    assert fold(LATEST, [given(1, 5, minutes=9), given(2, 6, base=1, minutes=0)]).standings() == {}


def test_of_two_answers_that_did_not_know_of_each_other_the_later_wins():
    folded = fold(LATEST, [given(1, 5), given(2, 6, base=1), given(3, 7, base=1)])
    assert folded.winner == given(3, 7, base=1)
    assert folded.standings() == {UUID(int=2): Standing.LOST}


def test_a_tie_is_broken_by_the_id():
    assert winner(LATEST, given(2, 6, minutes=5), given(1, 5, minutes=5)) == 2


def test_answers_of_the_same_value_do_not_disagree():
    folded = fold(with_policy(P.MANUAL), [given(1, 5), given(2, 5)])
    assert folded.winner == given(2, 5)
    assert not folded.disagreeing
    assert folded.standings() == {}


def test_an_answer_that_agrees_with_the_winner_has_not_lost():
    assert fold(LATEST, [given(1, 7), given(2, 6), given(3, 7)]).standings() == {UUID(int=2): Standing.LOST}


def test_the_assignee_wins_over_a_later_colleague_where_the_item_says_so():
    answers = [given(1, 5), given(2, 6, own=False)]
    assert winner(with_policy(P.ASSIGNEE_WINS), *answers) == 1
    assert winner(LATEST, *answers) == 2
    assert winner(with_policy(P.ASSIGNEE_WINS), given(1, 5), given(2, 6)) == 2


def test_the_worst_answer_wins_where_the_item_says_so():
    worst = with_policy(P.WORST_WINS)
    assert winner(worst, given(1, 11), given(2, 5)) == 1
    assert winner(worst, given(1, 30), given(2, 12)) == 1
    assert winner(worst, given(1, None), given(2, 5)) == 1
    choices = (choice("good"), choice("fair"), choice("bad", fails=True))
    one = replace(worst, type="single_choice", choices=choices)
    assert winner(one, given(1, "bad"), given(2, "fair"), given(3, "good")) == 1


def test_a_failure_ends_once_somebody_who_saw_it_answers_anew():
    worst = with_policy(P.WORST_WINS)
    disagreeing = [given(1, 11), given(2, 12)]
    assert winner(worst, *disagreeing, given(3, 5, base=2)) == 1
    assert winner(worst, *disagreeing, given(3, 5, base=2, settles=[1])) == 3


def test_both_are_kept_where_the_item_says_so():
    folded = fold(with_policy(P.KEEP_BOTH), [given(1, 5), given(2, 6), given(3, 6)])
    assert folded.winner == given(3, 6)
    assert folded.kept == (given(1, 5),)
    assert folded.standings() == {}


def test_a_person_decides_where_the_item_says_so():
    manual = with_policy(P.MANUAL)
    folded = fold(manual, [given(2, 6), given(1, 5)])
    assert folded.winner is None
    assert folded.open == (given(1, 5), given(2, 6))
    assert folded.standings() == {UUID(int=1): Standing.OPEN, UUID(int=2): Standing.OPEN}
    assert winner(manual, given(1, 5), given(2, 6), given(3, 6, base=2, settles=[1])) == 3


def test_a_link_to_something_unknown_means_nothing_until_it_arrives():
    late = given(1, 5, minutes=99)
    assert winner(LATEST, given(2, 6, base=1)) == 2
    assert winner(LATEST, given(2, 6, base=1), late) == 2
    assert winner(LATEST, given(2, 6, base=1), given(3, 7, base=77)) == 3


def test_links_in_a_circle_count_as_one_answer():
    circle = [given(1, 5, base=3), given(2, 6, base=1), given(3, 7, base=2)]
    assert numbers(candidates(circle)) == {3}
    assert numbers(candidates([*circle, given(4, 8, base=1)])) == {4}
    assert numbers(candidates([*circle, given(4, 8)])) == {3, 4}
    assert numbers(candidates([given(1, 5, base=1)])) == {1}
    below = [given(1, 5), given(2, 6, base=3, settles=[1]), given(3, 7, base=2)]
    assert numbers(candidates(below)) == {3}


def test_the_answers_of_a_run_are_folded_by_item_and_unknown_items_left_out():
    one, two = item(key="one"), item(key="two")
    folded = fold_all({"one": one, "two": two}, [given(1, True), given(2, False, on="two"), given(3, True, on="gone")])
    assert {key: each.winner and each.winner.op_id.int for key, each in folded.items()} == {"one": 1, "two": 2}


@st.composite
def histories(draw: st.DrawFn) -> list[Given]:
    """Answers with links to any others: known, unknown, later, themselves, in circles."""
    count = draw(st.integers(1, 8))
    links = st.integers(1, count + 2)
    return [
        given(
            number,
            draw(st.sampled_from([None, 1, 5, 11, 30])),
            base=draw(st.none() | links),
            settles=draw(st.lists(links, max_size=2)),
            minutes=draw(st.integers(0, 3)),
            own=draw(st.booleans()),
        )
        for number in range(1, count + 1)
    ]


@hypothesis_given(histories(), st.sampled_from(P), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(answers, policy, random):
    one = with_policy(policy)
    shuffled = random.sample(answers, len(answers))
    assert fold(one, shuffled) == fold(one, answers)


@hypothesis_given(histories(), st.sampled_from(P))
def test_an_answer_that_arrives_twice_counts_once(answers, policy):
    one = with_policy(policy)
    assert fold(one, [*answers, *answers]) == fold(one, answers)


@hypothesis_given(histories(), st.sampled_from(P))
def test_somebody_is_always_in_force_and_everybody_has_one_fate(answers, policy):
    folded = fold(with_policy(policy), answers)
    fates = [*folded.lost, *folded.kept, *folded.open]
    assert len(numbers(fates)) == len(fates)
    assert (folded.winner is None) == bool(folded.open)
    assert folded.winner is None or folded.winner.op_id not in {one.op_id for one in fates}
    assert folded.disagreeing == bool(fates)
    assert set(folded.standings()) == {one.op_id for one in (*folded.lost, *folded.open)}


@hypothesis_given(histories())
def test_nothing_that_an_answer_in_force_builds_on_is_a_candidate(answers):
    """Without circles: links lead to earlier answers only."""
    honest = [
        replace(
            one,
            base=one.base if one.base is not None and one.base < one.op_id else None,
            settles=tuple(link for link in one.settles if link < one.op_id),
        )
        for one in answers
    ]
    built_on = {link for one in honest for link in (one.base, *one.settles)}
    assert {one.op_id for one in candidates(honest)} == {one.op_id for one in honest} - built_on


@pytest.mark.parametrize("policy", P)
def test_a_long_history_of_one_item_folds_without_recursion(policy):
    answers = [given(number, number, base=number - 1, minutes=0) for number in range(1, 5000)]
    assert winner(with_policy(policy), *answers) == 4999
    circle = [given(number, number, base=number % 4999 + 1, minutes=0) for number in range(1, 5000)]
    assert winner(with_policy(policy), *circle) == 4999
