"""Removes assets that an import made and that nothing has happened to since."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, func, select

from dispatch.assets.models import Asset, AssetStay
from dispatch.assets.queries import in_scope
from kernel.database import one_of
from kernel.unit_of_work import Reading, UnitOfWork


def untouched(reading: Reading, asset_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these assets in the actor's scope that were never corrected and never moved. One statement."""
    stays = (
        select(func.count())
        .where(AssetStay.asset_id == Asset.id, AssetStay.work_order_id.is_(None))
        .correlate(Asset)
        .scalar_subquery()
    )
    statement = select(Asset.id).where(
        one_of(reading.session, Asset.id, asset_ids), in_scope(reading), Asset.version == 1, stays == 1
    )
    return set(reading.session.scalars(statement))


def remove(uow: UnitOfWork, asset_ids: Collection[UUID]) -> None:
    """Delete assets with where they were. Two statements."""
    for column in (AssetStay.asset_id, Asset.id):
        model = column.class_
        where = one_of(uow.session, column, asset_ids)
        uow.session.execute(delete(model).where(where).execution_options(synchronize_session=False))
