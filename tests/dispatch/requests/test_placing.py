"""Where a request lies, and how that is known; on both databases."""

from dataclasses import replace

import pytest

from dispatch.requests.channels import Channel
from dispatch.requests.placing import place
from dispatch.requests.receiving import NewRequest
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.territory.deciding import keep_decision
from dispatch.territory.decisions import Whereabouts
from kernel.errors import DomainError
from tests import factories

HERE = {"lat": 33.80, "lon": 119.30}
PLAIN = NewRequest(work_type="repair", title="No picture")


@pytest.fixture
def zones(uow):
    """Two zones over the same ground, and a third beside them."""
    first = factories.places(uow)
    drawn = [
        factories.zone(uow, first.group_id, boundary=factories.square(lat, HERE["lon"]))
        for lat in (HERE["lat"], HERE["lat"], HERE["lat"] + 0.1)
    ]
    return first.region_id, drawn


def placed(uow, region_id, **values):
    return place(uow, replace(PLAIN, region_id=region_id, **values))


def test_one_zone_at_the_position_is_the_answer(uow, zones):
    region_id, (_, _, third) = zones
    found = placed(uow, region_id, lat=HERE["lat"] + 0.1, lon=HERE["lon"])
    assert (found.places.zone_id, found.zone_by, found.needs) == (third, ZoneBy.POSITION, None)


def test_somebody_who_is_there_is_asked_and_a_program_is_not(uow, zones):
    region_id, (first, second, _) = zones
    with pytest.raises(DomainError) as refused:
        placed(uow, region_id, **HERE)
    assert refused.value.code == "request.zone_ambiguous"
    assert {one["id"] for one in refused.value.extra["zones"]} == {str(first), str(second)}
    for unattended in ({"channel": Channel.INTEGRATOR}, {"attended": False}):
        found = placed(uow, region_id, **HERE, **unattended)
        assert (found.places.zone_id, found.places.region_id) == (None, region_id)
        assert found.needs is ZoneNeed.AMBIGUOUS
    with pytest.raises(DomainError):
        placed(uow, region_id, **HERE, channel=Channel.INTEGRATOR, attended=True)


def test_without_a_zone_the_reason_is_kept(uow, zones):
    region_id, _ = zones
    assert placed(uow, region_id, lat=40.0, lon=100.0).needs is ZoneNeed.OUTSIDE
    assert placed(uow, region_id, address="人民路 3 号").needs is ZoneNeed.UNLOCATED


def test_a_decision_is_followed_by_position_or_address(uow, zones):
    region_id, (first, second, _) = zones
    where = Whereabouts(HERE["lat"], HERE["lon"], "人民路 3 号")
    kept = keep_decision(uow, zone_id=second, where=where, zones=[first, second])
    found = placed(uow, region_id, **HERE)
    assert (found.places.zone_id, found.zone_by, found.decision_id) == (second, ZoneBy.DECISION, kept)


def test_a_named_zone_settles_what_the_map_cannot_and_only_that(uow, zones):
    region_id, (first, second, third) = zones
    found = placed(uow, region_id, **HERE, zone_id=second)
    assert (found.places.zone_id, found.zone_by) == (second, ZoneBy.GIVEN)
    assert set(found.settles.zones) == {first, second}
    assert placed(uow, region_id, **HERE, zone_id=second, attended=False).settles is None
    clear = placed(uow, region_id, lat=HERE["lat"] + 0.1, lon=HERE["lon"], zone_id=third)
    assert clear.settles is None
    assert placed(uow, region_id, zone_id=third).settles is None
    keep_decision(uow, zone_id=second, where=Whereabouts(**HERE), zones=[first, second])
    assert placed(uow, region_id, **HERE, zone_id=second).settles is None
    assert placed(uow, region_id, **HERE, zone_id=first).settles is not None


def test_a_site_without_a_zone_is_placed_by_its_own_position(uow, zones):
    region_id, (_, _, third) = zones
    at_large = factories.Places(region_id)
    customer_id = factories.customer(uow, at_large)
    site_id = factories.site(uow, customer_id, at_large, lat=HERE["lat"] + 0.1, lon=HERE["lon"])
    found = placed(uow, None, site_id=site_id)
    assert (found.places.zone_id, found.zone_by, found.customer_id) == (third, ZoneBy.POSITION, customer_id)
