"""Questions and answers in memory, as people and phones write them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from dispatch.consultations.book import Answering, Asking, ConsultationBook, Known, read_asking, texts_of
from dispatch.consultations.standing import State, Urgency
from kernel.errors import DomainError
from tests.conftest import NOW

ORDER, ME, EXPERT, KEY = (UUID(int=number) for number in range(1, 5))
order = cast("Any", SimpleNamespace(id=ORDER))


def read(**data: Any) -> Asking:
    return read_asking(KEY, order, ME, NOW, {"question": "?", "skill": "fibre", **data}, (), ())


def test_a_phones_question_is_read_as_it_was_written():
    asking = read(min_level=3, urgency="urgent")
    assert (asking.skill, asking.min_level, asking.urgency) == ("fibre", 3, Urgency.URGENT)
    assert asking.waits == timedelta(minutes=15)
    person = read(skill=None, user_id=str(EXPERT))
    assert (person.user_id, person.waits) == (EXPERT, timedelta(minutes=60))


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"question": 7}, "/question"),
        ({"question": "x" * 2001}, "/question"),
        ({"question": "a\0b"}, "/question"),
        ({"skill": 7}, "/skill"),
        ({"skill": None, "user_id": "nobody"}, "/skill"),
        ({"min_level": True}, "/min_level"),
        ({"min_level": "3"}, "/min_level"),
        ({"min_level": 9}, "/min_level"),
        ({"urgency": "panic"}, "/urgency"),
        ({"urgency": ["urgent"]}, "/urgency"),
    ],
)
def test_what_a_phone_may_not_ask_is_refused_with_its_place(data, path):
    with pytest.raises(DomainError) as caught:
        read(**data)
    assert [field.path for field in caught.value.fields] == [path]


def test_only_who_was_asked_about_this_order_may_answer():
    known = Known(KEY, UUID(int=9), ORDER, ME, State.OPEN, frozenset({EXPERT}))
    book = ConsultationBook({KEY: known})
    assert book.may_answer(KEY, ORDER, EXPERT)
    assert not book.may_answer(KEY, ORDER, ME)
    assert not book.may_answer(KEY, UUID(int=8), EXPERT)
    assert not book.may_answer(UUID(int=8), ORDER, EXPERT)
    assert not book.may_answer(None, ORDER, EXPERT)


def test_an_answer_that_comes_too_late_is_kept_and_says_so():
    for state, in_time in ((State.OPEN, True), (State.ANSWERED, True), (State.CLOSED, False)):
        book = ConsultationBook({KEY: Known(KEY, UUID(int=9), ORDER, ME, state, frozenset({EXPERT}))})
        assert book.answer(Answering(UUID(int=5), KEY, EXPERT, NOW, "x")) is in_time
        assert len(book.answers) == 1


def test_only_texts_are_references_to_media():
    assert texts_of(["a", 7, None, "b"]) == ("a", "b")
    assert texts_of("a") == ()
    assert len(texts_of(["x"] * 99)) == 20
