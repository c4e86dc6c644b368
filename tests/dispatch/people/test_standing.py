"""Technicians and the territory: they go with their group."""

import pytest

from dispatch.people import queries, service
from dispatch.people.standing import on_appointed
from dispatch.territory.events import Appointed
from dispatch.territory.moving import ZoneTarget, move_group, move_zones
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.beat import make_beat


def test_technicians_go_with_their_group_and_not_with_a_zone(uow):
    beat = make_beat(uow)
    here, other = beat.groups
    there = factories.station(uow, beat.region_id)
    move_group(uow, group_id=here.id, station_id=there)
    posts = queries.posts_of(uow, [*here.technicians, *other.technicians])
    assert {posts[key] for key in here.technicians} == {(there, here.id)}
    assert {posts[key] for key in other.technicians} == {(beat.station_id, other.id)}
    assert {f"user:{key}" for key in here.technicians} <= {one.scope for one in uow.changes if one.type == "me"}
    move_zones(uow, targets=[ZoneTarget(here.zones[0], other.id)], size_reason="x")
    assert queries.posts_of(uow, here.technicians)[here.technicians[0]] == (there, here.id)


def test_who_left_has_no_post_and_gets_no_duty(uow):
    beat = make_beat(uow, 1)
    gone = beat.groups[0].technicians[1]
    service.leave(uow, technician_id=gone)
    assert queries.posts_of(uow, [gone]) == {}
    with pytest.raises(DomainError) as caught:
        on_appointed(uow, Appointed((gone,)))
    assert caught.value.code == "people.left"
