"""A crew in memory: who is in it, and whether it stays when the lead changes."""

from uuid import UUID

import pytest

from dispatch.work_orders.crew import CrewRole, Crews, Stint, stays
from dispatch.work_orders.lifecycle import Command
from kernel.errors import DomainError
from tests.conftest import NOW

ORDER, REGION, ME, OTHER = (UUID(int=number) for number in (1, 2, 3, 4))


def stint(user_id: UUID, number: int) -> Stint:
    return Stint(UUID(int=100 + number), ORDER, REGION, user_id, CrewRole.MEMBER, OTHER, NOW)


def test_members_come_in_the_order_of_their_joining_and_go():
    crews = Crews()
    crews.join(stint(OTHER, 1))
    crews.join(stint(ME, 2))
    assert crews.members(ORDER) == (OTHER, ME)
    crews.leave(ORDER, OTHER, NOW, "干完了")
    assert crews.members(ORDER) == (ME,)
    gone = crews.changed[UUID(int=101)]
    assert (gone.left_at, gone.end_reason) == (NOW, "干完了")
    assert crews.members(UUID(int=9)) == ()


def test_somebody_may_come_again_and_each_time_is_kept():
    crews = Crews()
    crews.join(stint(ME, 1))
    crews.leave(ORDER, ME, NOW, None)
    crews.join(stint(ME, 2))
    assert crews.members(ORDER) == (ME,)
    assert set(crews.changed) == {UUID(int=101), UUID(int=102)}


@pytest.mark.parametrize(
    ("members", "command", "choice", "kept"),
    [
        ((), Command.REASSIGN, None, True),
        ((ME,), Command.REASSIGN, "keep", True),
        ((ME,), Command.REASSIGN, "dissolve", False),
        ((ME,), Command.ASSIGN, None, True),
        ((ME,), Command.ASSIGN, "dissolve", False),
    ],
)
def test_a_crew_stays_or_goes_as_was_chosen(members, command, choice, kept):
    assert stays(members, command, choice) is kept


@pytest.mark.parametrize(
    ("members", "command", "choice"),
    [
        ((ME,), Command.REASSIGN, None),
        ((ME,), Command.REASSIGN, ""),
        ((), Command.ASSIGN, "split"),
        ((), Command.REASSIGN, 7),
    ],
)
def test_a_choice_that_was_not_made_is_asked_for(members, command, choice):
    with pytest.raises(DomainError) as caught:
        stays(members, command, choice)
    assert caught.value.code == "work_order.crew_undecided"
    assert [field.path for field in caught.value.fields] == ["/data/crew"]
