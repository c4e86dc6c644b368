"""Documents in the shapes of older schemas: one step down for each schema and collection that changed, kept while it is served.

Schema 2 tells the service clocks of an order by their names; schema 1 had them as a list.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sync.feed import errors

Document = Mapping[str, Any]
Step = Callable[[Document], Document]

NEWEST = 2
FIRST = 1


def _clocks_as_a_list(order: Document) -> Document:
    return {**order, "clocks": [{"clock": name, **clock} for name, clock in order["clocks"].items()]}


STEPS: Mapping[int, Mapping[str, Step]] = {1: {"work_orders": _clocks_as_a_list}}
"""By the schema that a step leads down to, from the next newer one."""


def steps_down(schema: int, *, oldest: int) -> Mapping[str, tuple[Step, ...]]:
    """Return what turns documents of today into those of a schema, by collection; a newer schema than ours gets ours.

    Raises Upgrade (upgrade-required): older than what is served.
    """
    if schema < max(FIRST, oldest):
        raise errors.UPGRADE(oldest=max(FIRST, oldest), newest=NEWEST, path="/schema")
    found: dict[str, tuple[Step, ...]] = {}
    for level in range(NEWEST - 1, schema - 1, -1):
        for collection, step in STEPS[level].items():
            found[collection] = (*found.get(collection, ()), step)
    return found


def served(schema: int) -> int:
    """Return the schema that a phone gets which asks for this one."""
    return min(schema, NEWEST)
