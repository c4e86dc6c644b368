from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.territory.pilots import Pilot, PilotHistory, PilotKind, PilotOutcome, Stage

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, THERE, LATER, REGION = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=9)


def pilot(number=1, outcome=None, start=START, end=None, region=REGION):
    zones = {HERE: start, LATER: start + 5 * DAY}
    return Pilot(UUID(int=number), region, PilotKind.SLA_POLICY, "p", "try", start, end, outcome, zones)


def test_a_trial_counts_in_its_zones_and_nowhere_else():
    history = PilotHistory.of([pilot()])
    assert history.stage("p", START) is Stage.TRIAL
    assert history.counts("p", HERE, START)
    assert not history.counts("p", THERE, START)
    assert not history.counts("p", None, START)
    assert not history.counts("p", LATER, START + 5 * DAY - timedelta(seconds=1))
    assert history.counts("p", LATER, START + 5 * DAY)


def test_what_was_never_tried_counts_everywhere_and_so_did_a_thing_before_its_trial():
    history = PilotHistory.of([pilot()])
    assert history.counts("other", THERE, START)
    assert history.stage("other", START) is Stage.NONE
    assert history.counts("p", THERE, START - DAY)


@pytest.mark.parametrize(("outcome", "everywhere"), [(PilotOutcome.FULL, True), (PilotOutcome.STOPPED, False)])
def test_after_its_end_it_counts_everywhere_or_nowhere_and_before_it_what_counted_then(outcome, everywhere):
    end = START + 3 * DAY
    history = PilotHistory.of([pilot(outcome=outcome, end=end)])
    assert [history.counts("p", zone, end) for zone in (HERE, THERE, None)] == [everywhere] * 3
    assert [history.counts("p", zone, end - DAY) for zone in (HERE, THERE, None)] == [True, False, False]


def test_a_second_trial_stands_for_itself():
    first = pilot(1, PilotOutcome.FULL, end=START + DAY)
    history = PilotHistory.of([pilot(2, start=START + 2 * DAY), first])
    assert history.counts("p", THERE, START + DAY)
    assert not history.counts("p", THERE, START + 2 * DAY)


def test_a_trial_of_one_region_keeps_a_thing_out_of_all_others():
    over = pilot(1, PilotOutcome.FULL, end=START + 9 * DAY, start=START + 2 * DAY, region=UUID(int=8))
    history = PilotHistory.of([pilot(), over])
    assert history.stage("p", START + 10 * DAY) is Stage.TRIAL
    assert not history.counts("p", THERE, START + 10 * DAY)


@settings(max_examples=60)
@given(st.integers(0, 20), st.sampled_from([None, *PilotOutcome]), st.integers(0, 10))
def test_whoever_is_in_the_trial_has_it_at_least_as_long_as_whoever_is_not(day, outcome, length):
    one = pilot(outcome=outcome, end=None if outcome is None else START + length * DAY)
    history = PilotHistory.of([one])
    at = START + day * DAY
    assert history.counts("p", HERE, at) or not history.counts("p", THERE, at)
