"""Addresses wait their turn, answers are kept, and no provider is asked too often; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.geocoding import service
from dispatch.geocoding.matches import Match, MatchQuality
from dispatch.geocoding.models import AddressTask
from dispatch.geocoding.subjects import AddressLookedUp, Subject, SubjectKind
from kernel.actor import system_actor
from kernel.unit_of_work import UnitOfWork
from tests import factories

HERE = Match(33.78, 119.26, MatchQuality.ROOFTOP, "3, 人民路")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def subject(uow):
    return Subject(SubjectKind.SITE, uow.new_id(), factories.region(uow), "人民路 3 号")


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def tasks(uow):
    return uow.session.execute(select(AddressTask).execution_options(populate_existing=True)).scalars().all()


def test_a_task_is_taken_once_and_comes_back_when_its_taker_died(uow, subject):
    service.ask(uow, [subject])
    taken = service.claim(uow, "nominatim")
    assert (taken.subject, taken.is_known) == (subject, False)
    assert service.claim(uow, "nominatim") is None
    assert service.claim(later(uow, minutes=3), "nominatim").id == taken.id


def test_asked_again_a_subject_waits_once_with_its_address_of_now(uow, subject):
    service.ask(uow, [subject])
    old = service.claim(uow, "nominatim")
    moved = Subject(subject.kind, subject.id, subject.region_id, "人民路 4 号")
    service.ask(uow, [moved])
    service.settle(uow, old, "nominatim", None)  # the answer about the old address does not take the new question away
    assert service.claim(uow, "nominatim").subject == moved
    assert len(tasks(uow)) == 1
    service.ask(uow, [Subject(SubjectKind.REQUEST, uow.new_id(), subject.region_id, " , ")])
    assert len(tasks(uow)) == 1


@pytest.mark.parametrize("match", [HERE, None])
def test_an_answer_is_kept_for_the_same_address_in_the_same_region_until_it_expires(uow, subject, match):
    service.remember(uow, subject, "nominatim", match)
    days = 7 if match is None else 180
    same = Subject(SubjectKind.REQUEST, uow.new_id(), subject.region_id, "人民路３号")
    service.ask(uow, [same])
    taken = service.claim(uow, "nominatim")
    assert (taken.is_known, taken.known) == (True, match)
    service.give_back(uow, taken, uow.now)
    assert not service.claim(uow, "baidu").is_known
    assert service.claim(later(uow, days=days - 1), "nominatim").is_known
    assert not service.claim(later(uow, days=days, minutes=5), "nominatim").is_known
    abroad = Subject(SubjectKind.REQUEST, uow.new_id(), factories.region(uow), "人民路３号")
    service.settle(uow, taken, "nominatim", match)
    service.ask(uow, [abroad])
    assert not service.claim(uow, "nominatim").is_known


def test_a_fresh_question_goes_past_what_is_known(uow, subject):
    service.remember(uow, subject, "nominatim", HERE)
    service.ask(uow, [subject], fresh=True)
    assert not service.claim(uow, "nominatim").is_known


def test_the_subject_is_told_and_the_task_is_gone(uow, subject):
    heard = []
    uow.handlers = {AddressLookedUp: (lambda _uow, event: heard.append(event),)}
    service.ask(uow, [subject])
    service.settle(uow, service.claim(uow, "nominatim"), "nominatim", HERE)
    assert heard == [AddressLookedUp(subject, "nominatim", HERE)]
    assert tasks(uow) == []


def test_a_slot_is_free_again_after_the_interval(uow):
    assert service.take_slot(uow, "nominatim", MINUTE) is None
    assert service.take_slot(later(uow, seconds=59), "nominatim", MINUTE) == uow.now + MINUTE
    assert service.take_slot(uow, "baidu", MINUTE) is None
    assert service.take_slot(later(uow, seconds=60), "nominatim", MINUTE) is None


def test_of_many_who_want_a_slot_at_once_one_gets_it(runtime):
    def want(_):
        with runtime.unit_of_work(system_actor()) as uow:
            return service.take_slot(uow, "nominatim", MINUTE) is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(want, range(24))) == 1


def test_a_provider_that_fails_is_left_alone_longer_and_longer_and_a_task_is_given_up_in_the_end(uow, subject):
    service.take_slot(uow, "nominatim", MINUTE)
    service.ask(uow, [subject])
    task = service.claim(uow, "nominatim")
    waits = []
    for _ in range(service.MOST_ATTEMPTS):
        service.put_off(uow, task, "nominatim", "TimeoutError: slow")
        free_at = service.take_slot(uow, "nominatim", MINUTE)
        waits.append((free_at - uow.now).total_seconds())
    assert waits[:4] == [10, 20, 40, 80]
    assert max(waits) == service.LONGEST_PAUSE_SECONDS
    (left,) = tasks(uow)
    assert (left.due_at, left.attempts, left.last_error) == (None, service.MOST_ATTEMPTS, "TimeoutError: slow")
    service.ask(uow, [subject])
    assert service.claim(uow, "nominatim").subject == subject
    service.remember(uow, subject, "nominatim", HERE)
    service.put_off(uow, task, "nominatim", "429", 120)
    assert service.take_slot(uow, "nominatim", MINUTE) == uow.now + timedelta(seconds=120)
