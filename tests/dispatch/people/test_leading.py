from dispatch.people.authority import locked_staff
from dispatch.people.leading import leaders_of
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from tests import factories
from tests.statements import recorded


def test_whoever_leads_is_the_group_leader_or_else_the_station_manager_and_never_oneself(uow):
    here = factories.places(uow)
    ann, ben = (factories.technician(uow, here) for _ in range(2))

    def leaders():
        staff = locked_staff(uow, [ann, ben])
        with recorded(uow.session) as sql:
            found = leaders_of(uow, list(staff.values()))
        assert len(sql) == 1
        return found

    assert leaders() == {ann: (), ben: ()}
    manager = factories.user(uow, region_id=here.region_id)
    territory.appoint(uow, place_id=here.station_id, kind=DutyKind.STATION_MANAGER, user_id=manager)
    assert leaders() == {ann: (manager,), ben: (manager,)}
    territory.appoint(uow, place_id=here.group_id, kind=DutyKind.GROUP_LEADER, user_id=ann)
    assert leaders() == {ann: (manager,), ben: (ann,)}
