"""Until when an asset is under warranty, by the region's policy or as it was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta

from dispatch.assets.life import AssetKind
from dispatch.policies import errors, rules

SUBJECT = "assets"
LONGEST_MONTHS = 240


class WarrantyBy(StrEnum):
    """Where the end of a warranty comes from: nobody knows it, somebody gave it, or the policy of its day did."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    POLICY = "policy"


class CountsFrom(StrEnum):
    """The day a warranty begins; where that one is not known, the other."""

    INSTALLED = "installed"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True)
class WarrantyPolicy:
    """How many months a warranty has, by kind of asset, and from which day on. No months: no warranty that we know of."""

    months: int = 12
    by_kind: Mapping[AssetKind, int] = field(default_factory=dict)
    counts_from: CountsFrom = CountsFrom.INSTALLED


def read_policy(given: Mapping[str, Any]) -> WarrantyPolicy:
    """Read `{"months": 12, "by_kind": {"onu": 24}, "counts_from": "installed"}`; what is left out has its default.

    Raises Invalid (policy.rules_wrong) with the path.
    """
    rules.known(given, ("months", "by_kind", "counts_from"))
    by_kind = given.get("by_kind") or {}
    if not isinstance(by_kind, Mapping):
        raise errors.RULES_WRONG("months by kind of asset", path="/rules/by_kind")
    rules.known(by_kind, [kind.value for kind in AssetKind], "/rules/by_kind")
    counts_from = given.get("counts_from", CountsFrom.INSTALLED)
    if counts_from not in list(CountsFrom):
        raise errors.RULES_WRONG("installed or bought", path="/rules/counts_from")
    return WarrantyPolicy(
        rules.whole(given, "months", 12, 0, LONGEST_MONTHS),
        {AssetKind(kind): rules.whole(by_kind, kind, 0, 0, LONGEST_MONTHS, "/rules/by_kind") for kind in by_kind},
        CountsFrom(counts_from),
    )


def last_day(
    policy: WarrantyPolicy, kind: AssetKind, *, bought_on: date | None, installed_on: date | None
) -> date | None:
    """Return the last day of the warranty that the policy gives an asset, or None: no months, or no day to count from.

    Months are those of the calendar: twelve from 29 February end on 27 February.
    """
    months = policy.by_kind.get(kind, policy.months)
    days = (installed_on, bought_on) if policy.counts_from is CountsFrom.INSTALLED else (bought_on, installed_on)
    begins = days[0] or days[1]
    if months == 0 or begins is None:
        return None
    ends: date = begins + relativedelta(months=months)
    return ends - timedelta(days=1)


def in_warranty(until: date | None, on: date) -> bool | None:
    """Tell whether a day lies within a warranty, its last day included; None when nobody knows its end."""
    return None if until is None else on <= until
