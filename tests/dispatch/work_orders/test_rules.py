"""Rules of regions: sound ones come back as they were, others are refused by name."""

from dataclasses import replace

import pytest

from dispatch.work_orders.rules import FollowUpClocks, OrderRules, check_rules, dump_rules, read_rules
from kernel.errors import DomainError

OWN = OrderRules(("site_id",), 48, 2, 0, 240, 20, 600, 3, 60, FollowUpClocks.INHERIT)


@pytest.mark.parametrize("rules", [OrderRules(), OWN])
def test_rules_come_back_from_their_document_as_they_were(rules):
    check_rules(rules)
    assert read_rules(dump_rules(rules)) == rules


def test_what_a_document_lacks_is_as_by_default_and_what_nobody_knows_is_passed_over():
    assert read_rules({"geofence_metres": 50, "moon": "full"}) == replace(OrderRules(), geofence_metres=50)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"duplicate_hours": -1}, {"/rules/duplicate_hours"}),
        (
            {"declines_before_escalation": 0, "travel_minutes": 1441},
            {"/rules/declines_before_escalation", "/rules/travel_minutes"},
        ),
        ({"submit_needs": ("zone_id", "shoe_size")}, {"/rules/submit_needs"}),
        ({"longest_window_minutes": 0}, {"/rules/longest_window_minutes"}),
    ],
)
def test_rules_beyond_reason_are_refused_with_the_path_of_each(changes, paths):
    with pytest.raises(DomainError) as caught:
        check_rules(replace(OrderRules(), **changes))
    assert caught.value.code == "work_order.rules_wrong"
    assert {one.path for one in caught.value.fields} == paths
