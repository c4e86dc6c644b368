"""Whether somebody whom a person chose may have an order: what can never be passed over, and what takes a reason."""

from dataclasses import dataclass
from uuid import UUID

from dispatch.assignment.gathering import Case
from dispatch.assignment.hard_rules import Barrier
from dispatch.assignment.ranking import Ranking, rank


@dataclass(frozen=True, slots=True)
class Fitness:
    """What speaks against a choice. `not_best` tells that somebody else has more points."""

    barred: tuple[Barrier, ...] = ()
    passable: tuple[Barrier, ...] = ()
    not_best: bool = False

    @property
    def wants_reason(self) -> bool:
        """Whether a person has to say why they choose so all the same."""
        return bool(self.passable) or self.not_best


def fitness_of(case: Case, user_id: UUID, ranking: Ranking | None = None) -> Fitness | None:
    """Say what speaks against somebody; None when they were not looked at: not in scope, or no technician."""
    ranking = ranking or rank(case.work, case.crowd.values(), case.rule)
    chosen = next((one for one in ranking.candidates if one.technician_id == user_id), None)
    best = next(iter(ranking.candidates), None)
    if chosen is not None:
        return Fitness(not_best=best is not None and best.score > chosen.score)
    excluded = next((one for one in ranking.excluded if one.technician_id == user_id), None)
    if excluded is None:
        return None
    passable = tuple(one for one in excluded.barriers if one.why in case.rule.overridable)
    barred = tuple(one for one in excluded.barriers if one.why not in case.rule.overridable)
    return Fitness(barred, passable, best is not None)
