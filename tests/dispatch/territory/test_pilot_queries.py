import pytest

from dispatch.territory import pilot_queries, piloting
from dispatch.territory.pilots import PilotKind
from tests import factories
from tests.statements import recorded


@pytest.fixture
def place(uow):
    return factories.places(uow)


def start(uow, place, subject, kind=PilotKind.ASSIGNMENT_RULE):
    return piloting.start_pilot(
        uow, region_id=place.region_id, kind=kind, subject=subject, zone_ids=[place.zone_id], reason="x"
    )


def test_trials_are_listed_page_by_page_with_their_zones_and_filtered(uow, place):
    keys = [start(uow, place, f"rule-{number}") for number in range(3)]
    other = start(uow, place, "form", PilotKind.CHECKLIST_TEMPLATE)
    piloting.stop_pilot(uow, pilot_id=keys[0], reason="x")
    seen, after = [], None
    while True:
        page = pilot_queries.page_of_pilots(uow, region_id=place.region_id, limit=2, after=after)
        seen += [one.id for one in page.items]
        assert all(set(one.zones) == {place.zone_id} for one in page.items)
        after = page.after
        if after is None:
            break
    assert seen == [other, *reversed(keys)]

    def listed(**wanted):
        return {one.id for one in pilot_queries.page_of_pilots(uow, region_id=place.region_id, limit=9, **wanted).items}

    assert listed(running=False) == {keys[0]}
    assert listed(running=True) == {*keys[1:], other}
    assert listed(kind=PilotKind.CHECKLIST_TEMPLATE) == {other}


def test_asking_for_many_zones_and_subjects_takes_few_statements(uow, place):
    zones = [factories.zone(uow, place.group_id) for _ in range(4)]
    for number in range(3):
        start(uow, place, f"rule-{number}")
    with recorded(uow.session) as seen:
        found = pilot_queries.pilots_of(uow, PilotKind.ASSIGNMENT_RULE, [place.zone_id, *zones], uow.now)
    assert len(seen) == 1
    assert found == {place.zone_id: {"rule-0", "rule-1", "rule-2"}} | dict.fromkeys(zones, frozenset())
    with recorded(uow.session) as seen:
        history = pilot_queries.pilot_history(uow, PilotKind.ASSIGNMENT_RULE, region_ids=[place.region_id])
    assert len(seen) == 2
    assert set(history.by_subject) == {"rule-0", "rule-1", "rule-2"}
