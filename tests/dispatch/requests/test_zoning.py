"""In which zone an imported request lies, rule by rule."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dispatch.csv_stream import Record
from dispatch.requests.channels import Channel
from dispatch.requests.mapping import ReadRow, Reason
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.requests.zoning import Found, NamedZone, NotFound, Prefer, ZoneNames, ZoneRule, choose_zone
from dispatch.sla.deadline import Priority
from dispatch.territory.decisions import Decision
from dispatch.work_orders.lifecycle import Status

EAST, WEST, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = ZoneNames(
    [
        NamedZone(EAST, "44", "East", 5.0),
        NamedZone(WEST, "45", "West", 2.0),
        NamedZone(OTHER, "46", "Twin"),
        NamedZone(UUID(int=4), "47", "Twin"),
    ]
)


def row(position=True, zone=None, decided=None):
    lat, lon = (34.0, -118.0) if position else (None, None)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return ReadRow(
        Record(2, 2, []),
        external_ref="A",
        opened_at=at,
        closed_at=None,
        target_at=None,
        status=Status.OPEN,
        category=None,
        work_type="other",
        priority=Priority.ROUTINE,
        title="A",
        description=None,
        address=None,
        lat=lat,
        lon=lon,
        zone=zone,
        channel=Channel.WEB,
        contact_name=None,
        contact_phone=None,
        decided_zone=decided,
    )


def choose(one, at_position=(), **rule):
    return choose_zone(one, at_position, NAMES, ZoneRule(**rule))


def test_the_position_decides():
    assert choose(row(zone="45"), [EAST]) == Found(EAST, ZoneBy.POSITION)


def test_a_position_in_no_zone_is_refused_or_kept_outside():
    assert choose(row(zone="45"), []).code is Reason.OUTSIDE_EVERY_ZONE
    assert choose(row(zone="45"), [], keep_outside=True) == Found(None, needs=ZoneNeed.OUTSIDE)


def test_a_position_in_two_zones_is_for_a_person_who_is_told_both():
    refused = choose(row(zone="44"), [EAST, WEST])
    assert refused.code is Reason.IN_TWO_ZONES
    assert "East (44) and West (45)" in refused.reason


def test_a_rule_may_settle_it():
    assert choose(row(), [EAST, WEST], prefer=Prefer.SMALLEST) == Found(WEST, ZoneBy.POSITION)
    assert choose(row(zone="east"), [EAST, WEST], prefer=Prefer.RECORDED) == Found(EAST, ZoneBy.RECORDED)
    assert choose(row(zone="46"), [EAST, WEST], prefer=Prefer.RECORDED).code is Reason.IN_TWO_ZONES
    assert choose(row(), [EAST, WEST], prefer=Prefer.RECORDED).code is Reason.IN_TWO_ZONES


def test_a_person_may_be_asked_later_without_losing_the_row():
    assert choose(row(), [EAST, WEST], prefer=Prefer.ASK) == Found(None, needs=ZoneNeed.AMBIGUOUS)


def test_a_decision_about_the_same_place_settles_what_the_map_cannot():
    at = datetime(2026, 11, 22, tzinfo=UTC)
    decided = Decision(UUID(int=9), WEST, frozenset({EAST, WEST}), 34.0, -118.0, None, UUID(int=8), at)
    found = Found(WEST, ZoneBy.DECISION, decided.id)
    assert choose_zone(row(), [EAST, WEST], NAMES, ZoneRule(prefer=Prefer.SMALLEST), decided) == found
    assert choose_zone(row(), [EAST], NAMES, ZoneRule(), decided) == Found(EAST, ZoneBy.POSITION)
    gone = replace(decided, zone_id=UUID(int=77))
    assert choose_zone(row(), [EAST, WEST], NAMES, ZoneRule(), gone).code is Reason.IN_TWO_ZONES


def test_without_a_position_the_recorded_zone_decides_by_code_then_by_name():
    assert choose(row(position=False, zone=" 44 ")) == Found(EAST, ZoneBy.RECORDED)
    assert choose(row(position=False, zone="WEST")) == Found(WEST, ZoneBy.RECORDED)


@pytest.mark.parametrize("zone", [None, "North", "Twin"])
def test_without_a_position_and_a_single_known_zone_it_is_refused_or_kept_outside(zone):
    assert choose(row(position=False, zone=zone)).code is Reason.NO_POSITION
    assert choose(row(position=False, zone=zone), keep_outside=True) == Found(None, needs=ZoneNeed.UNLOCATED)


def test_a_fixed_zone_is_for_every_row():
    assert choose(row(zone="45"), [], fixed_zone="44") == Found(EAST, ZoneBy.GIVEN)


def test_by_recorded_zone_positions_do_not_count():
    assert choose(row(zone="West"), [EAST], by_recorded=True) == Found(WEST, ZoneBy.RECORDED)
    assert choose(row(), [EAST], by_recorded=True) == NotFound(Reason.UNKNOWN_ZONE, "the row names no zone", "zone")
    assert choose(row(zone="North"), [EAST], by_recorded=True).reason == "there is no zone 'North'"
    assert choose(row(zone="Twin"), [EAST], by_recorded=True).reason == "2 zones have the name 'Twin'"


def test_what_a_person_decided_goes_before_everything():
    for rule in ({}, {"fixed_zone": "44"}, {"by_recorded": True}, {"prefer": Prefer.SMALLEST}):
        assert choose(row(zone="44", decided="45"), [EAST], **rule) == Found(WEST, ZoneBy.GIVEN)
    assert choose(row(decided="nowhere"), [EAST]).code is Reason.UNKNOWN_ZONE


def test_a_long_name_is_found_by_the_way_it_is_kept():
    name = "x" * 96
    names = ZoneNames([NamedZone(EAST, "1", "x" * 79 + "…")])
    assert [zone.id for zone in names.find(name)] == [EAST]
