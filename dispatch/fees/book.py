"""The fees of some orders in memory: lines come and go here, and are written together."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.fees import errors
from dispatch.fees.lines import Facts, Line, Removal
from dispatch.fees.policy import PriceLists
from dispatch.fees.reading import Departure, Saying, read_line
from dispatch.work_orders.book import BookOrder
from kernel.actor import Role
from kernel.identifiers import parse_id

DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Teller:
    """Who says something about the fees of an order, under which id: a person at a desk, or a phone's op."""

    id: UUID
    user_id: UUID
    at: datetime
    roles: frozenset[Role]
    device_id: UUID | None = None


@dataclass
class FeeBook:
    """What was recorded about the fees of these orders, and everything that came in since the book was opened."""

    facts: dict[UUID, Facts] = field(default_factory=dict)
    lists: dict[UUID, PriceLists] = field(default_factory=dict)
    zones: dict[UUID, ZoneInfo] = field(default_factory=dict)
    # The last day of the warranty of each asset that lines name, and the region it is of.
    warranties: dict[UUID, tuple[UUID, date | None]] = field(default_factory=dict)
    orders: dict[UUID, BookOrder] = field(default_factory=dict)
    fresh: list[Line] = field(default_factory=list)
    # What tells whether a line that comes again under its id is the same.
    digests: dict[UUID, bytes] = field(default_factory=dict)
    fresh_removals: list[Removal] = field(default_factory=list)

    def of(self, order_id: UUID) -> Facts:
        """Return what was recorded about an order."""
        return self.facts.setdefault(order_id, Facts())

    def read(self, order: BookOrder, teller: Teller, data: Mapping[str, Any]) -> tuple[Line, tuple[Departure, ...]]:
        """Return the line that somebody recorded, and where it departs from the rules. Raises what `read_line` raises."""
        rules = self.lists.get(order.region_id, PriceLists()).at(teller.at)
        day = teller.at.astimezone(self.zones.get(order.region_id, DEFAULT_ZONE)).date()
        saying = Saying(teller.id, order.id, teller.user_id, teller.at, teller.roles, day, teller.device_id)
        region_id, until = self.warranties.get(parse_id(data.get("asset_id")) or order.id, (None, None))
        return read_line(saying, data, rules, until if region_id == order.region_id else None)

    def add(self, order: BookOrder, line: Line, data: Mapping[str, Any], flags: tuple[str, ...] = ()) -> Line:
        """Take a line that was read from this data. Raises Conflict (fee.id_reused) when its id is in the book already."""
        facts = self.of(order.id)
        if any(one.id == line.id for one in facts.lines):
            raise errors.ID_REUSED(path="/id")
        line = replace(line, flags=flags)
        facts.lines.append(line)
        self.fresh.append(line)
        self.digests[line.id] = digest_of(order.id, line.user_id, data)
        self.orders[order.id] = order
        return line

    def remove(self, order: BookOrder, removal: Removal) -> None:
        """Take a removal, also of a line that is not there yet: whichever of the two arrives first."""
        self.of(order.id).removals.append(removal)
        self.fresh_removals.append(removal)
        self.orders[order.id] = order


def digest_of(order_id: UUID, user_id: UUID, data: Mapping[str, Any]) -> bytes:
    """Return what tells whether a line that comes again under its id is the same."""
    said = [str(order_id), str(user_id), dict(data)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).digest()
