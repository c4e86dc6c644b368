"""Drawing: the same again whatever the order, with every promise of the shares kept, and fair."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from checklists.review.sampling.draw import Shares, allotted, chance, draw, part
from checklists.review.sampling.fairness import chi_square, critical_value
from checklists.review.sampling.frame import Eligible, frame_digest
from checklists.review.states import Why

AT = datetime(2026, 10, 1, tzinfo=UTC)
shares = st.builds(Shares, *(st.integers(0, 60) for _ in range(3)), st.integers(0, 3), st.integers(0, 100))


def row(number: int, zone: int = 1, technician: int = 1, weight: int = 1) -> Eligible:
    return Eligible(UUID(int=number), UUID(int=number), UUID(int=zone), UUID(int=technician), "repair", AT, weight)


frames = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=60).map(
    lambda rows: [row(nth + 1, *each) for nth, each in enumerate(rows)]
)


@run(max_examples=60)
@given(frames, st.text(max_size=8), shares, st.randoms(use_true_random=False))
def test_drawing_again_gives_the_same_sample_whatever_the_order_of_the_frame(frame, seed, wanted, random):
    mixed = list(frame)
    random.shuffle(mixed)
    first = draw(frame, seed, wanted)
    assert draw(mixed, seed, wanted) == first
    assert frame_digest(mixed) == frame_digest(frame)
    keys = [one.work_order_id for one in first]
    assert keys == sorted(set(keys)), "nothing is drawn twice"


@run(max_examples=60)
@given(frames, st.text(max_size=8), shares)
def test_every_share_is_kept(frame, seed, wanted):
    drawn = draw(frame, seed, wanted)
    why = Counter(one.why for one in drawn)
    keys = {one.work_order_id for one in drawn}
    assert why[Why.RANDOM] == part(len(frame), wanted.random_percent)
    per_technician = Counter(one.technician_id for one in frame)
    for technician, count in per_technician.items():
        mine = sum(one.technician_id == technician and one.work_order_id in keys for one in frame)
        assert mine >= min(count, wanted.minimum_per_technician)
    sizes = Counter(one.stratum for one in frame)
    for stratum, count in allotted(dict(sizes), part(len(frame), wanted.stratified_percent), seed).items():
        assert sum(one.stratum == stratum and one.work_order_id in keys for one in frame) >= count
    assert all(
        one.weight > 1
        for one in frame
        if any(d.work_order_id == one.work_order_id and d.why is Why.RISK for d in drawn)
    )
    assert sum(one.double for one in drawn) == part(len(drawn), wanted.double_percent)


def test_the_random_share_is_the_same_whatever_else_is_drawn_and_another_seed_draws_another():
    frame = [row(n, n % 7, n % 5, 1 + n % 3) for n in range(1, 201)]

    def at_random(seed, *others):
        return {one.work_order_id for one in draw(frame, seed, Shares(10, *others)) if one.why is Why.RANDOM}

    assert at_random("a", 0, 0, 0, 0) == at_random("a", 50, 50, 3, 100)
    assert at_random("a", 0, 0, 0, 0) != at_random("b", 0, 0, 0, 0)


def test_the_random_share_is_fair_by_a_chi_square_test():
    """400 draws of 8 out of 40: without replacement the statistic is chi-square with 39 degrees once widened (Tate, 1955)."""
    frame = [row(n, n % 4, n % 6, 1 + 8 * (n % 2)) for n in range(1, 41)]
    counts = Counter(
        one.work_order_id
        for seed in range(400)
        for one in draw(frame, f"seed {seed}", Shares(20, 10, 10, 1, 0))
        if one.why is Why.RANDOM
    )
    expected = 400 * 8 / 40
    observed = [float(counts[one.work_order_id]) for one in frame]
    statistic = chi_square(observed, [expected] * 40) / (1 - 8 / 40) * 39 / 40
    assert sum(observed) == 400 * 8
    assert statistic < critical_value(39), statistic


def test_what_weighs_more_is_drawn_more_often_in_proportion():
    frame = [row(1, weight=2), row(2, weight=8)]
    heavy = sum(
        draw(frame, f"seed {seed}", Shares(0, 0, 50, 0, 0))[0].work_order_id == UUID(int=2) for seed in range(1000)
    )
    assert abs(heavy - 800) < 3.3 * (1000 * 0.8 * 0.2) ** 0.5


def test_chances_lie_strictly_between_0_and_1_and_are_those_that_anybody_can_compute():
    digest = hashlib.sha256(b"s|random|1").hexdigest()
    assert chance("s", "random", 1) == (int(digest[:12], 16) + 0.5) / 2**48
    values = [chance("s", "random", n) for n in range(500)]
    assert 0 < min(values) < 0.02
    assert 0.98 < max(values) < 1
    assert len(set(values)) == 500


def test_what_is_shared_out_adds_up():
    found = allotted({"a": 5, "b": 3, "c": 2}, 4, "seed")
    assert sum(found.values()) == 4
    assert found["a"] == 2
    assert allotted({}, 3, "seed") == {}
