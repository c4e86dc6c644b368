"""The frame of a sampling plan: what could be drawn, with strata, weights and their reasons; and its digest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from checklists.canonical import digest_of
from checklists.review.states import Risk
from kernel.clock import iso


@dataclass(frozen=True, slots=True)
class Found:
    """A risk that was found in a piece of work, and the facts that show it."""

    risk: Risk
    detail: Mapping[str, Any]

    def written(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"risk": self.risk.value, **self.detail}


@dataclass(frozen=True, slots=True)
class Eligible:
    """A finished run that can be drawn. `weight` is 1 without any risk; times are aware."""

    work_order_id: UUID
    run_id: UUID
    zone_id: UUID | None
    technician_id: UUID
    work_type: str
    completed_at: datetime
    weight: int
    risks: Sequence[Mapping[str, Any]] = ()

    @property
    def stratum(self) -> tuple[str, str, str]:
        """The layer it is in: zone, technician, and kind of work."""
        return (str(self.zone_id), str(self.technician_id), self.work_type)


def weight_of(risks: Iterable[Found], weights: Mapping[Risk, int]) -> int:
    """Return the weight of a piece of work: 1, and what each kind of risk adds."""
    return 1 + sum(weights[risk] for risk in {found.risk for found in risks})


def frame_digest(frame: Iterable[Eligible]) -> bytes:
    """Return the SHA-256 of a frame in canonical JSON, by order; the order in which it comes makes no difference."""
    rows = [
        [
            str(one.work_order_id),
            str(one.run_id),
            *one.stratum,
            iso(one.completed_at),
            one.weight,
            [dict(risk) for risk in one.risks],
        ]
        for one in sorted(frame, key=lambda one: one.work_order_id)
    ]
    return digest_of(rows)
