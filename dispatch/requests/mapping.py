"""How the columns of somebody's table become a service request: pure, one row at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from dispatch.cells import cut, has_foreign_bytes, one_line, paragraph
from dispatch.csv_stream import Record
from dispatch.requests import errors
from dispatch.requests.categories import work_type_code
from dispatch.requests.channels import Channel
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem, position_to_wgs84
from dispatch.texts import HIDDEN
from dispatch.work_orders.lifecycle import Status

FIELDS = (
    "external_ref",
    "opened",
    "closed",
    "target",
    "status",
    "category",
    "title",
    "description",
    "address",
    "lat",
    "lon",
    "zone",
    "channel",
    "contact_name",
    "contact_phone",
)
"""What a column may mean. `zone` is the code or name of the zone as the source recorded it."""

REQUIRED = ("external_ref", "opened")
STATUSES = (Status.OPEN, Status.CLOSED, Status.CANCELLED)
ISO = "iso"
DATE_FORMATS = (ISO, "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")


Meaning = TypeVar("Meaning")


class Reason(StrEnum):
    """Why a row was not imported. The first ones are found while reading it, the last ones when its zone is looked for."""

    BAD_CSV = "bad_csv"
    BAD_ENCODING = "bad_encoding"
    WRONG_COLUMNS = "wrong_columns"
    MISSING_REFERENCE = "missing_reference"
    LONG_REFERENCE = "long_reference"
    MISSING_DATE = "missing_date"
    BAD_DATE = "bad_date"
    CLOSED_BEFORE_OPENED = "closed_before_opened"
    UNKNOWN_STATUS = "unknown_status"
    BAD_POSITION = "bad_position"
    MASKED_PHONE = "masked_phone"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    REFERENCE_USED = "reference_used"
    UNKNOWN_CUSTOMER = "unknown_customer"
    NO_POSITION = "no_position"
    UNKNOWN_ZONE = "unknown_zone"
    OUTSIDE_EVERY_ZONE = "outside_every_zone"
    IN_TWO_ZONES = "in_two_zones"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column means what, and how its values read.

    `columns` leads from a field to the name of its column. `timezone` (IANA) is that of times without an offset. A format is one
    of `strptime`, or `iso`; they are tried in turn. The value maps are looked up without regard to case. A status without a map
    entry is refused, a channel or category without one has the default; without `default_work_type` a category is a work type.
    `coordinate_system` is what its positions are given in.
    """

    source: str
    timezone: str
    columns: Mapping[str, str]
    date_formats: tuple[str, ...] = DATE_FORMATS
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    statuses: Mapping[str, Status] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    priorities: Mapping[str, Priority] = field(default_factory=dict)
    work_types: Mapping[str, str] = field(default_factory=dict)
    default_channel: Channel = Channel.INTEGRATOR
    default_priority: Priority = Priority.ROUTINE
    default_work_type: str | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A request as a row tells it. Times are aware UTC, positions WGS 84 degrees.

    `decided_zone` is what a person wrote into a rejects file; it goes before everything else.
    """

    record: Record
    external_ref: str
    opened_at: datetime
    closed_at: datetime | None
    target_at: datetime | None
    status: Status
    category: str | None
    work_type: str
    priority: Priority
    title: str
    description: str | None
    address: str | None
    lat: float | None
    lon: float | None
    zone: str | None
    channel: Channel
    contact_name: str | None
    contact_phone: str | None
    decided_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not imported: why, in words for a person, and the column it lies at, if one."""

    record: Record
    code: Reason
    reason: str
    column: str | None = None


class _Refusal(Exception):
    def __init__(self, code: Reason, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.field = code, reason, field


class RowReader:
    """Reads the rows of one table by its mapping."""

    def __init__(self, mapping: ColumnMapping, header: Sequence[str]) -> None:
        """Find the mapping's columns in the header.

        Raises Invalid (request.columns_missing): a column that the mapping names is not there, or is there twice.
        """
        self.mapping = mapping
        self._width = len(header)
        names = [name.strip() for name in header]
        wrong = {column for column in mapping.columns.values() if names.count(column) != 1}
        if wrong:
            raise errors.COLUMNS_MISSING(
                "; ".join(f"{name!r} is there {names.count(name) or 'not at all'}" for name in sorted(wrong))
                + f". The file has: {', '.join(names)}"
            )
        self._places = {meaning: names.index(column) for meaning, column in mapping.columns.items()}
        self._zone = ZoneInfo(mapping.timezone)
        self._statuses = _folded(mapping.statuses)
        self._channels = _folded(mapping.channels)
        self._priorities = _folded(mapping.priorities)
        self._work_types = _folded(mapping.work_types)

    def read(self, record: Record, decided_zone: str | None = None) -> ReadRow | Rejected:
        """Read one row."""
        try:
            self._check_shape(record)
            return self._read(record, partial(self._cell, record), decided_zone)
        except _Refusal as refusal:
            column = self.mapping.columns.get(refusal.field) if refusal.field else None
            return Rejected(record, refusal.code, refusal.reason, column)

    def _check_shape(self, record: Record) -> None:
        if record.problem is not None:
            raise _Refusal(Reason.BAD_CSV, record.problem)
        if len(record.cells) != self._width:
            lines = f" (lines {record.line} to {record.last_line})" if record.last_line > record.line else ""
            found = f"{len(record.cells)} columns instead of {self._width}{lines}"
            raise _Refusal(Reason.WRONG_COLUMNS, found)
        if any(has_foreign_bytes(cell) for cell in record.cells):
            raise _Refusal(Reason.BAD_ENCODING, f"there are bytes that are not {self.mapping.encoding}")

    def _cell(self, record: Record, meaning: str) -> str:
        place = self._places.get(meaning)
        return "" if place is None else record.cells[place].strip()

    def _read(self, record: Record, cell: Callable[[str], str], decided_zone: str | None) -> ReadRow:
        opened_at = self._moment(cell, "opened")
        if opened_at is None:
            raise _Refusal(Reason.MISSING_DATE, "the time it was opened is missing", "opened")
        closed_at = self._moment(cell, "closed")
        if closed_at is not None and closed_at < opened_at:
            raise _Refusal(Reason.CLOSED_BEFORE_OPENED, "it was closed before it was opened", "closed")
        lat, lon = position_to_wgs84(self.mapping.coordinate_system, *_position(cell))
        category = one_line(cell("category"), 120)
        reference = _reference(cell)
        return ReadRow(
            record,
            reference,
            opened_at,
            closed_at,
            self._moment(cell, "target"),
            self._status(cell, closed_at),
            category,
            self._work_type(category),
            self._priorities.get((category or "").casefold(), self.mapping.default_priority),
            one_line(cell("title"), 200) or category or reference,
            paragraph(cell("description"), 4000),
            one_line(cell("address"), 300),
            lat,
            lon,
            one_line(cell("zone"), 200),
            self._channels.get(cell("channel").casefold(), self.mapping.default_channel),
            one_line(cell("contact_name"), 120),
            _phone(cell),
            decided_zone,
        )

    def _moment(self, cell: Callable[[str], str], meaning: str) -> datetime | None:
        text = cell(meaning)
        if not text:
            return None
        for form in self.mapping.date_formats:
            try:
                moment = datetime.fromisoformat(text) if form == ISO else datetime.strptime(text, form)  # noqa: DTZ007
                return to_utc(moment, self._zone)
            except (ValueError, OverflowError):
                continue
        raise _Refusal(Reason.BAD_DATE, f"{cut(text, 40)!r} is no time that the mapping knows", meaning)

    def _status(self, cell: Callable[[str], str], closed_at: datetime | None) -> Status:
        text = cell("status")
        if not text:
            return Status.OPEN if closed_at is None else Status.CLOSED
        status = self._statuses.get(text.casefold())
        if status is None:
            raise _Refusal(Reason.UNKNOWN_STATUS, f"the mapping does not know the status {cut(text, 40)!r}", "status")
        return status

    def _work_type(self, category: str | None) -> str:
        known = self._work_types.get((category or "").casefold())
        return known or self.mapping.default_work_type or work_type_code(category or "")


def to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a time in UTC; one without an offset is of `zone`.

    When clocks go back, the hour that comes twice is taken as its first time; when they go forward, a time in the hour that is
    left out is taken as if the clocks had not moved yet, which is an hour later on the new ones (PEP 495, fold=0).

    Raises ValueError: the year is none in which anybody asked for service; or OverflowError.
    """
    if not 1970 <= moment.year <= 2199:
        raise ValueError(f"{moment.year} is no plausible year")
    return (moment.replace(tzinfo=zone, fold=0) if moment.tzinfo is None else moment).astimezone(UTC)


def _folded(values: Mapping[str, Meaning]) -> dict[str, Meaning]:
    return {text.strip().casefold(): meaning for text, meaning in values.items()}


def _phone(cell: Callable[[str], str]) -> str | None:
    if HIDDEN in cell("contact_phone"):
        raise _Refusal(
            Reason.MASKED_PHONE, "it is only the end of a number, as lists and files show it", "contact_phone"
        )
    return one_line(cell("contact_phone"), 32)


def _reference(cell: Callable[[str], str]) -> str:
    reference = cell("external_ref")
    if not reference:
        raise _Refusal(Reason.MISSING_REFERENCE, "the reference is missing", "external_ref")
    if len(reference) > 64 or not reference.isprintable():
        raise _Refusal(
            Reason.LONG_REFERENCE, "the reference is longer than 64 characters or not in one line", "external_ref"
        )
    return reference


def _position(cell: Callable[[str], str]) -> tuple[float | None, float | None]:
    """Read the position; none at all is fine, and so is 0, 0: that is how many systems write it."""
    lat, lon = cell("lat"), cell("lon")
    if not lat and not lon:
        return None, None
    try:
        position = float(lat), float(lon)
    except ValueError:
        raise _Refusal(Reason.BAD_POSITION, f"{cut(lat, 40)!r}, {cut(lon, 40)!r} is no position", "lat") from None
    if position == (0.0, 0.0):
        return None, None
    if not (abs(position[0]) <= 90 and abs(position[1]) <= 180):
        raise _Refusal(Reason.BAD_POSITION, f"{lat}, {lon} is not on Earth", "lat")
    return position
