"""Options that several kinds of imports have: the system that a table comes from, and what its positions are given in."""

from collections.abc import Sequence

from dispatch.imports import errors
from dispatch.imports.kinds.kind import Plan
from dispatch.territory.coordinates import CoordinateSystem

SOURCE, COORDINATES, ASSIGN = "source", "coordinate_system", "assign"
LONGEST_SOURCE = 32
IMPORT = "import"


class Options:
    """Options of one import, checked. Raises Invalid (import.option_wrong) with the path."""

    def __init__(self, plan: Plan, known: Sequence[str]) -> None:
        for name in plan.options:
            if name not in known:
                raise errors.OPTION_WRONG(
                    "there are " + ", ".join(known) if known else "there are none", path=f"/options/{name}"
                )
        source = plan.options.get(SOURCE, IMPORT)
        if not isinstance(source, str) or not 1 <= len(source.strip()) <= LONGEST_SOURCE or not source.isprintable():
            raise errors.OPTION_WRONG(f"a text of 1 to {LONGEST_SOURCE} characters", path=f"/options/{SOURCE}")
        self.source = source.strip()
        system = plan.options.get(COORDINATES, CoordinateSystem.WGS84.value)
        if system not in list(CoordinateSystem):
            raise errors.OPTION_WRONG("one of " + ", ".join(CoordinateSystem), path=f"/options/{COORDINATES}")
        self.coordinates = CoordinateSystem(system)
        assign = plan.options.get(ASSIGN, True)
        if not isinstance(assign, bool):
            raise errors.OPTION_WRONG("true or false", path=f"/options/{ASSIGN}")
        self.assign = assign
