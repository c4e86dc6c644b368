"""The indexes a process keeps: right after every change, in every transaction, and never too many; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from dispatch.territory import ground, queries, service
from dispatch.territory.ground import GroundCache, zone_index
from dispatch.territory.importing import import_zones
from dispatch.territory.zone_index import ZoneIndex
from kernel.actor import Level, system_actor
from tests import factories
from tests.statements import recorded

HERE = (33.78, 119.26)
THERE = (33.88, 119.36)


def square(at):
    return factories.square(*at)


def found(reading, region_id, at=HERE):
    return [zone.id for zone in queries.zones_at(reading, region_id, *at)]


@pytest.fixture
def drawn(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        service.redraw_zone(uow, zone_id=place.zone_id, boundary=square(HERE))
    return place


def test_every_change_of_the_ground_shows_at_once(uow):
    place = factories.places(uow)
    region = place.region_id
    assert found(uow, region) == []
    service.redraw_zone(uow, zone_id=place.zone_id, boundary=square(HERE))
    assert found(uow, region) == [place.zone_id]
    other = factories.zone(uow, place.group_id, boundary=square(HERE))
    assert found(uow, region) == sorted([place.zone_id, other])
    service.redraw_zone(uow, zone_id=place.zone_id, boundary=square(THERE))
    assert found(uow, region) == [other]
    service.retire(uow, level=Level.ZONE, place_id=other, size_reason="x")
    assert found(uow, region) == []
    feature = {"type": "Feature", "properties": {"code": "N1"}, "geometry": square(HERE)}
    document = {"type": "FeatureCollection", "features": [feature]}
    import_zones(uow, station_id=place.station_id, document=document)
    (imported,) = queries.zones_at(uow, region, *HERE)
    assert imported.code == "N1"
    feature["geometry"] = square(THERE)
    import_zones(uow, station_id=place.station_id, document=document)
    assert found(uow, region) == []


def test_a_change_that_rolls_back_leaves_nothing_in_memory(runtime, drawn):
    region = drawn.region_id

    def redraw_and_give_up():
        with runtime.unit_of_work(system_actor()) as uow:
            service.redraw_zone(uow, zone_id=drawn.zone_id, boundary=square(THERE))
            assert found(uow, region, THERE) == [drawn.zone_id]
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            redraw_and_give_up()
        with runtime.reading(system_actor()) as reading:
            assert found(reading, region) == [drawn.zone_id]
            assert found(reading, region, THERE) == []


def test_another_process_is_noticed_by_the_token_alone(runtime, drawn):
    with runtime.reading(system_actor()) as reading:
        assert found(reading, drawn.region_id) == [drawn.zone_id]
    kept, ground.CACHE = ground.CACHE, GroundCache()  # as in a process that knows nothing of ours
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            service.redraw_zone(uow, zone_id=drawn.zone_id, boundary=square(THERE))
            assert found(uow, drawn.region_id, THERE) == [drawn.zone_id]
    finally:
        ground.CACHE = kept
    with runtime.reading(system_actor()) as reading:
        assert found(reading, drawn.region_id) == []
        assert found(reading, drawn.region_id, THERE) == [drawn.zone_id]


def test_a_question_takes_two_small_statements_and_reads_no_boundary(uow):
    place = factories.places(uow)
    service.redraw_zone(uow, zone_id=place.zone_id, boundary=square(HERE))
    found(uow, place.region_id)
    with recorded(uow.session) as statements:
        assert found(uow, place.region_id) == [place.zone_id]
    assert len(statements) == 2
    assert not any("boundary" in one for one in statements)


def test_a_map_for_an_import_takes_two_statements_however_many_zones(uow):
    place = factories.places(uow)
    for _ in range(4):
        factories.zone(uow, place.group_id, boundary=square(HERE))
    assert len(queries.zone_map(uow, place.region_id).zones) == 5
    with recorded(uow.session) as statements:
        assert len(queries.zone_map(uow, place.region_id).index) == 4
    assert len(statements) == 2


def test_the_answer_is_right_while_another_transaction_redraws(runtime, drawn):
    if runtime.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite a reader sees one moment anyway")
    region = drawn.region_id
    for at, other in ((THERE, HERE), (HERE, THERE)) * 3:
        with runtime.reading(system_actor()) as reading:
            before = zone_index(reading, region)
            with runtime.unit_of_work(system_actor()) as uow:
                service.redraw_zone(uow, zone_id=drawn.zone_id, boundary=square(at))
            assert before.find(*other) == (drawn.zone_id,)
            assert found(reading, region, at) == [drawn.zone_id]
            assert found(reading, region, other) == []


def test_many_threads_that_want_an_index_build_it_once(runtime, drawn):
    cache = GroundCache()
    built = []

    def build():
        built.append(1)
        return ZoneIndex({drawn.zone_id: square(HERE)})

    token = UUID(int=1)
    with ThreadPoolExecutor(8) as threads:
        indexes = list(threads.map(lambda _: cache.get(drawn.region_id, token, build), range(40)))
    assert len(built) == 1
    assert len({id(one) for one in indexes}) == 1


def test_memory_is_bounded_and_what_was_used_last_stays():
    cache = GroundCache(most_positions=12)
    built = []

    def get(n, token=0):
        def build():
            built.append(n)
            return ZoneIndex({UUID(int=n): square(HERE)})

        return cache.get(UUID(int=n), UUID(int=token), build)

    get(1), get(2), get(1), get(3)  # 2 has to go
    assert cache.positions == 10
    get(1), get(3)
    assert built == [1, 2, 3]
    get(2)
    assert built == [1, 2, 3, 2]
    get(2, token=9)  # a new one takes the place of the old one
    assert cache.positions == 10
