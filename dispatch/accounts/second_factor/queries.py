"""Whether somebody has a second factor, since when, and with how many codes left."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from dispatch.accounts.models import User
from dispatch.accounts.second_factor.models import RecoveryCode, SecondFactor
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class FactorState:
    """`since` when a second factor is on (None: it is off), and how many recovery codes are left."""

    since: datetime | None
    recovery_codes_left: int

    @property
    def on(self) -> bool:
        """Whether signing in takes it."""
        return self.since is not None


def is_on() -> ColumnElement[bool]:
    """Return the condition that a person has a second factor, for a statement about `users`."""
    confirmed = select(SecondFactor.id).where(SecondFactor.id == User.id, SecondFactor.confirmed_at.is_not(None))
    return confirmed.exists()


def state_of(reading: Reading, user_id: UUID) -> FactorState:
    """Return how it stands with somebody, whose right to be asked about was checked. One statement."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id).scalar_subquery()
    since = select(SecondFactor.confirmed_at).where(SecondFactor.id == user_id).scalar_subquery()
    row = reading.session.execute(select(since.label("since"), left.label("left"))).one()
    return FactorState(row.since, row.left)
