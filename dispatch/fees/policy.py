"""What a region decides about fees on the subject `fees`: its price list, tax, and who may give how much away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dispatch.fees.lines import LineKind
from dispatch.fees.money import DIGITS, decimal_of, money_text, plain
from dispatch.policies import errors
from dispatch.policies.rules import known, text
from kernel.actor import Role

SUBJECT = "fees"
MOST_ITEMS = 1000
MOST_PRICE, MOST_PERCENT = Decimal(999_999_999), Decimal(100)
_MEMBERS = ("currency", "tax_percent", "tax_included", "free_lines", "discount_percent", "items")
_ITEM = ("code", "text", "text_en", "kind", "unit", "price", "tax_percent")
DISCOUNTS: Mapping[Role, Decimal] = MappingProxyType(
    {
        Role.TECHNICIAN: Decimal(0),
        Role.AGENT: Decimal(0),
        Role.GROUP_LEADER: Decimal(20),
        Role.STATION_MANAGER: Decimal(50),
        Role.REGIONAL_OPERATIONS: MOST_PERCENT,
        Role.ADMINISTRATOR: MOST_PERCENT,
    }
)
"""How many per cent of a price each role may give away by itself, where the region says nothing else."""


@dataclass(frozen=True, slots=True)
class PriceItem:
    """One line of a price list; `price` is for one `unit`, in the currency of the list."""

    code: str
    text: str
    kind: LineKind
    price: Decimal
    text_en: str | None = None
    unit: str | None = None
    tax_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FeeRules:
    """The rules of a region. `free_lines` tells whether something may be charged that is not on the list."""

    currency: str = "CNY"
    tax_percent: Decimal = Decimal(0)
    tax_included: bool = True
    free_lines: bool = True
    discounts: Mapping[Role, Decimal] = field(default_factory=lambda: DISCOUNTS)
    items: Mapping[str, PriceItem] = field(default_factory=dict)

    def limit(self, roles: frozenset[Role]) -> Decimal:
        """Return how many per cent of a price somebody in these roles may give away."""
        return max((self.discounts.get(role, Decimal(0)) for role in roles), default=Decimal(0))


def read_rules(given: Mapping[str, Any]) -> FeeRules:
    """Read what a region decided; what it does not name is as by default. Raises Invalid (policy.rules_wrong) with the path."""
    known(given, _MEMBERS)
    currency = given.get("currency", "CNY")
    if currency not in DIGITS:
        raise errors.RULES_WRONG("a currency of ISO 4217, such as CNY", path="/rules/currency")
    discounts = given.get("discount_percent") or {}
    if not isinstance(discounts, Mapping):
        raise errors.RULES_WRONG("per cent by role", path="/rules/discount_percent")
    known(discounts, [role.value for role in DISCOUNTS], "/rules/discount_percent")
    own = {Role(role): _percent(discounts, role, "/rules/discount_percent") for role in discounts}
    return FeeRules(
        currency,
        _percent(given, "tax_percent", "/rules"),
        _flag(given, "tax_included"),
        _flag(given, "free_lines"),
        {**DISCOUNTS, **own},
        _items(given.get("items", []), currency),
    )


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, True)
    if not isinstance(value, bool):
        raise errors.RULES_WRONG("true or false", path=f"/rules/{name}")
    return value


def _percent(given: Mapping[str, Any], name: str, path: str) -> Decimal:
    value = decimal_of(given.get(name, "0"), MOST_PERCENT, 2)
    if value is None:
        raise errors.RULES_WRONG('a decimal text from "0" to "100"', path=f"{path}/{name}")
    return value


def _items(given: Any, currency: str) -> dict[str, PriceItem]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_ITEMS:
        raise errors.RULES_WRONG(f"a list of at most {MOST_ITEMS} items", path="/rules/items")
    found: dict[str, PriceItem] = {}
    for nth, one in enumerate(given):
        path = f"/rules/items/{nth}"
        item = _item(one, currency, path)
        if item.code in found:
            raise errors.RULES_WRONG("this code is on the list already", path=f"{path}/code")
        found[item.code] = item
    return found


def _item(given: Any, currency: str, path: str) -> PriceItem:
    if not isinstance(given, Mapping):
        raise errors.RULES_WRONG("an item with code, text, kind and price", path=path)
    known(given, _ITEM, path)
    kind, price = given.get("kind"), decimal_of(given.get("price"), MOST_PRICE, DIGITS[currency])
    if kind not in list(LineKind):
        raise errors.RULES_WRONG("one of " + ", ".join(LineKind), path=f"{path}/kind")
    if price is None:
        raise errors.RULES_WRONG(f'a decimal text such as "80.00", in {currency}', path=f"{path}/price")
    return PriceItem(
        text(given.get("code"), 48, f"{path}/code"),
        text(given.get("text"), 200, f"{path}/text"),
        LineKind(kind),
        price,
        text(given["text_en"], 200, f"{path}/text_en") if given.get("text_en") is not None else None,
        text(given["unit"], 16, f"{path}/unit") if given.get("unit") is not None else None,
        _percent(given, "tax_percent", path) if "tax_percent" in given else None,
    )


def dump_rules(rules: FeeRules, since: datetime | None) -> dict[str, Any]:
    """Write the rules as phones get them: what they need to charge offline as the server would."""
    return {
        "currency": rules.currency,
        "digits": DIGITS[rules.currency],
        "tax_percent": plain(rules.tax_percent),
        "tax_included": rules.tax_included,
        "free_lines": rules.free_lines,
        "discount_percent": {role.value: plain(percent) for role, percent in rules.discounts.items()},
        "since": since,
        "items": [
            {
                "code": one.code,
                "text": one.text,
                "text_en": one.text_en,
                "kind": one.kind.value,
                "unit": one.unit,
                "price": money_text(one.price, rules.currency),
                "tax_percent": plain(rules.tax_percent if one.tax_percent is None else one.tax_percent),
            }
            for one in rules.items.values()
        ],
    }


@dataclass(frozen=True, slots=True)
class PriceLists:
    """What a region decided about fees over time, the earliest first; before the first, the defaults hold."""

    lists: tuple[tuple[datetime, FeeRules], ...] = ()

    def at(self, moment: datetime) -> FeeRules:
        """Return the rules in force at a moment."""
        return self.began(moment)[1]

    def began(self, moment: datetime) -> tuple[datetime | None, FeeRules]:
        """Return the rules in force at a moment, and since when."""
        for since, rules in reversed(self.lists):
            if since <= moment:
                return since, rules
        return None, FeeRules()
