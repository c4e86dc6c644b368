from datetime import timedelta

import pytest

from dispatch.policies import queries, service
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.statements import recorded


def at(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_the_latest_policy_in_force_counts_and_one_to_come_does_not(uow):
    region_id, other = factories.region(uow), factories.region(uow)
    service.set_policy(uow, region_id=region_id, subject="requests", rules={"n": 1})
    service.set_policy(uow, region_id=region_id, subject="requests", rules={"n": 2})
    later = uow.now + timedelta(days=1)
    service.set_policy(uow, region_id=region_id, subject="requests", rules={"n": 3}, effective_from=later)
    service.set_policy(uow, region_id=region_id, subject="rounds", rules={"n": 9})
    with recorded(uow.session) as statements:
        found = queries.rules_at(uow, [region_id, other], "requests", uow.now)
    assert len(statements) == 1
    assert found == {region_id: {"n": 2}}
    assert queries.rules_at(uow, [region_id], "requests", later) == {region_id: {"n": 3}}
    assert queries.rules_at(uow, [region_id], "requests", uow.now - timedelta(days=1)) == {}


def test_operations_decide_for_their_region_and_never_for_the_past(uow):
    region_id, other = factories.region(uow), factories.region(uow)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.REGION, region_id, region_id)
    service.set_policy(operations, region_id=region_id, subject="rounds", rules={})
    for who, where, code in (
        (agent, region_id, "forbidden"),
        (operations, other, "territory.region_unknown"),
    ):
        with pytest.raises(DomainError) as refused:
            service.set_policy(who, region_id=where, subject="rounds", rules={})
        assert refused.value.code == code
    with pytest.raises(DomainError) as refused:
        service.set_policy(
            operations, region_id=region_id, subject="rounds", rules={}, effective_from=uow.now - timedelta(seconds=1)
        )
    assert (refused.value.code, refused.value.fields[0].path) == ("policy.in_the_past", "/effective_from")
