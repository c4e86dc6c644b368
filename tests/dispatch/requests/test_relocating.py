"""Service requests go with their zone, old ones too."""

from dispatch.requests import service
from dispatch.requests.models import ServiceRequest
from dispatch.requests.receiving import NewRequest
from dispatch.territory.moving import ZoneTarget, move_zones
from tests.dispatch.beat import REPAIR, make_beat


def test_requests_get_the_places_of_their_zone(uow):
    beat = make_beat(uow)
    here, there = beat.groups
    request = NewRequest(REPAIR, "无信号", zone_id=here.zones[0], contact_phone="139 0000 0001")
    received = service.receive(uow, request=request)
    move_zones(uow, targets=[ZoneTarget(here.zones[0], there.id)], size_reason="x")
    assert uow.session.get(ServiceRequest, received.request_id).group_id == there.id
