"""The life of an asset as one table: what may be done with it in which state, and where that leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.assets import errors


class AssetKind(StrEnum):
    """What sort of equipment an asset is."""

    SET_TOP_BOX = "set_top_box"
    MODEM = "modem"
    ONU = "onu"
    ROUTER = "router"
    AMPLIFIER = "amplifier"
    NODE = "node"
    UPS = "ups"
    METER = "meter"
    OTHER = "other"


class AssetState(StrEnum):
    """Where an asset is in its life. `swapped`: taken out for another one, and not yet dealt with."""

    IN_STOCK = "in_stock"
    INSTALLED = "installed"
    SWAPPED = "swapped"
    RETURNED = "returned"
    SCRAPPED = "scrapped"


class AssetCommand(StrEnum):
    """What may be done with an asset; its state is never set in another way. A swap does two of these at once."""

    INSTALL = "install"
    TAKE_OUT = "take_out"
    RESTOCK = "restock"
    RETURN = "return"
    SCRAP = "scrap"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    sources: frozenset[AssetState]
    target: AssetState


S = AssetState
TABLE: Mapping[AssetCommand, Step] = {
    AssetCommand.INSTALL: Step(frozenset({S.IN_STOCK}), S.INSTALLED),
    AssetCommand.TAKE_OUT: Step(frozenset({S.INSTALLED}), S.SWAPPED),
    AssetCommand.RESTOCK: Step(frozenset({S.INSTALLED, S.SWAPPED, S.RETURNED}), S.IN_STOCK),
    AssetCommand.RETURN: Step(frozenset({S.IN_STOCK, S.INSTALLED, S.SWAPPED}), S.RETURNED),
    AssetCommand.SCRAP: Step(frozenset({S.IN_STOCK, S.INSTALLED, S.SWAPPED, S.RETURNED}), S.SCRAPPED),
}


def decide(state: AssetState, command: AssetCommand, path: str = "/command") -> AssetState:
    """Return the state that a command leads to. Raises Conflict (asset.illegal) with what is possible now."""
    step = TABLE[command]
    if state not in step.sources:
        raise errors.ILLEGAL(
            f"{command} is not possible while the asset is {state}",
            path=path,
            state_now=state.value,
            allowed=sorted(one.value for one, row in TABLE.items() if state in row.sources),
        )
    return step.target
