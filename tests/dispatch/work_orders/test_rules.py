"""Rules of regions: sound ones come back as they were, others are refused by name."""

from dataclasses import replace

import pytest

from dispatch.work_orders.rules import FollowUpClocks, OrderRules, dump_rules, read_rules
from kernel.errors import DomainError

OWN = OrderRules(("site_id",), 48, 2, 0, 240, 20, 600, 3, 60, FollowUpClocks.INHERIT)


@pytest.mark.parametrize("rules", [OrderRules(), OWN])
def test_rules_come_back_from_their_document_as_they_were(rules):
    assert read_rules(dump_rules(rules)) == rules


def test_what_a_document_lacks_is_as_by_default():
    assert read_rules({"geofence_metres": 50}) == replace(OrderRules(), geofence_metres=50)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"moon": "full"}, "/rules/moon"),
        ({"duplicate_hours": -1}, "/rules/duplicate_hours"),
        ({"travel_minutes": "20"}, "/rules/travel_minutes"),
        ({"longest_window_minutes": 0}, "/rules/longest_window_minutes"),
        ({"submit_needs": ["zone_id", "shoe_size"]}, "/rules/submit_needs/1"),
        ({"submit_needs": "zone_id"}, "/rules/submit_needs"),
        ({"follow_up_clocks": "never"}, "/rules/follow_up_clocks"),
    ],
)
def test_rules_beyond_reason_are_refused_with_their_path(document, path):
    with pytest.raises(DomainError) as caught:
        read_rules(document)
    assert (caught.value.code, caught.value.fields[0].path) == ("policy.rules_wrong", path)
