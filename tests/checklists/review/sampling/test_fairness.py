import pytest

from checklists.review.sampling.fairness import Fairness, critical_value, fairness


@pytest.mark.parametrize(("degrees", "value"), [(1, 10.828), (10, 29.588), (30, 59.703)])
def test_critical_values_are_those_of_the_table(degrees, value):
    assert critical_value(degrees) == value


@pytest.mark.parametrize(("degrees", "value"), [(40, 73.402), (60, 99.607), (100, 149.449)])
def test_beyond_the_table_they_are_near_enough(degrees, value):
    assert abs(critical_value(degrees) - value) < 0.2


def test_an_even_draw_is_fair_and_a_lopsided_one_is_not():
    assert fairness({"a": (100, 10), "b": (100, 11), "c": (200, 19)}).fair
    tilted = fairness({"a": (100, 30), "b": (100, 5), "c": (200, 5)})
    assert tilted.fair is False
    assert tilted.statistic > tilted.critical


def test_small_groups_are_tested_together_and_too_little_is_not_tested():
    many = {number: (2, 1 if number % 10 == 0 else 0) for number in range(100)} | {"big": (200, 20)}
    assert fairness(many).degrees == 1
    assert fairness({"a": (10, 1), "b": (10, 0)}) == Fairness(0.0, 0, None, None)
    assert fairness({"a": (10, 0)}) == fairness({"a": (10, 10)}) == Fairness(0.0, 0, None, None)
