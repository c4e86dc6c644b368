"""A technician's day: what is done at which order, in the forenoon and in the afternoon, offline all the while."""

import random
from collections.abc import Callable, Collection
from datetime import date, timedelta

from bench.simulator.answering import BEFORE_WORK, FAILS_AT, failing, questions
from bench.simulator.visit import EITHER, REVIEWED, Diary, Visit
from fieldbeat_client.phone import Phone

PLANS = (
    "plain",
    "shared",
    "unable",
    "hold",
    "decline",
    "plain",
    "schedule",
    "plain",
    "plain",
    "hold",
    "plain",
    "plain",
)
"""What happens at an order. A technician's orders go through this list in turn, each technician beginning elsewhere in it."""

ALL_DAY = ("shared", "hold")
"""Plans that are begun in the forenoon and ended in the afternoon."""

OVER = ("completed", "unable_to_complete", "closed", "cancelled")


class Day:
    """One technician with a phone, and with a second one of the same user that a helper carries."""

    def __init__(self, number: int, phone: Phone, helper: Phone, rng: random.Random) -> None:
        self.number = number
        self.phone = phone
        self.helper = helper
        self.diary = Diary()
        self._rng = rng
        self._plans: dict[str, str] = {}
        self._windows = 0

    @property
    def phones(self) -> tuple[Phone, Phone]:
        """Both phones of this user."""
        return (self.phone, self.helper)

    def forenoon(self, given_away: Collection[str] = ()) -> None:
        """Begin what takes all day, and do two thirds of the rest.

        `given_away` are orders that the office has given to somebody else by now, which nobody here can know.
        """
        mine = self._orders()
        for place, order_id in enumerate(mine):
            self._plans[order_id] = PLANS[(place + self.number) % len(PLANS)]
        for order_id in given_away:
            self._plans[order_id] = "in vain"
        soon = [order_id for order_id in mine if self._plans[order_id] not in ALL_DAY]
        late = set(soon[(len(soon) * 2 + 2) // 3 :]) - set(given_away)
        for order_id in mine:
            if order_id not in late:
                _BEGIN[self._plans[order_id]](self, self._visit(order_id))

    def afternoon(self) -> None:
        """End what was begun, and do the rest, also what came in since the morning."""
        for order_id in self._orders():
            if order_id in self.diary.promises:
                continue
            plan = self._plans.get(order_id, "plain")
            visit = self._visit(order_id)
            if plan in ALL_DAY and visit.order["status"] in ("in_progress", "on_hold"):
                if plan == "hold":
                    visit.command("resume")
                self._finish(visit)
            else:
                _BEGIN["plain" if plan in ALL_DAY else plan](self, visit)

    def _orders(self) -> list[str]:
        documents = self.phone.journal.docs("work_orders")
        return sorted(order_id for order_id, order in documents.items() if order["status"] not in OVER)

    def _visit(self, order_id: str, phone: Phone | None = None) -> Visit:
        return Visit(phone or self.phone, self.diary, self._rng, order_id)

    def _arrive(self, visit: Visit) -> None:
        visit.command("accept")
        visit.command("depart")
        visit.wander()
        visit.wander()
        visit.command("arrive")

    def _start(self, visit: Visit) -> None:
        self._arrive(visit)
        visit.answer_all(*BEFORE_WORK)
        visit.command("start")
        visit.look_around()

    def _finish(self, visit: Visit) -> None:
        visit.answer_all()
        visit.look_around()
        visit.charge()
        visit.sign()
        visit.spent_time()
        visit.command("complete")
        visit.promise("completed")

    def _plain(self, visit: Visit) -> None:
        self._start(visit)
        if self._rng.random() < 0.05:
            visit.mumble()
        self._finish(visit)

    def _scheduled(self, visit: Visit) -> None:
        self._windows += 1
        day = date(2030, 1, 1) + timedelta(days=self._windows)  # one a day: nobody can be at two places
        visit.command("accept")
        visit.command(
            "schedule",
            window_start_at=f"{day}T09:00:00+08:00",
            window_end_at=f"{day}T11:00:00+08:00",
            requested_by="customer",
            agreed_channel="phone",
        )
        visit.command("depart")
        visit.command("arrive")
        visit.answer_all(*BEFORE_WORK)
        visit.command("start")
        self._finish(visit)

    def _held(self, visit: Visit) -> None:
        self._start(visit)
        visit.command("hold", reason="waiting_parts")

    def _unable(self, visit: Visit) -> None:
        """Something is not safe: the work does not begin."""
        self._arrive(visit)
        for question in [] if visit.template is None else questions(visit.template, FAILS_AT):
            if question.item.get("critical") and failing(question.item) is not None:
                visit.answer(question, failing(question.item))
                break
        visit.look_around()
        visit.command("mark_unable", reason="unsafe", note="电表箱漏电")
        visit.promise("unable_to_complete")

    def _declined(self, visit: Visit) -> None:
        visit.command("decline", reason="lacking_skill", note="不具备登高作业条件")
        visit.promise("open")

    def _shared(self, visit: Visit) -> None:
        """Two phones answer the same items without knowing of each other; at noon both learn which answer holds."""
        self._start(visit)
        helping = self._visit(visit.id, self.helper)
        for question in visit.open_questions("execution")[:3]:
            if question.item.get("policy") == "manual":
                continue
            visit.answer(question, visit.passing(question), EITHER)
            helping.answer(question, helping.passing(question), EITHER)
        helping.look_around()

    def _in_vain(self, visit: Visit) -> None:
        """Work at an order that is no longer one's own: nothing of it is lost, and nothing of it moves the order."""
        visit.command("accept", REVIEWED)
        visit.command("depart", REVIEWED)
        visit.wander()
        visit.look_around()
        for question in visit.open_questions("identity")[:1]:
            visit.answer(question, visit.passing(question))


_BEGIN: dict[str, Callable[[Day, Visit], None]] = {
    "plain": Day._plain,
    "schedule": Day._scheduled,
    "hold": Day._held,
    "unable": Day._unable,
    "decline": Day._declined,
    "shared": Day._shared,
    "in vain": Day._in_vain,
}
