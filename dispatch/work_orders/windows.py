"""The windows that are agreed with customers: what makes one usable, and when two are in each other's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from dispatch.work_orders import errors
from dispatch.work_orders.rules import OrderRules
from kernel.clock import parse_moment


class RequestedBy(StrEnum):
    """By whose wish a window was agreed or moved."""

    CUSTOMER = "customer"
    TECHNICIAN = "technician"
    OFFICE = "office"


class AgreedChannel(StrEnum):
    """How the customer agreed."""

    PHONE = "phone"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    APP = "app"
    MAIL = "mail"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when somebody is to be there (aware)."""

    start_at: datetime
    end_at: datetime

    def meets(self, other: "Window", travel: timedelta) -> bool:
        """Tell whether nobody could keep both, with so much time to get from one to the other."""
        return self.start_at < other.end_at + travel and other.start_at < self.end_at + travel


def moment(data: Mapping[str, Any], name: str) -> datetime | None:
    """Read an aware time from a command's data, ISO 8601 text or a datetime; None when it is not given.

    Raises Invalid (work_order.data_missing) with its path when it is not an aware time.
    """
    given = data.get(name)
    if given is None or (isinstance(given, datetime) and given.tzinfo is not None):
        return given
    read = parse_moment(given)
    if read is None:
        raise errors.DATA_MISSING(f"{name} must be a time with its zone", path=f"/data/{name}")
    return read


def read_window(data: Mapping[str, Any], rules: OrderRules, at: datetime) -> Window:
    """Read the window of a command that was given at a moment.

    Raises:
        Invalid (work_order.window_backwards, work_order.window_past, work_order.window_too_long, work_order.data_missing),
        with the path.
    """
    start, end = moment(data, "window_start_at"), moment(data, "window_end_at")
    if start is None or end is None or end <= start:
        raise errors.WINDOW_BACKWARDS("window_end_at must be later than window_start_at", path="/data/window_end_at")
    if end <= at:
        raise errors.WINDOW_PAST("window_end_at must lie ahead", path="/data/window_end_at")
    if end - start > timedelta(minutes=rules.longest_window_minutes):
        raise errors.WINDOW_TOO_LONG(
            f"at most {rules.longest_window_minutes} minutes",
            path="/data/window_end_at",
            longest_minutes=rules.longest_window_minutes,
        )
    return Window(start, end)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed to a window, how, and by whose wish it is as it is; None for what nobody said."""

    with_whom: str | None = None
    channel: AgreedChannel | None = None
    requested_by: RequestedBy | None = None


def read_agreement(data: Mapping[str, Any], *, lenient: bool) -> Agreement:
    """Read who agreed from a command's data; of what a phone says the unusable is passed over.

    Raises Invalid (work_order.data_missing) with the path.
    """
    name = data.get("agreed_with")
    if name is not None and (not isinstance(name, str) or len(name) > 120):
        if not lenient:
            raise errors.DATA_MISSING("agreed_with must be a name of at most 120 characters", path="/data/agreed_with")
        name = str(name)[:120]
    channel = _word(AgreedChannel, data, "agreed_channel", lenient)
    return Agreement(name or None, channel, _word(RequestedBy, data, "requested_by", lenient))


W = TypeVar("W", bound=StrEnum)


def _word(enum: type[W], data: Mapping[str, Any], name: str, lenient: bool) -> W | None:
    given = data.get(name)
    if given in (None, ""):
        return None
    found = next((one for one in enum if one.value == given), None)
    if found is None and not lenient:
        known = ", ".join(enum)
        raise errors.DATA_MISSING(f"{name} must be one of {known}", path=f"/data/{name}")
    return found
