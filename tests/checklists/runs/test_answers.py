import math

import pytest

from checklists.runs.answers import Verdict, badness, check, check_beside, judge
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Item
from kernel.errors import DomainError
from tests.checklists.samples import choice, item

T = AnswerType
CHOICES = (choice("good"), choice("fair"), choice("bad", fails=True))
ONE = item(T.SINGLE_CHOICE, choices=CHOICES)
MANY = item(T.MULTIPLE_CHOICE, choices=CHOICES)
LEVEL = item(T.NUMBER, minimum=60, maximum=80)
PHOTO = item(T.PHOTO, photos_min=2, photos_max=3)
POINT = {"lat": 33.78, "lon": 119.27}


@pytest.mark.parametrize(
    ("one", "value", "verdict"),
    [
        (item(T.YES_NO), True, Verdict.PASSED),
        (item(T.YES_NO), False, Verdict.FAILED),
        (item(T.YES_NO, expects=False), True, Verdict.FAILED),
        (item(T.YES_NO, expects=None), False, Verdict.PASSED),
        (item(T.PASS_FAIL), "pass", Verdict.PASSED),
        (item(T.PASS_FAIL), "fail", Verdict.FAILED),
        (ONE, "fair", Verdict.PASSED),
        (ONE, "bad", Verdict.FAILED),
        (MANY, [], Verdict.EMPTY),
        (MANY, ["good", "fair"], Verdict.PASSED),
        (MANY, ["good", "bad"], Verdict.FAILED),
        (LEVEL, 60, Verdict.PASSED),
        (LEVEL, 80.0, Verdict.PASSED),
        (LEVEL, 59.9, Verdict.FAILED),
        (LEVEL, 80.1, Verdict.FAILED),
        (item(T.NUMBER, minimum=0), -1, Verdict.FAILED),
        (item(T.NUMBER, maximum=0), 1, Verdict.FAILED),
        (item(T.NUMBER), -1e15, Verdict.PASSED),
        (item(T.TEXT), "接头松动", Verdict.PASSED),
        (item(T.TEXT), "", Verdict.EMPTY),
        (item(T.DATE_TIME), "2026-11-22T08:10:00+08:00", Verdict.PASSED),
        (item(T.DATE_TIME), "2026-11-22T00:10:00Z", Verdict.PASSED),
        (PHOTO, ["m1"], Verdict.EMPTY),
        (PHOTO, ["m1", "m2"], Verdict.PASSED),
        (item(T.BARCODE), "SN-0001", Verdict.PASSED),
        (item(T.BARCODE), "", Verdict.EMPTY),
        (item(T.GEO_POINT), POINT, Verdict.PASSED),
        (item(T.GEO_POINT), {**POINT, "acc_m": 8, "mock": False, "fix_at": "2026-11-22T00:10:00Z"}, Verdict.PASSED),
    ],
)
def test_an_answer_is_recorded_as_given_and_judged(one: Item, value, verdict):
    recorded = check(one, value)
    assert recorded is value
    assert judge(one, recorded) is verdict


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (item(T.YES_NO), "yes"),
        (item(T.YES_NO), 1),
        (item(T.PASS_FAIL), True),
        (item(T.PASS_FAIL), "maybe"),
        (ONE, "worse"),
        (ONE, ["good"]),
        (MANY, "good"),
        (MANY, ["good", "good"]),
        (MANY, ["worse"]),
        (MANY, [{}]),
        (LEVEL, "71"),
        (LEVEL, True),
        (LEVEL, math.nan),
        (LEVEL, math.inf),
        (LEVEL, 2e15),
        (item(T.TEXT), 3),
        (item(T.TEXT), "x" * 2001),
        (item(T.TEXT), "a\0b"),
        (item(T.DATE_TIME), "2026-11-22T08:10:00"),
        (item(T.DATE_TIME), "yesterday"),
        (item(T.DATE_TIME), 1700000000),
        (item(T.DATE_TIME), "2026-11-22T08:10:00+08:00" + " " * 40),
        (PHOTO, "m1"),
        (PHOTO, ["m1", "m1"]),
        (PHOTO, ["m1", "m2", "m3", "m4"]),
        (PHOTO, [""]),
        (PHOTO, ["m" * 65]),
        (item(T.BARCODE), "x" * 129),
        (item(T.BARCODE), "a\nb"),
        (item(T.GEO_POINT), [33.78, 119.27]),
        (item(T.GEO_POINT), {"lat": 33.78}),
        (item(T.GEO_POINT), {"lat": 91, "lon": 0}),
        (item(T.GEO_POINT), {"lat": 0, "lon": -181}),
        (item(T.GEO_POINT), {**POINT, "acc_m": -1}),
        (item(T.GEO_POINT), {**POINT, "mock": "no"}),
        (item(T.GEO_POINT), {**POINT, "fix_at": "now"}),
        (item(T.GEO_POINT), {**POINT, "alt": 3}),
    ],
)
def test_what_is_no_answer_to_the_item_is_refused_with_its_place(one: Item, value):
    with pytest.raises(DomainError) as refused:
        check(one, value)
    assert refused.value.code == "checklist.wrong_type"
    assert [field.path for field in refused.value.fields] == ["/answers/one/value"]
    assert refused.value.extra == {"wanted": one.type.value}


@pytest.mark.parametrize("kind", [kind for kind in T if kind is not T.SIGNATURE])
def test_every_answer_can_be_taken_back(kind):
    one = item(kind, choices=CHOICES)
    assert check(one, None) is None
    assert judge(one, None) is Verdict.EMPTY


def test_a_photo_item_without_a_value_takes_the_media_of_the_answer():
    assert check(PHOTO, None, ("m1", "m2")) == ["m1", "m2"]
    assert check(PHOTO, ["m3"], ("m1", "m2")) == ["m3"]
    assert check(LEVEL, None, ("m1",)) is None


@pytest.mark.parametrize(
    ("note", "media", "path"),
    [("x" * 2001, (), "/note"), ("a\0b", (), "/note"), (None, ("m1", "m" * 65), "/media"), (None, ("m\0",), "/media")],
)
def test_what_comes_with_an_answer_and_cannot_be_kept_is_refused_with_its_place(note, media, path):
    check_beside("x" * 2000, ("m" * 64,))
    with pytest.raises(DomainError) as refused:
        check_beside(note, media)
    assert (refused.value.code, refused.value.fields[0].path) == ("checklist.wrong_type", path)


@pytest.mark.parametrize(
    ("one", "from_best_to_worst"),
    [
        (LEVEL, [70, 61, 80, None, 59, 100]),
        (item(T.NUMBER), [3, None]),
        (ONE, ["good", "fair", None, "bad"]),
        (MANY, [["good"], ["good", "fair"], [], ["bad", "good"]]),
        (item(T.PASS_FAIL), ["pass", None, "fail"]),
        (item(T.YES_NO, expects=False), [False, None, True]),
        (item(T.TEXT), ["words", ""]),
    ],
)
def test_the_worst_answer_can_be_told(one: Item, from_best_to_worst):
    ranks = [badness(one, value) for value in from_best_to_worst]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
