"""Many who take the same order at the same moment: exactly one gets it; on both databases."""

import threading
from collections import Counter

from dispatch.assignment import offering, taking
from dispatch.work_orders import queries as work_orders
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.assignment.ground import orders

RUNNERS, ROUNDS = 8, 3


def test_of_all_who_take_an_order_at_once_exactly_one_gets_it(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        people = [factories.technician(uow, place) for _ in range(RUNNERS)]
        factories.order(uow, place, work_type="visit")
        order_ids = orders(uow, place, ROUNDS)
        offers = [offering.offer_order(uow, order_id=one, user_ids=people) for one in order_ids]
        actors = {one: factories.actor(uow, one) for one in people}
    for offer_id, order_id in zip(offers, order_ids, strict=True):
        outcome = _race(runtime, offer_id, actors)
        assert Counter(outcome.values()) == {"won": 1, "assignment.offer_taken": RUNNERS - 1}
        (winner,) = (one for one, how in outcome.items() if how == "won")
        with runtime.reading(system_actor()) as reading:
            detail = work_orders.order(reading, order_id)
        assert (detail.row.assignee_id, detail.row.status) == (winner, "accepted")
        assert [one.user_id for one in detail.assignments] == [winner]


def _race(runtime, offer_id, actors):
    start, outcome = threading.Barrier(len(actors)), {}

    def run(user_id, actor):
        start.wait()
        try:
            with runtime.unit_of_work(actor) as uow:
                taking.take(uow, offer_id=offer_id)
            outcome[user_id] = "won"
        except DomainError as refused:
            outcome[user_id] = refused.code

    threads = [threading.Thread(target=run, args=each) for each in actors.items()]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcome
