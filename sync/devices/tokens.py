"""The secrets of phones. A new one does not end the old one before it is used: the answer that carries it may get lost."""

from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, and_, bindparam, delete, or_, select, update

from kernel.database import UTCDateTime
from kernel.direct import Prepared
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork
from sync.devices.calling import Phone
from sync.devices.models import DeviceToken

UNUSED = 4
"""How many secrets of a phone may wait for their first use: a registration that is repeated makes one each time."""


def issue(uow: UnitOfWork, device_id: UUID) -> str:
    """Give a phone whose row is locked one more secret, and return it; too old ones that were never used end."""
    waiting = uow.session.scalars(
        select(DeviceToken.token_hash)
        .where(DeviceToken.device_id == device_id, DeviceToken.used_at.is_(None))
        .order_by(DeviceToken.issued_at.desc(), DeviceToken.token_hash)
        .offset(UNUSED - 1)
    ).all()
    if waiting:
        uow.session.execute(delete(DeviceToken).where(DeviceToken.token_hash.in_(waiting)))
    token = new_secret()
    uow.session.add(DeviceToken(token_hash=secret_digest(token), device_id=device_id, issued_at=uow.now))
    return token


def take_into_use(uow: UnitOfWork, phone: Phone) -> None:
    """Note that a phone uses this secret now: those that it used before, and older ones, end. Nothing when it is in use."""
    if phone.fresh_token is None:
        return
    values = {"token": phone.fresh_token, "device": phone.id, "at": uow.now}
    _END_OTHERS.rows(uow.session, token=phone.fresh_token, device=phone.id)
    _USE.rows(uow.session, **values)


def end_all(uow: UnitOfWork, device_id: UUID) -> None:
    """End every secret of a phone."""
    uow.session.execute(delete(DeviceToken).where(DeviceToken.device_id == device_id))


_THIS = bindparam("token", type_=LargeBinary())
_ISSUED = select(DeviceToken.issued_at).where(DeviceToken.token_hash == _THIS).scalar_subquery()
_END_OTHERS = Prepared(
    delete(DeviceToken.__table__).where(  # type: ignore[arg-type]
        and_(
            DeviceToken.device_id == bindparam("device", type_=Uuid()),
            DeviceToken.token_hash != _THIS,
            or_(DeviceToken.used_at.is_not(None), DeviceToken.issued_at <= _ISSUED),
        )
    )
)
_USE = Prepared(
    update(DeviceToken.__table__)  # type: ignore[arg-type]
    .where(DeviceToken.device_id == bindparam("device", type_=Uuid()), DeviceToken.token_hash == _THIS)
    .values(used_at=bindparam("at", type_=UTCDateTime()))
)
