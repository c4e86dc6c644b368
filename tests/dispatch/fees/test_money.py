"""Decimals as people write them, and the smallest units of currencies."""

from decimal import Decimal

import pytest

from dispatch.fees.money import DIGITS, decimal_of, major, minor, money_text, plain, rounded

MOST = Decimal(999_999)


@pytest.mark.parametrize(("value", "read"), [("80.00", "80"), ("0.5", "0.5"), (3, "3"), ("007", "7")])
def test_a_decimal_text_is_read_exactly(value, read):
    assert decimal_of(value, MOST, 2) == Decimal(read)


@pytest.mark.parametrize(
    "value",
    [1.5, True, None, "", "1,5", "-1", "1e3", "1.234", "\N{ARABIC-INDIC DIGIT THREE}", "NaN", "1000000", [], "1."],
)
def test_nothing_else_is_a_decimal_text(value):
    assert decimal_of(value, MOST, 2) is None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("80", "CNY", "80.00"),
        ("0.005", "CNY", "0.01"),
        ("0.0049", "CNY", "0.00"),
        ("1199.5", "JPY", "1200"),
        ("1.2345", "KWD", "1.235"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_smallest_unit_and_written_with_all_its_decimals(amount, currency, text):
    assert money_text(Decimal(amount), currency) == text
    assert major(minor(Decimal(amount), currency), currency) == rounded(Decimal(amount), currency)


def test_quantities_are_written_without_zeros_at_their_end():
    assert [plain(Decimal(text)) for text in ("1.500", "10", "100.0", "0.25")] == ["1.5", "10", "100", "0.25"]


def test_every_currency_in_use_is_known_once():
    assert len(DIGITS) == 157
    assert {DIGITS[code] for code in ("CNY", "USD", "EUR")} == {2}
    assert all(len(code) == 3 and code.isupper() for code in DIGITS)
