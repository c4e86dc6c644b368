"""Related things that come within items: `?include=asset,requests`, each as its own operation shows it, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api import calling
from api.schemas.fields import INCLUDE
from api.schemas.flat import Flat, Joined
from api.schemas.marks import INCLUDED
from kernel.unit_of_work import Reading

Load = Callable[[Reading, Sequence[Any]], Mapping[UUID, Any]]
"""Reads what belongs to each of these rows, by the rows' ids, with a number of statements that does not grow with them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that may come with items: its form, what reads it, and the scope that a key needs for it besides.

    `many` are lists, which may be empty; what is one is null where there is none, or none that the caller may see.
    """

    form: type[Schema]
    load: Load
    about: str
    scope: str | None = None
    many: bool = False


def by(column: str, find: Callable[[Reading, set[UUID]], Mapping[Any, Any]]) -> Load:
    """Return what reads one thing for each row, by the id that a column of the row holds."""

    def load(reading: Reading, rows: Sequence[Any]) -> Mapping[UUID, Any]:
        named = {row.id: getattr(row, column) for row in rows if getattr(row, column) is not None}
        found = find(reading, set(named.values())) if named else {}
        return {key: found[one] for key, one in named.items() if one in found}

    return load


def of_all(find: Callable[[Reading, list[UUID]], Mapping[UUID, Any]]) -> Load:
    """Return what reads things by the ids of the rows."""
    return lambda reading, rows: find(reading, [row.id for row in rows]) if rows else {}


class Include(fields.List[str]):
    """Which parts to include, separated by commas."""

    def __init__(self, words: Sequence[str], description: str) -> None:
        super().__init__(
            fields.String(validate=validate.OneOf(words)),
            load_default=list,
            validate=validate.Length(max=len(words)),
            metadata={"description": description, "uniqueItems": True, "example": list(words[:2])},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        found: list[Any] = super()._deserialize(value.split(","), attr, data, **kwargs)
        return list(dict.fromkeys(found))

    is_multiple = False
    """One value with commas, so that a list of one and the present convention of `fields` are written alike."""


class Including:
    """The parts that the answers of an operation may include: a closed list."""

    def __init__(self, **parts: Part) -> None:
        self.parts = parts

    def query(self, name: str, form: type[Schema] = Schema) -> type[Schema]:
        """Make the query of an operation that takes `include`."""
        keyed = [f"`{name}` ({part.scope})" for name, part in self.parts.items() if part.scope]
        about = "What comes within each item, separated by commas: " + "; ".join(
            f"`{name}`, {part.about}" for name, part in self.parts.items()
        )
        needs = f". A key needs a further scope for {', '.join(keyed)}" if keyed else ""
        return type(name, (form,), {INCLUDE: Include(list(self.parts), about + needs + "."), "__doc__": form.__doc__})

    def item(self, name: str, form: type[Schema]) -> type[Schema]:
        """Make the form of an item with its parts, each there for who asks for it."""
        members = {word: self._member(word, part) for word, part in self.parts.items()}
        bases = (form,) if issubclass(form, Flat) else (Flat, form)
        return type(name, bases, {**members, "__doc__": form.__doc__})

    def complete(self, reading: Reading, rows: Sequence[Any], asked: Sequence[str]) -> tuple[Any, ...]:
        """Return rows with the parts that were asked for.

        Raises:
            Forbidden (keys.scope_missing): a key without the scope of a part.
        """
        if not asked:
            return tuple(rows)
        parts = {name: self.parts[name] for name in asked}
        calling.demand_scopes(frozenset(part.scope for part in parts.values() if part.scope))
        found = {name: part.load(reading, rows) for name, part in parts.items()}
        nothing = {name: () if part.many else None for name, part in parts.items()}
        return tuple(Joined(row, {name: found[name].get(row.id, nothing[name]) for name in parts}) for row in rows)

    def one(self, reading: Reading, row: Any, asked: Sequence[str]) -> Mapping[str, Any]:
        """Return the parts of one row that were asked for. Raises what `complete` does."""
        (found,) = self.complete(reading, [row], asked)
        return found.others if isinstance(found, Joined) else {}

    @staticmethod
    def _member(word: str, part: Part) -> fields.Field[Any]:
        about = {"description": f"With `include={word}` only: {part.about}.", INCLUDED: True}
        if part.many:
            return fields.List(fields.Nested(part.form), metadata=about)
        return fields.Nested(part.form, allow_none=True, metadata=about)
