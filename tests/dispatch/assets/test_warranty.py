from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.assets.life import AssetKind
from dispatch.assets.warranty import CountsFrom, WarrantyPolicy, in_warranty, last_day, read_policy
from kernel.errors import DomainError


@pytest.mark.parametrize(
    ("begins", "months", "until"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 11, 22), 24, date(2028, 11, 21)),
        (date(2026, 11, 22), 0, None),
    ],
)
def test_months_are_those_of_the_calendar(begins, months, until):
    assert last_day(WarrantyPolicy(months), AssetKind.ONU, bought_on=None, installed_on=begins) == until


def test_the_policy_says_from_which_day_and_for_which_kind():
    bought, installed = date(2026, 1, 1), date(2026, 3, 1)
    policy = read_policy({"months": 6, "by_kind": {"onu": 12, "ups": 0}, "counts_from": "bought"})
    assert policy.counts_from is CountsFrom.BOUGHT
    assert last_day(policy, AssetKind.ONU, bought_on=bought, installed_on=installed) == date(2026, 12, 31)
    assert last_day(policy, AssetKind.ONU, bought_on=None, installed_on=installed) == date(2027, 2, 28)
    assert last_day(policy, AssetKind.MODEM, bought_on=bought, installed_on=None) == date(2026, 6, 30)
    assert last_day(policy, AssetKind.UPS, bought_on=bought, installed_on=None) is None
    assert last_day(policy, AssetKind.ONU, bought_on=None, installed_on=None) is None


@settings(max_examples=50)
@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_a_warranty_covers_its_last_day_and_not_the_next(begins, months):
    until = last_day(WarrantyPolicy(months), AssetKind.ONU, bought_on=begins, installed_on=None)
    assert until is not None
    assert timedelta(days=28 * months - 1) <= until - begins <= timedelta(days=31 * months - 1)
    assert in_warranty(until, until)
    assert not in_warranty(until, until + timedelta(days=1))
    assert in_warranty(None, begins) is None


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"months": -1}, "/rules/months"),
        ({"by_kind": {"kettle": 3}}, "/rules/by_kind/kettle"),
        ({"by_kind": {"onu": 999}}, "/rules/by_kind/onu"),
        ({"by_kind": [1]}, "/rules/by_kind"),
        ({"counts_from": "christmas"}, "/rules/counts_from"),
        ({"years": 1}, "/rules/years"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_their_place(rules, path):
    with pytest.raises(DomainError) as refused:
        read_policy(rules)
    assert (refused.value.code, refused.value.fields[0].path) == ("policy.rules_wrong", path)
