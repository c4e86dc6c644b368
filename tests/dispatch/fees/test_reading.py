"""Lines as people write them: filled in from the list, and every departure from the rules named."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from dispatch.fees.lines import LineKind, amounts
from dispatch.fees.policy import read_rules
from dispatch.fees.reading import Saying, part_of, read_line
from kernel.actor import Role
from kernel.errors import DomainError

RULES = read_rules(
    {
        "tax_percent": "6",
        "discount_percent": {"technician": "10"},
        "items": [{"code": "visit", "text": "上门费", "kind": "labour", "price": "80.00", "unit": "次"}],
    }
)
STRICT = read_rules({"free_lines": False})
DAY = date(2026, 11, 2)
FREE = {"text": "网线", "unit_price": "2.50", "quantity": "10"}


def read(data, rules=RULES, role=Role.TECHNICIAN, until=None):
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return read_line(Saying(UUID(int=1), UUID(int=2), UUID(int=3), at, frozenset({role}), DAY), data, rules, until)


def test_a_code_is_enough_where_the_price_list_knows_it():
    line, departures = read({"code": "visit"})
    assert (line.text, line.kind, line.unit, line.unit_price) == ("上门费", LineKind.LABOUR, "次", Decimal(80))
    assert (line.tax_percent, line.quantity, departures) == (Decimal(6), Decimal(1), ())


def test_what_is_not_on_the_list_is_charged_as_it_was_said():
    line, departures = read(FREE)
    assert (amounts(line).total, line.kind, departures) == (Decimal(25), LineKind.OTHER, ())


@pytest.mark.parametrize(
    ("data", "flags"),
    [
        ({"code": "gone", "unit_price": "5"}, ["code_unknown"]),
        ({"code": "visit", "unit_price": "90"}, ["above_list"]),
        ({"code": "visit", "unit_price": "72"}, []),
        ({"code": "visit", "unit_price": "71"}, ["discount_too_high"]),
        ({"code": "visit", "discount": "8", "discount_reason": "老客户"}, []),
        ({"code": "visit", "discount": "8"}, ["reason_missing"]),
        ({"code": "visit", "discount_percent": "11", "discount_reason": "老客户"}, ["discount_too_high"]),
        ({**FREE, "discount_percent": "10", "discount_reason": "老客户"}, []),
        ({"code": "visit", "unit_price": "76", "discount": "6", "discount_reason": "老客户"}, ["discount_too_high"]),
        ({"code": "visit", "currency": "USD", "unit_price": "12"}, ["currency_other"]),
        ({"code": "visit", "warranty": True}, ["warranty_unproven"]),
        ({"text": "接头", "kind": "part"}, []),
    ],
)
def test_every_departure_from_the_rules_is_named(data, flags):
    _, departures = read(data)
    assert [one.flag for one in departures] == flags
    if flags:
        assert departures[0].refusal().code == f"fee.{flags[0]}"


def test_a_region_may_charge_only_what_is_on_its_list():
    assert [one.flag for one in read(FREE, STRICT)[1]] == ["free_line"]
    assert read({"text": "接头", "kind": "part"}, STRICT)[1] == (), "what is not charged needs no price"


@pytest.mark.parametrize(("until", "total"), [(DAY, "0"), (DAY - timedelta(days=1), "80"), (None, "80")])
def test_what_is_under_warranty_is_free_up_to_its_last_day(until, total):
    line, departures = read({"code": "visit", "asset_id": str(UUID(int=9))}, until=until)
    assert (amounts(line).total, departures) == (Decimal(total), ())


def test_damage_is_charged_though_under_warranty():
    line, departures = read({"code": "visit", "warranty": False}, until=DAY)
    assert (amounts(line).total, departures) == (Decimal(80), ())


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ({}, "fee.data_unfit", "/text"),
        ({"text": 5}, "fee.data_unfit", "/text"),
        ({"text": "x\0"}, "fee.data_unfit", "/text"),
        ({**FREE, "kind": "gift"}, "fee.data_unfit", "/kind"),
        ({**FREE, "unit_price": 2.5}, "fee.amount_unfit", "/unit_price"),
        ({**FREE, "unit_price": "2.505"}, "fee.amount_unfit", "/unit_price"),
        ({**FREE, "quantity": "0"}, "fee.amount_unfit", "/quantity"),
        ({**FREE, "quantity": "-1"}, "fee.amount_unfit", "/quantity"),
        ({**FREE, "discount_percent": "101"}, "fee.amount_unfit", "/discount_percent"),
        ({**FREE, "discount": "1", "discount_percent": "1"}, "fee.data_unfit", "/discount_percent"),
        ({**FREE, "currency": "RMB"}, "fee.currency_other", "/currency"),
        ({**FREE, "warranty": "yes"}, "fee.data_unfit", "/warranty"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_path(data, code, path):
    with pytest.raises(DomainError) as caught:
        read(data)
    assert (caught.value.code, [field.path for field in caught.value.fields]) == (code, [path])


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"part": "接头", "quantity": 2, "serial": "SN1"}, {"text": "接头", "quantity": "2", "serial": "SN1"}),
        ({"part": " RG6\n线 ", "quantity": 1.5}, {"text": "RG6 线", "quantity": "1.5"}),
        ({"part": "接头", "quantity": "2", "unit_price": "3"}, {"text": "接头", "quantity": "2", "unit_price": "3"}),
        ({"part": "接头", "quantity": "some"}, None),
        ({"part": 5, "quantity": 1}, None),
        ({"part": "接头", "quantity": 0}, None),
    ],
)
def test_a_part_as_phones_always_wrote_it_is_a_line_where_it_can_be_one(said, line):
    assert part_of(said) == (None if line is None else {"kind": "part", **line})
