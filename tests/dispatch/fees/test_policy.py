"""Price lists: read whole or refused with the path, and in force from their moment on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dispatch.fees.policy import FeeRules, PriceLists, dump_rules, read_rules
from kernel.actor import Role
from kernel.errors import DomainError

VISIT = {"code": "visit", "text": "上门费", "kind": "labour", "price": "80.00"}
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_nothing_decided_has_defaults_that_give_nothing_away():
    rules = read_rules({})
    assert (rules.currency, rules.free_lines, rules.limit(frozenset({Role.TECHNICIAN}))) == ("CNY", True, 0)
    assert rules.limit(frozenset({Role.AGENT, Role.STATION_MANAGER})) == 50
    assert rules.limit(frozenset()) == 0


def test_a_list_is_read_and_written_as_phones_need_it():
    rules = read_rules({"tax_percent": "6", "discount_percent": {"technician": "5"}, "items": [VISIT]})
    assert rules.limit(frozenset({Role.TECHNICIAN})) == 5
    shown = dump_rules(rules, NOW)
    assert (shown["digits"], shown["discount_percent"]["group_leader"], shown["since"]) == (2, "20", NOW)
    assert shown["items"] == [{**VISIT, "text_en": None, "unit": None, "tax_percent": "6"}]


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"currency": "RMB"}, "/rules/currency"),
        ({"vat": "6"}, "/rules/vat"),
        ({"tax_percent": 6.5}, "/rules/tax_percent"),
        ({"tax_percent": "101"}, "/rules/tax_percent"),
        ({"free_lines": "no"}, "/rules/free_lines"),
        ({"discount_percent": {"boss": "5"}}, "/rules/discount_percent/boss"),
        ({"discount_percent": {"agent": "x"}}, "/rules/discount_percent/agent"),
        ({"discount_percent": [1]}, "/rules/discount_percent"),
        ({"items": {"visit": 1}}, "/rules/items"),
        ({"items": [VISIT, VISIT]}, "/rules/items/1/code"),
        ({"items": [{**VISIT, "price": 80.5}]}, "/rules/items/0/price"),
        ({"currency": "JPY", "items": [VISIT | {"price": "80.5"}]}, "/rules/items/0/price"),
        ({"items": [{**VISIT, "kind": "gift"}]}, "/rules/items/0/kind"),
        ({"items": [{**VISIT, "text": " "}]}, "/rules/items/0/text"),
        ({"items": ["visit"]}, "/rules/items/0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(rules, path):
    with pytest.raises(DomainError) as caught:
        read_rules(rules)
    assert (caught.value.code, [field.path for field in caught.value.fields]) == ("policy.rules_wrong", [path])


def test_each_moment_has_the_list_of_its_time():
    later = FeeRules(tax_percent=Decimal(6))
    lists = PriceLists(((NOW, FeeRules("USD")), (NOW + timedelta(days=1), later)))
    assert [lists.at(NOW + timedelta(hours=hours)).currency for hours in (-1, 0, 23)] == ["CNY", "USD", "USD"]
    assert lists.began(NOW + timedelta(days=2)) == (NOW + timedelta(days=1), later)
