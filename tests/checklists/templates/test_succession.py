from datetime import timedelta
from uuid import UUID

from checklists.templates.succession import Edition, in_force, read_subject, subject_of
from dispatch.territory.pilots import Pilot, PilotHistory, PilotKind, PilotOutcome
from tests.conftest import NOW

DAY = timedelta(days=1)
INSIDE, OUTSIDE = UUID(int=1), UUID(int=2)
OLD = Edition(UUID(int=11), "a-b", 1, NOW - 9 * DAY)
NEW = Edition(UUID(int=12), "a-b", 2, NOW)


def trial(ended=None, outcome=None):
    pilot = Pilot(
        UUID(int=3),
        UUID(int=4),
        PilotKind.CHECKLIST_TEMPLATE,
        "a-b@2",
        "试行",
        NOW,
        ended,
        outcome,
        {INSIDE: NOW},
    )
    return PilotHistory.of([pilot])


def number(zone, at, pilots):
    found = in_force([NEW, OLD], zone, at, pilots).get("a-b")
    return found and found.version


def test_a_subject_names_a_template_and_a_version():
    assert subject_of("a-b", 2) == "a-b@2"
    assert read_subject("a-b@2") == ("a-b", 2)
    assert [read_subject(one) for one in ("a-b", "@2", "a@", "a@02", "a@-1", "a@٣", "a@9999999999")] == [None] * 7


def test_the_latest_that_has_begun_counts_until_it_is_retired():
    none = PilotHistory({})
    assert [number(None, NOW + shift, none) for shift in (-10 * DAY, -DAY, 0 * DAY, DAY)] == [None, 1, 2, 2]
    gone = Edition(NEW.version_id, "a-b", 2, NOW, NOW + DAY)
    found = [in_force([OLD, gone], None, NOW + shift, none)["a-b"].version for shift in (0 * DAY, DAY)]
    assert found == [2, 1]


def test_what_is_tried_counts_in_its_zones_and_then_everywhere_or_nowhere():
    end = NOW + 2 * DAY
    running, full, stopped = trial(), trial(end, PilotOutcome.FULL), trial(end, PilotOutcome.STOPPED)
    for pilots in (running, full, stopped):
        assert [number(zone, NOW + DAY, pilots) for zone in (INSIDE, OUTSIDE, None)] == [2, 1, 1]
    assert [number(OUTSIDE, end, pilots) for pilots in (running, full, stopped)] == [1, 2, 1]
    assert number(INSIDE, end, stopped) == 1
