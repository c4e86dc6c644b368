"""Texts sealed with a key: nobody without it reads them, none can be changed or moved, and they are found all the same."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.actor import system_actor
from kernel.sealing import KeyUnknown, Sealer, SealingKey, Unopenable, cell, new_key, read_keys, write_key

OLD, NEW = SealingKey("2025", bytes(range(32))), SealingKey("2026", bytes(range(32, 64)))
PHONE = "13800138000"
HERE = cell("customers.phone", 7)


def sealer(*keys: SealingKey) -> Sealer:
    return Sealer(lambda: keys)


@given(st.text(max_size=50), st.text(max_size=50))
def test_what_was_sealed_opens_for_the_same_place_and_shows_nothing(text, context):
    sealed = sealer(OLD).seal(text, context)
    assert sealer(OLD).open(sealed, context) == text
    assert sealed.startswith("sealed:2025:")
    assert sealed.isascii()


def test_a_text_is_sealed_differently_each_time():
    assert sealer(OLD).seal(PHONE, HERE) != sealer(OLD).seal(PHONE, HERE)


def test_a_text_that_was_moved_to_another_row_or_column_does_not_open():
    sealed = sealer(OLD).seal(PHONE, HERE)
    for elsewhere in (cell("customers.phone", 8), cell("requests.contact_phone", 7)):
        with pytest.raises(Unopenable):
            sealer(OLD).open(sealed, elsewhere)


def test_no_letter_of_a_sealed_text_can_be_changed():
    sealed = sealer(OLD).seal(PHONE, HERE)
    begin = len("sealed:2025:")
    for at in range(begin, len(sealed) - 3):  # the very last ones may hold bits that count for nothing
        with pytest.raises(Unopenable):
            sealer(OLD).open(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :], HERE)
    for broken in (sealed[:-1], sealed[:begin], "sealed:", "sealed:2025", sealed + "!"):
        with pytest.raises(Unopenable):
            sealer(OLD).open(broken, HERE)


def test_after_a_new_key_came_first_all_open_and_the_new_one_seals():
    before = sealer(OLD).seal(PHONE, HERE)
    both = sealer(NEW, OLD)
    after = both.seal(PHONE, HERE)
    assert both.open(before, HERE) == both.open(after, HERE) == PHONE
    assert (both.is_renewed(before), both.is_renewed(after)) == (False, True)
    assert after.startswith("sealed:2026:")
    with pytest.raises(KeyUnknown, match="2026"):
        sealer(OLD).open(after, HERE)
    with pytest.raises(Unopenable):  # another key of the same name
        sealer(SealingKey("2026", bytes(32))).open(after, HERE)


def test_what_was_never_sealed_is_read_as_it_is():
    assert sealer(OLD).open(PHONE, HERE) == PHONE
    assert not sealer(OLD).is_renewed(PHONE)


def test_an_index_is_alike_for_the_same_text_and_purpose_and_tells_nothing_without_the_key():
    one = sealer(OLD)
    index = one.blind_index(PHONE, "phone")
    assert index == one.blind_index(PHONE, "phone")
    assert len({index, one.blind_index(PHONE, "end"), sealer(NEW).blind_index(PHONE, "phone")}) == 3
    assert PHONE not in index
    assert len(index) == 20


def test_who_searches_asks_for_the_index_of_every_key():
    both = sealer(NEW, OLD)
    assert both.blind_indexes(PHONE, "phone") == [one.blind_index(PHONE, "phone") for one in (sealer(NEW), sealer(OLD))]
    assert both.blind_index(PHONE, "phone") == both.blind_indexes(PHONE, "phone")[0]


def test_keys_are_read_as_they_are_written():
    made = new_key()
    assert read_keys(write_key(made)) == (made,)
    assert made.name.startswith("key-")
    assert read_keys(f"# kept since May\n{write_key(NEW)}  # the new one\n\n{write_key(OLD)},{write_key(made)}") == (
        NEW,
        OLD,
        made,
    )
    unpadded = base64.urlsafe_b64encode(OLD.secret).decode().rstrip("=")
    assert read_keys(f"2025:{unpadded}") == (OLD,)
    assert repr(OLD) == "SealingKey(name='2025')"


@pytest.mark.parametrize("text", ["2025", "2025:AAAA", f"A B:{'A' * 43}", "2025:+*", f"a:{'A' * 43},a:{'B' * 43}"])
def test_what_are_no_keys_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_keys(text)


def test_keys_are_looked_for_once_and_only_when_one_is_needed():
    asked = []
    lazy = Sealer(lambda: asked.append(1) or [OLD])
    assert not asked
    assert lazy.open(lazy.seal(PHONE, HERE), HERE) == PHONE
    assert asked == [1]


def test_every_transaction_has_what_seals_in_its_database(runtime):
    sealed = runtime.sealer.seal(PHONE, HERE)
    with runtime.unit_of_work(system_actor()) as uow, runtime.reading(system_actor()) as reading:
        assert uow.sealer.open(sealed, HERE) == reading.sealer.open(sealed, HERE) == PHONE
    with runtime.direct_reading(lambda *_: system_actor()) as reading:
        assert reading.sealer is runtime.sealer
