from hypothesis import given
from hypothesis import strategies as st

from checklists.review.results.kappa import Agreement, agreement
from checklists.review.states import Verdict

P, R, F = Verdict


def test_it_is_what_the_textbook_computes():
    """The worked example of Cohen's measure on a two-by-two table: 45, 15, 25, 15 give 0.130."""
    assert agreement({(P, P): 45, (P, R): 15, (R, P): 25, (R, R): 15}) == Agreement(100, 60, 0.130)


def test_full_agreement_is_one_and_what_chance_explains_is_nothing():
    assert agreement({(P, P): 5, (F, F): 5}).kappa == 1
    assert agreement({(P, P): 25, (P, F): 25, (F, P): 25, (F, F): 25}).kappa == 0
    assert agreement({(P, P): 9}) == Agreement(9, 9, None)
    assert agreement({}) == Agreement(0, 0, None)


@given(st.dictionaries(st.tuples(st.sampled_from(Verdict), st.sampled_from(Verdict)), st.integers(0, 30)))
def test_it_lies_between_minus_one_and_one_and_treats_both_alike(pairs):
    found = agreement(pairs)
    assert found == agreement({(second, first): times for (first, second), times in pairs.items()})
    assert found.kappa is None or -1 <= found.kappa <= 1
