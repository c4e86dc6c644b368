from dataclasses import replace

import pytest

from dispatch.people.rules.numbers import PeopleRules, Reach, check_rules, dump_rules, read_rules
from tests.dispatch.people.refusing import refused_at


def test_rules_come_back_from_their_document_and_what_it_lacks_is_as_by_default():
    rules = PeopleRules(warn_days=(90, 14), mentor_within=Reach.REGION, gap_days=3)
    assert read_rules(dump_rules(rules)) == rules
    assert read_rules({}) == PeopleRules()
    assert read_rules({"gap_days": 3}) == PeopleRules(gap_days=3)


def test_days_of_warning_are_put_in_order():
    assert check_rules(PeopleRules(warn_days=(7, 60, 30))).warn_days == (60, 30, 7)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"warn_days": (60, 60)}, "/warn_days/1"),
        ({"warn_days": (-1,)}, "/warn_days/0"),
        ({"warn_days": (400,)}, "/warn_days/0"),
        ({"mentees_at_most": 0}, "/mentees_at_most"),
        ({"plan_days_at_most": 400}, "/plan_days_at_most"),
        ({"gap_days": 0}, "/gap_days"),
        ({"absence_days_at_most": 0}, "/absence_days_at_most"),
        ({"absence_back_days": -1}, "/absence_back_days"),
    ],
)
def test_numbers_out_of_bounds_are_refused_with_their_path(change, path):
    assert refused_at(check_rules, replace(PeopleRules(), **change)) == ("people.rules_wrong", [path])
