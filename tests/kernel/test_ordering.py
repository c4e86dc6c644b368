from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, delete, select

from kernel.database import read_page
from kernel.errors import DomainError
from kernel.ordering import Order, Sorts
from tests.statements import recorded

TIERS = ("emergency", "priority", "routine")
ROWS = Table(
    "test_sorted",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("tier", String(20), nullable=False),
    Column("small", Integer),
    Column("place", Integer, nullable=False),
)
SORTS = Sorts(
    ROWS.c.place,
    ROWS.c.id,
    by={"place": ROWS.c.place, "tier": ROWS.c.tier, "small": ROWS.c.small},
    ranks={"tier": TIERS},
    narrow=("small",),
)
PARTS = {"all": None, "none": [], "one": [ROWS.c.place < 2], "two that overlap": [ROWS.c.place < 2, ROWS.c.place > 0]}


@pytest.fixture
def session(undone):
    ROWS.create(undone.session.connection())
    return undone.session


def seen(part, place):
    return {"all": True, "none": False, "one": place < 2, "two that overlap": True}[part]


def promised(rows, word):
    """What the order says, in Python: rows without a value last, ties by id."""
    name, downwards = word.removeprefix("-"), word.startswith("-")
    key = TIERS.index if name == "tier" else int
    there = sorted((r for r in rows if r[name] is not None), key=lambda r: (key(r[name]), r["id"]), reverse=downwards)
    none = sorted((r for r in rows if r[name] is None), key=lambda r: r["id"], reverse=downwards)
    return [row["id"] for row in there + none]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    values=st.lists(st.tuples(st.sampled_from(TIERS), st.none() | st.integers(0, 2), st.integers(0, 2)), max_size=14),
    late=st.lists(st.tuples(st.sampled_from(TIERS), st.none() | st.integers(0, 2), st.integers(0, 2)), max_size=4),
    word=st.sampled_from(SORTS.words),
    size=st.integers(1, 7),
    part=st.sampled_from(sorted(PARTS)),
)
def test_all_pages_are_the_whole_sorted_and_what_is_added_between_them_doubles_nothing(
    session, values, late, word, size, part
):
    session.execute(delete(ROWS))
    rows = [
        {"id": UUID(int=7919 * nth % 101), "tier": tier, "small": small, "place": place}
        for nth, (tier, small, place) in enumerate(values)
    ]
    if rows:
        session.execute(ROWS.insert(), rows)
    statement, found, after = select(ROWS.c.small, ROWS.c.tier, ROWS.c.place, ROWS.c.id), [], None
    for nth in range(len(values) + len(late) + 1):
        page = read_page(session, statement, key=SORTS.order(word), limit=size, after=after, any_of=PARTS[part])
        found += [row.id for row in page.items]
        if nth < len(late):
            tier, small, place = late[nth]
            new = {"id": UUID(int=200 - 13 * nth), "tier": tier, "small": small, "place": place}
            session.execute(ROWS.insert(), [new])
        after = page.after
        if after is None:
            break
    assert after is None, "it goes on"
    assert len(set(found)) == len(found)
    known = [row for row in rows if seen(part, row["place"])]
    assert [one for one in found if one.int < 148] == promised(known, word)


def test_a_page_in_any_order_costs_one_statement(session):
    for word in SORTS.words:
        with recorded(session) as statements:
            read_page(session, select(*ROWS.columns), key=SORTS.order(word), limit=5, any_of=PARTS["two that overlap"])
        assert len(statements) == 1


def test_what_is_offered_is_each_column_both_ways():
    assert set(SORTS.words) == {"place", "-place", "tier", "-tier", "small", "-small"}


def test_without_a_word_a_list_has_its_own_order():
    assert SORTS.order(None) == Order((ROWS.c.place, ROWS.c.id))
    assert SORTS.plain("-place") is None
    assert [SORTS.plain(word) for word in (None, "place", "tier")] == [None, "place", "tier"]


@pytest.mark.parametrize("word", ["small", "-small"])
def test_an_order_without_an_index_is_for_a_bounded_part_only(word):
    assert SORTS.order(word).key[0] is ROWS.c.small
    with pytest.raises(DomainError) as caught:
        SORTS.order(word, is_narrow=False)
    assert caught.value.code == "sort.too_wide"
    assert SORTS.order("place", is_narrow=False).key[0] is ROWS.c.place
