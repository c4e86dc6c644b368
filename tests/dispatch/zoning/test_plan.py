"""Plans: as documents, as of today, and changed by hand."""

import orjson
import pytest

from dispatch.zoning.plan import Edit, Plan, as_today, edited
from kernel.database import dump_json
from kernel.errors import DomainError
from tests.dispatch.zoning.ground import basis, board, person_id, zone_id

BASIS = basis(board(6, 1), [0, 0, 0, 1, 1, 1], [100] * 6, people=[0, 1], managers=[0, 0, 0, 1, 1, None])


def test_a_plan_comes_back_from_its_document():
    plan = as_today(BASIS)
    assert Plan.load(orjson.loads(dump_json(plan.dump()))) == plan
    assert plan.managers == {zone_id(nth): person_id(nth // 3) for nth in range(5)}


def test_a_zone_goes_to_another_group_by_hand_and_keeps_its_manager_unless_another_is_named():
    plan = edited(as_today(BASIS), BASIS, (Edit(zone_id(2), "G02"), Edit(zone_id(5), manager_id=person_id(0))))
    assert [group.zones for group in plan.groups] == [
        (zone_id(0), zone_id(1)),
        tuple(zone_id(nth) for nth in range(2, 6)),
    ]
    assert (plan.managers[zone_id(2)], plan.managers[zone_id(5)]) == (person_id(0), person_id(0))


@pytest.mark.parametrize(
    ("edits", "code", "path"),
    [
        ([Edit(zone_id(99), "G01")], "zoning.zone_unknown", "/edits/0/zone_id"),
        ([Edit(zone_id(0), "G02"), Edit(zone_id(0), "G01")], "territory.zone_twice", "/edits/1/zone_id"),
        ([Edit(zone_id(0), "G77")], "zoning.group_unknown", "/edits/0/group_code"),
        ([Edit(zone_id(0), manager_id=person_id(9))], "zoning.person_unknown", "/edits/0/manager_id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(edits, code, path):
    with pytest.raises(DomainError) as caught:
        edited(as_today(BASIS), BASIS, tuple(edits))
    assert (caught.value.code, caught.value.fields[0].path) == (code, path)
