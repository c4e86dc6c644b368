"""Reasons: known codes, words of phones that nobody knows, and evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.work_orders.lifecycle import TABLE, Command
from dispatch.work_orders.reasons import (
    DEFAULTS,
    EVIDENCE_MISSING,
    KIND_OF,
    LONGEST_NOTE,
    OTHER,
    REASON_OTHER,
    Catalogue,
    Given,
    Reason,
    ReasonKind,
    settle,
)
from kernel.errors import DomainError

HOLD = ReasonKind.HOLD
PLAIN = Catalogue()


def test_every_kind_has_reasons_in_two_languages_and_other():
    for kind in ReasonKind:
        known = PLAIN.of_kind(kind)
        assert len(known) > 3
        assert [one.code for one in known if one.code == OTHER] == [OTHER]
        assert all(one.label and one.label_en and one.active for one in known)
    assert not any(one.needs_evidence for one in DEFAULTS.values() if one.code == OTHER)


def test_every_command_that_needs_a_reason_has_a_kind_of_them():
    needing = {command for command, rule in TABLE.items() if "reason" in rule.needs}
    # Why orders are put back is told in the words of whoever changes the territory.
    assert needing - {Command.PUT_BACK} <= set(KIND_OF)


def test_a_known_code_is_kept_with_the_words_beside_it():
    given_ = settle(PLAIN, HOLD, {"reason": " waiting_parts ", "note": " 等光猫 "}, lenient=False)
    assert given_ == Given("waiting_parts", "等光猫")


@pytest.mark.parametrize("text", ["待备件", "too_far", "", 7, "WAITING_PARTS"])
def test_an_unknown_reason_is_refused_with_its_path_and_the_known_ones(text):
    with pytest.raises(DomainError) as caught:
        settle(PLAIN, HOLD, {"reason": text}, lenient=False)
    assert (caught.value.code, caught.value.fields[0].path) == ("work_order.reason_unknown", "/data/reason")
    assert "waiting_parts" in caught.value.extra["allowed"]


def test_words_of_a_phone_are_never_lost():
    assert settle(PLAIN, HOLD, {"reason": "待备件"}, lenient=True) == Given(OTHER, "待备件", (REASON_OTHER,))
    both = settle(PLAIN, HOLD, {"reason": "门锁", "note": "找物业"}, lenient=True)
    assert both == Given(OTHER, "门锁 找物业", (REASON_OTHER,))


def test_a_phone_may_say_what_people_read():
    for text in ("等待备件", "Waiting for parts"):
        assert settle(PLAIN, HOLD, {"reason": text}, lenient=True) == Given("waiting_parts")


def test_a_region_adds_reasons_and_takes_the_products_out_of_use():
    own = Catalogue.of(
        [
            Reason(HOLD, "flood", "汛期", "Flood"),
            Reason(HOLD, "weather", "天气", "Weather", active=False),
        ]
    )
    assert settle(own, HOLD, {"reason": "flood"}, lenient=False).code == "flood"
    with pytest.raises(DomainError) as caught:
        settle(own, HOLD, {"reason": "weather"}, lenient=False)
    assert "weather" not in caught.value.extra["allowed"]
    assert settle(own, HOLD, {"reason": "weather"}, lenient=True) == Given("weather"), "a phone had the older catalogue"


def test_evidence_is_a_note_or_a_photo_and_missing_on_a_phone_it_shows():
    unsafe = {"reason": "unsafe"}
    with pytest.raises(DomainError) as caught:
        settle(PLAIN, ReasonKind.UNABLE, unsafe, lenient=False)
    assert (caught.value.code, caught.value.fields[0].path) == ("work_order.evidence_missing", "/data/note")
    for proof in ({"note": "电线裸露"}, {"media": ["m1"]}):
        assert settle(PLAIN, ReasonKind.UNABLE, unsafe | proof, lenient=False).flags == ()
    assert settle(PLAIN, ReasonKind.UNABLE, unsafe, lenient=True).flags == (EVIDENCE_MISSING,)


@pytest.mark.parametrize("note", [5, ["x"], "x" * (LONGEST_NOTE + 1)])
def test_a_note_that_is_none_is_refused_with_its_path(note):
    with pytest.raises(DomainError) as caught:
        settle(PLAIN, HOLD, {"reason": "weather", "note": note}, lenient=False)
    assert caught.value.fields[0].path == "/data/note"


@given(st.sampled_from(ReasonKind), st.text() | st.integers(), st.none() | st.text() | st.integers())
def test_whatever_a_phone_says_there_is_a_reason_and_every_word_is_kept(kind, reason, note):
    found = settle(PLAIN, kind, {"reason": reason, "note": note}, lenient=True)
    assert (kind, found.code) in DEFAULTS
    if REASON_OTHER in found.flags:
        kept = found.note or ""
        assert kept.startswith(str(reason).strip()[:LONGEST_NOTE])
