from datetime import timedelta

from dispatch.people.rules import queries, service
from dispatch.people.rules.numbers import PeopleRules
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW


def test_the_people_of_a_region_read_its_rules_the_latest_first(uow):
    here, far = factories.places(uow), factories.places(uow)
    for days in (0, 1, 2):
        service.set_rules(
            uow, region_id=here.region_id, rules=PeopleRules(gap_days=days + 1), effective_from=NOW + timedelta(days)
        )
    mine = factories.acting(uow, factories.technician(uow, here))
    page = queries.page_of_policies(mine, region_id=here.region_id, limit=2)
    rest = queries.page_of_policies(mine, region_id=here.region_id, limit=2, after=page.after)
    assert [row.rules.gap_days for row in (*page.items, *rest.items)] == [3, 2, 1]
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, far.region_id, far.region_id)
    assert queries.page_of_policies(stranger, region_id=here.region_id, limit=2).items == ()
