from datetime import timedelta

from dispatch.territory import service
from dispatch.territory.deputising import zones_managed_by
from dispatch.territory.duties import DutyKind
from kernel.actor import Level
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

DAY = timedelta(days=1)


def test_the_zones_of_people_come_with_their_deputies_of_that_time(uow):
    here = factories.places(uow)
    second = factories.zone(uow, here.group_id)
    ann, ben, cyd = (factories.user(uow, region_id=here.region_id) for _ in range(3))
    for zone_id in (here.zone_id, second):
        service.appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    later = NOW + 10 * DAY
    service.appoint(uow, place_id=here.zone_id, kind=DutyKind.DEPUTY, user_id=ben)
    service.appoint(uow, place_id=here.zone_id, kind=DutyKind.DEPUTY, user_id=cyd, valid_from=later)
    with recorded(uow.session) as sql:
        found = {one.zone_id: one for one in zones_managed_by(uow, [ann, ben], NOW + DAY, NOW + 5 * DAY)}
    assert len(sql) == 2
    assert set(found) == {here.zone_id, second}
    assert [(one.user_id, one.valid_to) for one in found[here.zone_id].deputies] == [(ben, later)]
    assert (found[second].deputies, found[second].manager_id) == ((), ann)
    long = {one.zone_id: one for one in zones_managed_by(uow, [ann], NOW, later + DAY)}
    assert [one.user_id for one in long[here.zone_id].deputies] == [ben, cyd]
    assert zones_managed_by(uow, [ann], NOW - 5 * DAY, NOW) == ()
    service.retire(uow, level=Level.ZONE, place_id=second, size_reason="two villages became one")
    assert [one.zone_id for one in zones_managed_by(uow, [ann], NOW, later)] == [here.zone_id]
