from dispatch.people import service as people
from dispatch.people.workforce import workers
from tests import factories


def test_the_workforce_is_who_works_there_now_and_whoever_is_asked_for_besides(uow):
    place = factories.places(uow)
    here, gone = factories.technician(uow, place), factories.technician(uow, place)
    far = factories.technician(uow, factories.places(uow, region_id=place.region_id))
    people.leave(uow, technician_id=gone)

    def found(**wanted):
        return {row.id for row in uow.session.execute(workers(uow, **wanted))}

    assert found(station_ids=[place.station_id]) == {here}
    assert found(region_ids=[place.region_id]) == {here, far}
    assert found(station_ids=[place.station_id], also=[gone, far]) == {here, gone, far}
    assert found() == set()
