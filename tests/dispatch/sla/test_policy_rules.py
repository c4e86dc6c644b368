import pytest

from dispatch.sla.calendars import AroundTheClock
from dispatch.sla.pauses import Approval, ClockName, PauseRule
from dispatch.sla.policy_rules import PolicyRules, check_rules, dump_rules, read_rules
from kernel.errors import DomainError

PARTS = PauseRule("parts", frozenset({ClockName.RESOLVE}), 60, 120, Approval.ALWAYS)


def test_rules_are_kept_whole():
    rules = PolicyRules((PARTS, PauseRule("weather")), 40, 80, False, 15, 45)
    assert read_rules(dump_rules(rules)) == rules
    assert read_rules({}) == PolicyRules()


def test_a_pause_is_for_the_clocks_that_it_names():
    rules = PolicyRules((PARTS,))
    assert set(rules.for_clock(ClockName.RESOLVE, AroundTheClock()).pauses) == {"parts"}
    assert rules.for_clock(ClockName.RESPOND, AroundTheClock()).pauses == {}
    assert rules.escalation.station_minutes == 30


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        (PolicyRules((PARTS, PARTS)), "/pauses/1/reason"),
        (PolicyRules(blue_percent=80), "/yellow_percent"),
        (PolicyRules(station_minutes=90), "/region_minutes"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(rules, path):
    with pytest.raises(DomainError) as refused:
        check_rules(rules)
    assert [one.path for one in refused.value.fields] == [path]
