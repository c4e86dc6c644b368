"""Everything with places follows a move: no table of any room is forgotten."""

import re

from dispatch.territory.moving import ZoneTarget, move_group, move_zones
from kernel.actor import system_actor
from kernel.clock import FixedClock
from migrations.tables import METADATA
from sync.reactions import HANDLERS
from tests import factories
from tests.conftest import NOW
from tests.dispatch.beat import make_beat
from tests.statements import recorded
from tests.sync.world import wired


def test_every_table_with_places_follows_zones_and_groups_that_move(settings):
    runtime = wired(settings, FixedClock(NOW))
    with runtime.unit_of_work(system_actor()) as uow:
        beat = make_beat(uow)
        uow.handlers = HANDLERS
        there = factories.station(uow, beat.region_id)
        with recorded(uow.session) as seen:
            move_zones(uow, targets=[ZoneTarget(beat.groups[0].zones[0], beat.groups[1].id)], size_reason="x")
            move_group(uow, group_id=beat.groups[0].id, station_id=there)
    runtime.close()
    updated = {match[1] for statement in seen if (match := re.match(r"\s*UPDATE (\w+) SET .*station_id", statement))}
    placed = {
        table.name
        for table in METADATA.sorted_tables
        if "station_id" in table.columns and {"group_id", "zone_id"} & set(table.columns.keys())
    }
    assert placed - updated == set(), "let these follow: a handler of PlacesMoved that calls territory.following.follow"
    assert {"zones", "work_orders", "sync_conflicts"} <= placed
