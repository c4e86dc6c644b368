from datetime import timedelta

from dispatch.policies import queries, service
from kernel.actor import Level, Role
from tests import factories


def test_the_history_is_for_the_people_of_the_region(uow):
    region_id = factories.region(uow)
    for days in (0, 1, 2):
        service.set_policy(
            uow, region_id=region_id, subject="rounds", rules={"n": days}, effective_from=uow.now + timedelta(days=days)
        )
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, region_id, region_id)
    page = queries.page_of_policies(agent, region_id=region_id, subject="rounds", limit=2)
    assert [one.rules["n"] for one in page.items] == [2, 1]
    rest = queries.page_of_policies(agent, region_id=region_id, subject="rounds", limit=2, after=page.after)
    assert [one.rules["n"] for one in rest.items] == [0]
    abroad = factories.region(uow)
    stranger = factories.acting_as(uow, Role.AGENT, Level.REGION, abroad, abroad)
    assert queries.page_of_policies(stranger, region_id=region_id, subject="rounds", limit=2).items == ()
