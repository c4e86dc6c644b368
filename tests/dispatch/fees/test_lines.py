"""What lines come to, against a slow and obvious reckoning in fractions; and facts that add up in any order."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.fees.lines import Facts, Line, LineKind, Removal, amounts, fees_document, totals
from dispatch.fees.money import DIGITS

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ORDER, WHO = UUID(int=1), UUID(int=2)


def line(number: int = 10, **changes) -> Line:
    known = {"quantity": Decimal(1), "currency": "CNY", "unit_price": Decimal(80), **changes}
    return Line(UUID(int=number), ORDER, LineKind.LABOUR, "上门费", at=AT, user_id=WHO, **known)


def removal(number: int, of: int, minutes: int = 5) -> Removal:
    return Removal(UUID(int=number), ORDER, UUID(int=of), AT + timedelta(minutes=minutes), WHO, "输错")


def half_up(value: Fraction, digits: int) -> Fraction:
    scaled = value * 10**digits
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**digits)


def reckoned(one: Line) -> tuple[Fraction, ...]:
    digits = DIGITS[one.currency]
    gross = half_up(Fraction(one.quantity) * Fraction(one.unit_price or 0), digits)
    off = half_up(gross * Fraction(one.discount_percent or 0) / 100, digits)
    if one.discount is not None:
        off = min(half_up(Fraction(one.discount), digits), gross)
    charged = gross - (gross if one.warranty else off)
    tax = Fraction(one.tax_percent)
    if one.tax_included:
        net = half_up(charged * 100 / (100 + tax), digits)
        return gross, gross - charged, net, charged - net, charged
    added = half_up(charged * tax / 100, digits)
    return gross, gross - charged, charged, added, charged + added


lines_of_all_kinds = st.builds(
    line,
    quantity=st.decimals("0.001", "99999", places=3),
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    unit_price=st.one_of(st.none(), st.decimals(0, 999_999_999, places=0), st.just(Decimal("0.5"))),
    discount=st.one_of(st.none(), st.decimals(0, 99_999, places=0)),
    discount_percent=st.one_of(st.none(), st.decimals(0, 100, places=2)),
    tax_percent=st.decimals(0, 100, places=2),
    tax_included=st.booleans(),
    warranty=st.booleans(),
)


@given(lines_of_all_kinds)
def test_every_line_comes_to_what_fractions_say(one):
    found = amounts(one)
    assert tuple(Fraction(value) for value in (found.gross, found.discount, found.net, found.tax, found.total)) == (
        reckoned(one)
    )
    assert found.net + found.tax == found.total


@pytest.mark.parametrize(
    ("changes", "total", "tax"),
    [
        ({}, "80", "0"),
        ({"tax_percent": Decimal(6)}, "80", "4.53"),
        ({"tax_percent": Decimal(6), "tax_included": False}, "84.80", "4.80"),
        ({"quantity": Decimal("0.333")}, "26.64", "0"),
        ({"discount_percent": Decimal("12.5")}, "70", "0"),
        ({"discount": Decimal(100)}, "0", "0"),
        ({"warranty": True, "tax_percent": Decimal(6)}, "0", "0"),
        ({"unit_price": None}, "0", "0"),
    ],
)
def test_a_line_by_example(changes, total, tax):
    found = amounts(line(**changes))
    assert (found.total, found.tax) == (Decimal(total), Decimal(tax))


def test_totals_are_by_currency_and_what_is_not_charged_has_none():
    lines = [line(), line(unit_price=Decimal("0.10")), line(currency="USD"), line(unit_price=None, currency="EUR")]
    assert [(one.currency, one.amounts.total) for one in totals(lines)] == [
        ("CNY", Decimal("80.10")),
        ("USD", Decimal("80.00")),
    ]


def test_facts_come_to_the_same_in_whatever_order_they_arrive():
    facts = [line(10), line(11), removal(20, 10), removal(21, 10), removal(22, 99)]
    for order in itertools.permutations(facts):
        found = Facts()
        for one in order:
            (found.lines if isinstance(one, Line) else found.removals).append(one)
        assert [one.id.int for one in found.in_force()] == [11]


def test_as_of_a_time_only_what_was_recorded_by_then_counts():
    facts = Facts([line(10), replace(line(11), at=AT + timedelta(minutes=9))], [removal(20, 10)])
    at = {
        minutes: [one.id.int for one in facts.in_force((AT + timedelta(minutes=minutes), UUID(int=0)))]
        for minutes in (-1, 1, 6, 10)
    }
    assert at == {-1: [], 1: [10], 6: [], 10: [11]}


def test_the_document_has_texts_only_so_that_no_phone_rounds():
    document = fees_document([line(quantity=Decimal("1.50"), discount=Decimal(20), discount_reason="老客户")])
    assert document["lines"][0] == {
        "id": str(UUID(int=10)),
        "kind": "labour",
        "code": None,
        "text": "上门费",
        "quantity": "1.5",
        "unit": None,
        "currency": "CNY",
        "unit_price": "80.00",
        "serial": None,
        "discount": "20.00",
        "reason": "老客户",
        "tax_percent": "0",
        "tax": "0.00",
        "total": "100.00",
    }
    assert document["totals"][0]["total"] == "100.00"
