"""Details that are shown as one object: a row of the list, what the detail adds to it, and what it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, missing


@dataclass(frozen=True, slots=True)
class Joined:
    """A row, or a detail with a row, together with things of other slices that it refers to."""

    row: Any
    others: Mapping[str, Any]


class Flat(Schema):
    """Writes a detail whose `row` holds the members that lists show."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Look in the detail first, then in its row."""
        if isinstance(obj, Joined) and attr in obj.others:
            return obj.others[attr]
        found = super().get_attribute(obj, attr, missing)
        if found is not missing:
            return found
        row = super().get_attribute(obj, "row", None)
        return default if row is None else self.get_attribute(row, attr, default)
