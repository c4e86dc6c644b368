"""Which rule counts where, and what a rule may say; on both databases."""

import pytest

from dispatch.assignment.rule_of import check_rule, on_pilot_starting, rules_for
from dispatch.assignment.rules import AssignmentRule, Exclusion, Mode, Nearness, WhenAway, read_rule
from dispatch.sla.deadline import Priority
from dispatch.territory import piloting
from dispatch.territory.pilot_events import PilotStarting
from dispatch.territory.pilots import PilotKind
from dispatch.territory.places import Places
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.assignment.ground import decide


def refusal(call, *given):
    with pytest.raises(DomainError) as caught:
        call(*given)
    return caught.value.code, [one.path for one in caught.value.fields]


def test_a_region_that_decided_nothing_has_the_products_rule(uow, place):
    assert rules_for(uow, [place]) == {place: AssignmentRule()}
    assert AssignmentRule() == read_rule({})


def test_a_rule_is_read_with_all_its_members():
    rule = read_rule(
        {
            "code": "near",
            "reach": "region",
            "weights": {"owner": 0, "travel": -50, "most_travel": 100},
            "automatic": {"mode": "owners", "work_types": ["visit"], "tiers": ["emergency"], "again": False},
            "overridable": ["off_shift"],
            "when_away": "automatic",
            "speed_kmh": 25,
        }
    )
    assert (rule.code, rule.reach, rule.when_away) == ("near", Nearness.REGION, WhenAway.AUTOMATIC)
    assert (rule.weights.owner, rule.weights.travel, rule.weights.group) == (0, -50, 400)
    assert rule.automatic.mode_for("visit", Priority.EMERGENCY.value) is Mode.OWNERS
    assert rule.automatic.mode_for("fibre", Priority.EMERGENCY.value) is Mode.OFF
    assert rule.automatic.mode_for("visit", Priority.ROUTINE.value) is Mode.OFF
    assert (rule.overridable, rule.speed_kmh) == ({Exclusion.OFF_SHIFT}, 25)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"strange": 1}, "/rules/strange"),
        ({"code": ""}, "/rules/code"),
        ({"reach": "owner"}, "/rules/reach"),
        ({"weights": []}, "/rules/weights"),
        ({"weights": {"luck": 1}}, "/rules/weights/luck"),
        ({"weights": {"load": 10_000}}, "/rules/weights/load"),
        ({"automatic": {"mode": "sometimes"}}, "/rules/automatic/mode"),
        ({"automatic": {"tiers": ["soon"]}}, "/rules/automatic/tiers/0"),
        ({"automatic": {"again": 1}}, "/rules/automatic/again"),
        ({"overridable": ["off_shift", "skill_missing"]}, "/rules/overridable/1"),
        ({"when_away": 3}, "/rules/when_away"),
        ({"horizon_hours": 0}, "/rules/horizon_hours"),
    ],
)
def test_what_nobody_could_follow_is_refused_with_its_place(rules, path):
    assert refusal(read_rule, rules) == ("policy.rules_wrong", [path])


def test_a_rule_names_work_types_that_the_region_has(uow, place):
    check_rule(uow, place.region_id, {"automatic": {"work_types": ["visit"]}})
    wrong = {"automatic": {"work_types": ["visit", "magic"]}}
    assert refusal(check_rule, uow, place.region_id, wrong) == (
        "policy.rules_wrong",
        ["/rules/automatic/work_types/1"],
    )


def test_a_rule_that_is_tried_counts_in_its_zones_only_until_it_is_rolled_out_or_given_up(uow, place):
    other = Places(place.region_id, place.station_id, place.group_id, factories.zone(uow, place.group_id))

    def codes():
        return [rules_for(uow, [place, other])[one].code for one in (place, other)]

    decide(uow, place, code="old")
    decide(uow, place, code="new", reach="region")
    trial = {"region_id": place.region_id, "kind": PilotKind.ASSIGNMENT_RULE, "subject": "new", "reason": "先试"}
    pilot_id = piloting.start_pilot(uow, zone_ids=[place.zone_id], **trial)
    assert codes() == ["new", "old"]
    piloting.roll_out(uow, pilot_id=pilot_id, reason="好")
    assert codes() == ["new", "new"]
    decide(uow, place, code="old", horizon_hours=12)
    assert codes() == ["old", "old"]


def test_only_a_rule_that_was_decided_on_can_be_tried(uow, place):
    def starting(subject, kind=PilotKind.ASSIGNMENT_RULE):
        return PilotStarting(place.region_id, kind, subject)

    assert refusal(on_pilot_starting, uow, starting("new")) == ("assignment.rule_unknown", ["/subject"])
    on_pilot_starting(uow, starting("anything", PilotKind.SLA_POLICY))
    decide(uow, place, code="new")
    decide(uow, place)
    on_pilot_starting(uow, starting("new"))
    on_pilot_starting(uow, starting("standard"))
