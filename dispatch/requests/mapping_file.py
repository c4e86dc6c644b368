"""A column mapping as a small JSON document: how people write one down, and what is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import available_timezones

from dispatch.requests import errors
from dispatch.requests.channels import Channel
from dispatch.requests.mapping import DATE_FORMATS, FIELDS, ISO, REQUIRED, STATUSES, ColumnMapping
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.work_orders.lifecycle import Status
from kernel.errors import FieldProblem

MEMBERS = (
    "source",
    "timezone",
    "encoding",
    "delimiter",
    "columns",
    "date_formats",
    "values",
    "defaults",
    "coordinate_system",
)
VALUES = ("status", "channel", "priority", "work_type")
DEFAULTS = ("channel", "priority", "work_type")
LONGEST_SOURCE, LONGEST_WORK_TYPE = 32, 48

EXAMPLE = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)

Word = TypeVar("Word", bound=StrEnum)


class _Problems:
    """Collects everything that is wrong, so that a person mends it in one go."""

    def __init__(self) -> None:
        self.found: list[FieldProblem] = []

    def add(self, path: str, detail: str) -> None:
        self.found.append(FieldProblem(path, errors.MAPPING_WRONG.code, detail))


def read_mapping(document: Any) -> ColumnMapping:
    """Read a mapping from JSON as parsed; docs/import.md describes its members.

    Raises Invalid (request.mapping_wrong) with everything that is wrong, each with its path.
    """
    problems = _Problems()
    given = _object(document, "", MEMBERS, problems)
    values = _object(given.get("values", {}), "/values", VALUES, problems)
    defaults = _object(given.get("defaults", {}), "/defaults", DEFAULTS, problems)
    mapping = ColumnMapping(
        source=_text(given.get("source"), "/source", LONGEST_SOURCE, problems),
        timezone=_timezone(given.get("timezone"), problems),
        columns=_columns(given.get("columns"), problems),
        date_formats=_formats(given.get("date_formats", list(DATE_FORMATS)), problems),
        encoding=_encoding(given.get("encoding", "utf-8-sig"), problems),
        delimiter=_delimiter(given.get("delimiter", ","), problems),
        statuses=_values(values, "status", _status, problems),
        channels=_values(values, "channel", _word(Channel), problems),
        priorities=_values(values, "priority", _word(Priority), problems),
        work_types=_values(values, "work_type", _work_type, problems),
        default_channel=_default(defaults, "channel", _word(Channel), problems) or Channel.INTEGRATOR,
        default_priority=_default(defaults, "priority", _word(Priority), problems) or Priority.ROUTINE,
        default_work_type=_default(defaults, "work_type", _work_type, problems),
        coordinate_system=_default(given, "coordinate_system", _word(CoordinateSystem), problems, "")
        or CoordinateSystem.WGS84,
    )
    if problems.found:
        detail = "; ".join(f"{problem.path or '/'}: {problem.detail}" for problem in problems.found)
        raise errors.MAPPING_WRONG(detail, fields=tuple(problems.found))
    return mapping


def write_mapping(mapping: ColumnMapping) -> dict[str, Any]:
    """Write a mapping as a JSON document; `read_mapping` of it gives the mapping again."""
    defaults = {"channel": mapping.default_channel.value, "priority": mapping.default_priority.value}
    if mapping.default_work_type is not None:
        defaults["work_type"] = mapping.default_work_type
    return {
        "source": mapping.source,
        "timezone": mapping.timezone,
        "encoding": mapping.encoding,
        "delimiter": mapping.delimiter,
        "columns": dict(mapping.columns),
        "date_formats": list(mapping.date_formats),
        "values": {
            "status": {text: status.value for text, status in mapping.statuses.items()},
            "channel": {text: channel.value for text, channel in mapping.channels.items()},
            "priority": {text: priority.value for text, priority in mapping.priorities.items()},
            "work_type": dict(mapping.work_types),
        },
        "defaults": defaults,
        "coordinate_system": mapping.coordinate_system.value,
    }


def _object(value: Any, path: str, members: tuple[str, ...], problems: _Problems) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        problems.add(path, "expected an object")
        return {}
    for name in value:
        if name not in members:
            problems.add(f"{path}/{name}", f"is not known here; there are {', '.join(members)}")
    return value


def _text(value: Any, path: str, longest: int, problems: _Problems) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        problems.add(path, f"expected a text of 1 to {longest} characters")
        return ""
    return value.strip()


def _timezone(value: Any, problems: _Problems) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        problems.add("/timezone", f"{value!r} is no IANA time zone such as Asia/Shanghai")
        return "UTC"
    return value


def _columns(value: Any, problems: _Problems) -> dict[str, str]:
    columns = _object(value, "/columns", FIELDS, problems)
    for name in REQUIRED:
        if name not in columns:
            problems.add(f"/columns/{name}", "is needed")
    if ("lat" in columns) != ("lon" in columns):
        problems.add("/columns", "lat and lon go together")
    return {
        name: _text(column, f"/columns/{name}", 200, problems) for name, column in columns.items() if name in FIELDS
    }


def _formats(value: Any, problems: _Problems) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        problems.add("/date_formats", "expected a list of formats")
        return DATE_FORMATS
    for nth, one in enumerate(value):
        if one != ISO and not _reads_back(one):
            problems.add(f"/date_formats/{nth}", f"{one!r} is neither iso nor a format such as %Y-%m-%d %H:%M:%S")
    return tuple(value)


def _reads_back(form: str) -> bool:
    """Tell whether `strptime` with this format finds at least the day that `strftime` wrote."""
    try:
        return datetime.strptime(EXAMPLE.strftime(form), form).date() == EXAMPLE.date()  # noqa: DTZ007
    except ValueError:
        return False


def _encoding(value: Any, problems: _Problems) -> str:
    try:
        if isinstance(value, str):
            "".encode(value)
            return value
    except LookupError:
        pass
    problems.add("/encoding", f"{value!r} is no encoding such as utf-8-sig or gb18030")
    return "utf-8-sig"


def _delimiter(value: Any, problems: _Problems) -> str:
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n':
        return value
    problems.add("/delimiter", "expected one character, such as a comma, a semicolon or a tab")
    return ","


def _values(values: Mapping[str, Any], name: str, read: Callable[[Any], Any], problems: _Problems) -> dict[str, Any]:
    given = values.get(name, {})
    if not isinstance(given, Mapping):
        problems.add(f"/values/{name}", "expected an object")
        return {}
    return {text: _read(value, f"/values/{name}/{text}", read, problems) for text, value in given.items()}


def _default(
    given: Mapping[str, Any], name: str, read: Callable[[Any], Any], problems: _Problems, above: str = "/defaults"
) -> Any:
    return None if given.get(name) is None else _read(given[name], f"{above}/{name}", read, problems)


def _read(value: Any, path: str, read: Callable[[Any], Any], problems: _Problems) -> Any:
    try:
        return read(value)
    except ValueError as wrong:
        problems.add(path, str(wrong))
        return None


def _word(enum: type[Word]) -> Callable[[Any], Word]:
    def read(value: Any) -> Word:
        if value not in set(enum):
            raise ValueError(f"{value!r} is none of {', '.join(enum)}")
        return enum(value)

    return read


def _status(value: Any) -> Status:
    if value not in STATUSES:
        raise ValueError(f"{value!r} is none of {', '.join(STATUSES)}")
    return Status(value)


def _work_type(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORK_TYPE:
        raise ValueError(f"expected the code of a work type, 1 to {LONGEST_WORK_TYPE} characters")
    return value
