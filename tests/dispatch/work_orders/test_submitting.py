"""Drafts: submitted when they are complete, and not a second time for the same."""

from datetime import timedelta

import pytest

from dispatch.sla import service as sla
from dispatch.work_orders import clocks, queries, service
from dispatch.work_orders.lifecycle import Command, Status
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import ask


def refusal(ground, order_id, **data) -> DomainError:
    with pytest.raises(DomainError) as caught:
        ask(ground.manager, order_id, Command.SUBMIT, **data)
    return caught.value


def test_each_thing_that_is_missing_is_named(ground):
    error = refusal(ground, ground.order(status=Status.DRAFT))
    assert (error.code, {one.path for one in error.fields}) == ("work_order.incomplete", {"/customer_id", "/site_id"})
    where = ground.whereabouts()
    error = refusal(ground, ground.order(status=Status.DRAFT, customer_id=where["customer_id"]))
    assert {one.path for one in error.fields} == {"/site_id"}


def test_a_region_may_ask_for_less(ground):
    order_id = ground.order(status=Status.DRAFT)
    ground.decide(submit_needs=["zone_id"])
    assert ask(ground.manager, order_id, Command.SUBMIT).status is Status.OPEN


def test_a_complete_draft_opens_with_its_policy_frozen_and_its_clocks_from_its_receipt(ground):
    sla.start_with_defaults(ground.uow, ground.places.region_id)
    received = ground.uow.now - timedelta(hours=3)
    order_id = ground.order(status=Status.DRAFT, received_at=received, **ground.whereabouts())
    ask(ground.manager, order_id, Command.SUBMIT)
    row = queries.order(ground.manager, order_id).row
    assert (row.status, row.respond_due_at) == ("open", received + timedelta(hours=4))
    views = clocks.clocks_of(ground.manager, order_id)
    assert {one.clock for one in views} == {"respond", "arrive", "resolve"}
    assert {one.state.started_at for one in views} == {received}
    assert len({one.policy_id for one in views} - {None}) == 1


def test_an_open_order_for_the_same_is_named_until_somebody_says_it_is_another(ground):
    where = ground.whereabouts()
    first = ground.order(**where)
    second = ground.order(status=Status.DRAFT, **where)
    error = refusal(ground, second)
    assert (error.code, error.extra["duplicates"]) == ("work_order.duplicate", [str(first)])
    assert error.fields[0].path == "/data/another"
    assert ask(ground.manager, second, Command.SUBMIT, another=True).status is Status.OPEN


@pytest.mark.parametrize("how", ["done", "draft", "long ago", "other customer", "other work"])
def test_what_is_not_the_same_is_no_duplicate(ground, how):
    where = ground.whereabouts()
    changes = {
        "done": {},
        "draft": {"status": Status.DRAFT},
        "long ago": {"received_at": ground.uow.now - timedelta(hours=25)},
        "other customer": ground.whereabouts(),
        "other work": {"work_type": "errand"},
    }[how]
    if how == "other work":
        service.define_work_type(ground.uow, region_id=ground.places.region_id, code="errand", name="跑腿")
    first = ground.order(**{**where, **changes})
    if how == "done":
        ask(ground.manager, first, Command.CANCEL, reason="recovered")
    second = ground.order(status=Status.DRAFT, **where)
    assert ask(ground.manager, second, Command.SUBMIT).status is Status.OPEN


def test_a_duplicate_out_of_sight_is_none(ground):
    where = ground.whereabouts()
    far = factories.places(ground.uow, region_id=ground.places.region_id)
    ground.order(places=far, **where)
    assert ask(ground.manager, ground.order(status=Status.DRAFT, **where), Command.SUBMIT).status is Status.OPEN
