"""Reviews go along when places move; whose group's work it was stays as it was then."""

from datetime import timedelta

from sqlalchemy import select

from checklists.review.models import Review, ReviewSlot
from checklists.review.sampling import service
from dispatch.territory import moving
from dispatch.territory.moving import ZoneTarget
from tests.conftest import NOW


def test_reviews_and_their_parts_follow_a_zone_that_moves(scene):
    (order_id,) = scene.finished(1, at=NOW - timedelta(days=1))
    service.spot_check(scene.operations, order_id=order_id)
    target = ZoneTarget(scene.home.zone_id, scene.far.group_id)
    moving.move_zones(scene.uow, targets=[target], size_reason="调整")
    for table in (Review, ReviewSlot):
        row = scene.uow.session.execute(select(table.group_id, table.station_id, table.technician_group_id)).one()
        assert tuple(row) == (scene.far.group_id, scene.far.station_id, scene.home.group_id)
