from dispatch.work_orders import families
from dispatch.work_orders.lifecycle import Status
from tests import factories
from tests.statements import recorded


def test_a_family_is_found_upwards_and_downwards_with_one_statement_each(uow):
    here = factories.places(uow)
    top = factories.order(uow, here)
    child = factories.order(uow, here, parent_id=top)
    grandchild = factories.order(uow, here, parent_id=child)
    stranger = factories.order(uow, here)
    with recorded(uow.session) as statements:
        assert families.with_ancestors(uow, [grandchild]) == {top, child, grandchild}
        found = families.with_descendants(uow, [top, stranger])
    assert len(statements) == 2
    assert {member.id for member in found[top]} == {top, child, grandchild}
    assert [(one.id, one.status, one.completed) for one in found[stranger]] == [(stranger, Status.OPEN, False)]
