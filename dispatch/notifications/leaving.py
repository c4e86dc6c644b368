"""What becomes of the ways to reach somebody who left."""

from sqlalchemy import delete

from dispatch.accounts.events import AccountClosed
from dispatch.notifications.kinds import Owner
from dispatch.notifications.models import NotificationChannel, QuietTime
from kernel.unit_of_work import UnitOfWork


def on_account_closed(uow: UnitOfWork, event: AccountClosed) -> None:
    """Forget the addresses of somebody whose account was closed: they get no notices, and the addresses are their own."""
    mine = (NotificationChannel.owner_kind == Owner.PERSON.value, NotificationChannel.owner_id == event.user_id)
    uow.session.execute(delete(NotificationChannel).where(*mine))
    uow.session.execute(delete(QuietTime).where(QuietTime.user_id == event.user_id))
