"""Transactions that are about the same thing take turns; on both databases."""

import threading

from dispatch.turns import take_turn
from kernel.actor import system_actor


def test_the_second_waits_until_the_first_has_ended(runtime):
    ended: list[str] = []
    began = threading.Event()

    def second():
        began.set()
        with runtime.unit_of_work(system_actor()) as uow:
            take_turn(uow, "phone", "138")
            ended.append("second")

    with runtime.unit_of_work(system_actor()) as uow:
        take_turn(uow, "phone", "138")
        other = threading.Thread(target=second)
        other.start()
        assert began.wait(5)
        other.join(0.2)
        ended.append("first")
    other.join(10)
    assert ended == ["first", "second"]


def test_other_words_do_not_wait(uow):
    take_turn(uow, "phone", "138")
    take_turn(uow, "phone", "139")
    take_turn(uow, "phone", "138")
