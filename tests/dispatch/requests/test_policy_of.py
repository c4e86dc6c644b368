import pytest

from dispatch.policies.service import set_policy
from dispatch.requests.policy_of import check_policy, policy_at, propose
from dispatch.work_orders.service import define_work_type
from kernel.errors import DomainError
from tests import factories

RULES = {"repeat_hours": 1, "rules": [{"work_type": "catv", "words": ["tv"]}]}


def test_rules_may_only_name_work_types_that_the_region_has(uow):
    region_id = factories.region(uow)
    with pytest.raises(DomainError) as refused:
        check_policy(uow, region_id, RULES)
    assert refused.value.fields[0].path == "/rules/rules/0/work_type"
    define_work_type(uow, region_id=region_id, code="catv", name="catv")
    check_policy(uow, region_id, RULES)


def test_a_proposal_of_a_work_type_that_there_is_not_is_none(uow):
    region_id = factories.region(uow)
    assert policy_at(uow, region_id, uow.now).repeat_hours == 24
    set_policy(uow, region_id=region_id, subject="requests", rules=RULES)
    policy = policy_at(uow, region_id, uow.now)
    assert policy.repeat_hours == 1
    assert propose(uow, region_id, policy, None, "my TV") is None
    define_work_type(uow, region_id=region_id, code="catv", name="catv")
    assert propose(uow, region_id, policy, None, "my TV").work_type == "catv"
