"""Whom a person chooses: looked at by the rule, with a reason where it takes one; on both databases."""

from datetime import timedelta

import pytest

from dispatch.assignment import manual
from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.assignment.ground import decide, leader_of, orders, owner_of


def give(uow, order_id, technician_id, command=Command.ASSIGN, command_id=None, **data):
    return manual.command(
        uow,
        order_id=order_id,
        command=command,
        command_id=command_id or uow.new_id(),
        data={"technician_id": str(technician_id), **data},
        evidence=Evidence(),
    )


def refused(call, *args, **given):
    with pytest.raises(DomainError) as caught:
        call(*args, **given)
    return caught.value.code, [one.path for one in caught.value.fields], caught.value.extra.get("reasons")


@pytest.fixture
def leader(uow, place):
    return factories.acting(uow, leader_of(uow, place))


def last(uow, order_id):
    return work_orders.timeline(uow, order_id, limit=20).items[-1]


def test_the_best_is_given_without_a_word_and_told(uow, place, leader):
    owner, other = owner_of(uow, place), factories.technician(uow, place)
    (order_id,) = orders(uow, place)
    give(leader, order_id, owner)
    entry = last(uow, order_id)
    assert [one["technician_id"] for one in entry.data["candidates"]] == [str(owner), str(other)]
    assert (entry.data["not_best"], entry.data["overridden"], entry.data["rule"]) == (False, [], "standard")
    assert factories.told(uow, owner) == ["assignment.given"]


def test_somebody_else_than_the_best_takes_a_reason_that_the_timeline_keeps(uow, place, leader):
    owner, other = owner_of(uow, place), factories.technician(uow, place)
    (order_id,) = orders(uow, place)
    assert refused(give, leader, order_id, other) == (
        "assignment.reason_needed",
        ["/data/override"],
        ["not_best"],
    )
    key = uow.new_id()
    done = give(leader, order_id, other, command_id=key, override=" 熟悉现场 ")
    assert last(uow, order_id).data["override"] == "熟悉现场"
    assert last(uow, order_id).data["not_best"] is True
    again = give(leader, order_id, other, command_id=key, override=" 熟悉现场 ")
    assert (again.version, again.status) == (done.version, done.status)
    assert factories.told(uow, other) == ["assignment.given"]
    give(leader, order_id, owner, Command.REASSIGN, reason="closer")
    assert factories.told(uow, other) == ["assignment.given", "assignment.taken"]


def test_no_reason_passes_over_what_somebody_may_not_do(uow, place, leader):
    owner = owner_of(uow, place)
    (order_id,) = orders(uow, place, 1, "fibre")
    wanted = ("assignment.not_fit", ["/data/technician_id"], ["skill_missing"])
    assert refused(give, leader, order_id, owner, override="急") == wanted
    able = factories.technician(uow, place, skills={"fibre": 1})
    people.certify(uow, technician_id=able, skill="fibre", valid_until=uow.now.date() - timedelta(days=1))
    assert refused(give, leader, order_id, able, override="急")[2] == ["skill_expired"]
    with pytest.raises(DomainError):
        decide(uow, place, overridable=["skill_expired"])
        give(leader, order_id, able, override="急")


def test_the_region_says_which_rules_a_person_may_pass_over(uow, place, leader):
    owner = owner_of(uow, place)
    (order_id,) = orders(uow, place)
    end = uow.now + timedelta(days=3)
    away = {"kind": AbsenceKind.LEAVE, "start_at": uow.now, "end_at": end, "approve": True}
    request_absence(uow, technician_id=owner, **away)
    assert refused(give, leader, order_id, owner, override="他同意了") == (
        "assignment.not_fit",
        ["/data/technician_id"],
        ["absent"],
    )
    decide(uow, place, overridable=["absent"])
    assert refused(give, leader, order_id, owner) == ("assignment.reason_needed", ["/data/override"], ["absent"])
    give(leader, order_id, owner, override="他同意了")
    assert last(uow, order_id).data["overridden"] == ["absent"]


def test_what_cannot_be_seen_is_refused_as_ever(uow, place, leader):
    (order_id,) = orders(uow, place)
    stranger = factories.technician(uow, factories.places(uow, region_id=place.region_id))
    assert refused(give, leader, order_id, stranger)[0] == "work_order.technician_unknown"
    assert refused(give, leader, uow.new_id(), stranger)[0] == "work_order.unknown"
    assert refused(give, leader, order_id, "somebody")[0] == "work_order.technician_unknown"
