from datetime import UTC, date, datetime

import pytest

from dispatch.notifications.catalogue import Catalogue, Text
from dispatch.notifications.notice import Term
from dispatch.notifications.wording import LONGEST_BODY, LONGEST_TITLE, places_in, show, word

MOMENT = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
TEXTS = Catalogue(
    {"a.b": {"zh-CN": Text("{what}", "{when}：{what}"), "en": Text("{what}", "{what} at {when}")}},
    {"a.fire": {"zh-CN": "火", "en": "fire"}},
)


@pytest.mark.parametrize(("language", "body"), [("zh-CN", "2026-11-23 02:30：火"), ("en", "fire at 2026-11-23 02:30")])
def test_values_stand_in_their_places_in_the_readers_language_and_zone(language, body):
    said = word("a.b", language, {"what": Term("a.fire"), "when": MOMENT}, "Asia/Shanghai", TEXTS)
    assert said.body == body


def test_a_moment_without_a_zone_says_that_it_is_utc_and_a_day_is_a_day_anywhere():
    assert show(MOMENT, "en", None) == "2026-11-22 18:30 UTC"
    assert show(date(2026, 11, 22), "en", "Asia/Tokyo") == "2026-11-22"
    assert show(7, "en", None) == "7"


def test_braces_in_a_value_are_no_places():
    assert word("a.b", "en", {"what": "{0.__class__} {when}", "when": 1}, None, TEXTS).title == "{0.__class__} {when}"


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("a.unknown", {}),
        ("a.b", {"what": "x"}),
        ("a.b", {"what": Term("a.water"), "when": MOMENT}),
    ],
)
def test_an_unknown_text_term_or_a_missing_value_is_a_mistake_of_the_caller(template, values):
    with pytest.raises(KeyError):
        word(template, "en", values, None, TEXTS)


def test_what_is_too_long_is_cut_and_says_so():
    said = word("a.b", "en", {"what": "x" * 5000, "when": 1}, None, TEXTS)
    assert (len(said.title), len(said.body)) == (LONGEST_TITLE, LONGEST_BODY)
    assert said.title.endswith("x…")


def test_the_places_of_a_text_are_those_of_its_title_and_its_body():
    assert places_in(Text("{a} {{b}}", "{c}")) == {"a", "c"}
