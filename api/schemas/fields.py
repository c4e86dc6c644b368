"""The kinds of values in bodies and queries, each checked as strictly as the store below needs it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.pages import DEFAULT_LIMIT, MAX_CURSOR, MAX_LIMIT, Cursor
from dispatch.territory.coordinates import CoordinateSystem
from kernel.clock import iso
from kernel.ordering import Sorts

MAX_DEPTH = 40
MAX_NUMBER = 2**53 - 1
SORT = "sort"
INCLUDE = "include"


class Text(fields.String):
    """Text without a NUL (PostgreSQL stores none), of a length between bounds, without blanks around it."""

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("Not a valid string: it holds a NUL.")
        return text.strip()


class Secret(fields.String):
    """Text that is taken exactly as it was typed, and never shown."""

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        metadata = {"format": "password", **options.pop("metadata", {})}
        super().__init__(
            validate=validate.Length(min=shortest, max=longest), load_only=True, metadata=metadata, **options
        )


class Moment(fields.AwareDateTime):
    """An aware time; shown in UTC, to the millisecond, with `Z`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else iso(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Not a valid datetime.") from error


class Clock(fields.String):
    """A time of the day without a date, `HH:MM`; the zone is that of the region."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            if len(text) != 5:
                raise ValueError
            return time.fromisoformat(text)
        except ValueError as error:
            raise ValidationError("Not a time of the day such as 07:30.") from error


class Word(fields.Enum[StrEnum]):
    """A member of an enum by its value; shown as it is stored."""

    def __init__(self, enum: type[StrEnum], **options: Any) -> None:
        super().__init__(enum, by_value=True, metadata={"type": "string", **options.pop("metadata", {})}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)


class Whole(fields.Integer):
    """A whole number between bounds; `strict` in bodies, where "1" and 1.0 are none."""

    def __init__(self, low: int = 0, high: int = MAX_NUMBER, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(low, high), **options)


class Flag(fields.Boolean):
    """True or false in a body, where "yes" and 1 are neither."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Degrees(fields.Float):
    """A latitude or longitude in WGS 84 degrees."""

    def __init__(self, bound: int, **options: Any) -> None:
        super().__init__(allow_nan=False, validate=validate.Range(-bound, bound), **options)


def system_field(**options: Any) -> Word:
    """Make the field in which a caller declares what the positions beside it count from."""
    about = "What the positions beside it are given in: WGS 84 unless declared; they are kept, and shown, in WGS 84."
    return Word(CoordinateSystem, metadata={"description": about}, **options)


class Json(fields.Dict):
    """A JSON object of any content that the store can keep: no NUL, no depth without end, no number beyond 2^53."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        found: Any = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        check_json(found)
        return found


class JsonValue(fields.Raw):
    """Any JSON value that the store can keep."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        check_json(value)
        return value


class JsonList(JsonValue):
    """A JSON array of any content that the store can keep; what is in it the slice checks."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise ValidationError("Not a valid list.")
        return super()._deserialize(value, attr, data, **kwargs)


def check_json(value: Any, depth: int = 0) -> None:
    """Check that a JSON value can be stored. Raises ValidationError."""
    if depth > MAX_DEPTH:
        raise ValidationError(f"Longer than maximum depth {MAX_DEPTH}.")
    if isinstance(value, str) and "\0" in value:
        raise ValidationError("Not a valid string: it holds a NUL.")
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise ValidationError(f"Must be less than or equal to {MAX_NUMBER}.")
    if isinstance(value, Mapping):
        for key, one in value.items():
            check_json(key, depth + 1)
            check_json(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            check_json(one, depth + 1)


class After(fields.Field[tuple[Any, ...]]):
    """A cursor of one list, as its last page gave it."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        about = "Where the page begins: `next` of the page before it, unchanged."
        super().__init__(load_default=None, metadata={"type": "string", "maxLength": MAX_CURSOR, "description": about})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        sorts = self.cursor.sorts
        # As webargs has it, a member that is missing is there with a value that says so.
        sort = data[SORT] if sorts and data and SORT in data else None
        if sorts is None or not isinstance(sort, str):
            return self.cursor.read(value)
        # What is no order at all is refused at its own member.
        return self.cursor.read(value, sorts.plain(sort)) if sort in sorts.words else None


class Sort(fields.String):
    """The order of a list: a member of its items, with a minus for the other way; None where it is the list's own anyway."""

    def __init__(self, sorts: Sorts) -> None:
        self.sorts = sorts
        usual = next((word for word in sorts.words if sorts.plain(word) is None), None)
        about = [
            "By which member of the items, with `-` downwards. What has none comes last, whichever way; ties go by `id`.",
            f"Without it as with `{usual}`." if usual else "Without it by `id`.",
        ]
        if sorts.narrow:
            names = ", ".join(f"`{name}`" for name in sorted(name for name in sorts.narrow if name[0] != "-"))
            about.append(f"{names} only for a part of the list (docs/api.md); 422 `sort.too_wide` otherwise.")
        known = validate.OneOf(sorts.words)
        # A call, for the description shows no default then.
        super().__init__(load_default=lambda: None, validate=known, metadata={"description": " ".join(about)})

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the word, once it is known to be one of the list's, or None for the list's own order."""
        return self.sorts.plain(super().deserialize(value, attr, data, **kwargs))


class PageQuery(Schema):
    """What every list is asked with; `after` is declared by each list with its own cursor."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT),
        metadata={"description": "How many items at most."},
    )
    after: fields.Field[Any] = fields.Raw(load_default=None)


def page_query(cursor: Cursor, name: str, **filters: fields.Field[Any]) -> type[Schema]:
    """Make the query of a list: its cursor, its orders if there are several, and its filters."""
    order = {} if cursor.sorts is None else {SORT: Sort(cursor.sorts)}
    return type(name, (PageQuery,), {"after": After(cursor), "__doc__": "The query of a list.", **order, **filters})


def page_of(item: type[Schema], name: str) -> type[Schema]:
    """Make the form of a page of items."""
    about = "The cursor of the next page, for `after`; null on the last page."
    return type(
        name,
        (Schema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True, metadata={"description": about}),
            "__doc__": "A page of a list.",
        },
    )


class Hex(fields.String):
    """A digest, shown as hexadecimal."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.hex() if isinstance(value, bytes) else None
