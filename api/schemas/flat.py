"""Details that are shown as one object: a row of the list, and what the detail adds to it."""

from typing import Any

from marshmallow import Schema, missing


class Flat(Schema):
    """Writes a detail whose `row` holds the members that lists show."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Look in the detail first, then in its row."""
        found = super().get_attribute(obj, attr, missing)
        if found is not missing:
            return found
        row = super().get_attribute(obj, "row", None)
        return default if row is None else super().get_attribute(row, attr, default)
