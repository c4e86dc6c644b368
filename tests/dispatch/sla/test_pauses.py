from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dispatch.sla.pauses import Approval, Pause, PauseRule, effective, end_all

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOSS = UUID(int=1)


def lengths(rule, *pauses):
    found = effective(
        [Pause(START + a * MINUTE, b and START + b * MINUTE, why, who) for a, b, why, who in pauses],
        {rule.reason: rule},
    )
    return [one.end and (one.end - one.start) // MINUTE for one in found]


@pytest.mark.parametrize(
    ("rule", "pause", "expected"),
    [
        (PauseRule("parts"), (0, 90, "parts", None), [90]),
        (PauseRule("parts"), (0, None, "parts", None), [None]),
        (PauseRule("parts"), (0, 90, "lunch", None), []),
        (PauseRule("parts", longest_minutes=60), (0, 90, "parts", None), [60]),
        (PauseRule("parts", longest_minutes=60), (0, None, "parts", None), [60]),
        (PauseRule("parts", longest_minutes=60), (0, 90, "parts", BOSS), [90]),
        (PauseRule("parts", longest_minutes=60, approval=Approval.NEVER), (0, 90, "parts", BOSS), [60]),
        (PauseRule("parts", approval=Approval.ALWAYS), (0, 90, "parts", None), []),
        (PauseRule("parts", approval=Approval.ALWAYS), (0, 90, "parts", BOSS), [90]),
    ],
)
def test_a_pause_counts_as_far_as_its_rule_lets_it(rule, pause, expected):
    assert lengths(rule, pause) == expected


def test_all_pauses_for_one_reason_share_its_total():
    rule = PauseRule("parts", total_minutes=100)
    assert lengths(rule, (0, 60, "parts", None), (100, 160, "parts", None), (200, 260, "parts", None)) == [60, 40, 0]


def test_what_lasts_is_ended_and_what_is_over_is_not():
    over, lasting = Pause(START, START + MINUTE, "a"), Pause(START, None, "b")
    assert [one.end for one in end_all([over, lasting], START + 5 * MINUTE)] == [START + MINUTE, START + 5 * MINUTE]
