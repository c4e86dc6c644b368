"""What a look is that doctor takes, and how it tells what it found."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kernel.runtime import Runtime


class State(StrEnum):
    """How something is: well, worth a look, or wrong."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found, and, unless all is well, what to do about it."""

    name: str
    state: State
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: `needs` names the one that must have found all well, or else there is nothing to see."""

    name: str
    take: Callable[[Runtime], Finding]
    needs: str | None = None
