"""The phone computes the digest by itself, and comes to the same as the server."""

from hypothesis import given
from hypothesis import strategies as some

from bench.simulator.signing import digest, snapshot
from checklists.canonical import canonical_json, digest_of
from checklists.signoff import snapshot as server

ORDER, VERSION = "01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"

hundredths = some.integers(-(10**9), 10**9).map(lambda number: round(number / 100, 2))
plain = some.one_of(some.none(), some.booleans(), some.integers(-(2**53), 2**53), hundredths, some.text(max_size=20))
names = some.text("abcdefghij_0123456789", min_size=1, max_size=8)
values = some.recursive(plain, lambda inner: some.lists(inner) | some.dictionaries(names, inner), max_leaves=10)


@given(values)
def test_phone_and_server_write_the_same_canonical_form(value):
    assert digest(value) == digest_of(value).hex()


def test_a_number_that_is_whole_is_written_without_a_fraction():
    assert digest({"n": -25.0}) == digest({"n": -25})
    assert canonical_json(-25.0) == b"-25"


def test_the_snapshot_is_that_of_the_server_with_ones_own_answers_on_top():
    run = {
        "work_order_id": ORDER,
        "template": {"id": VERSION},
        "answers": {
            "a": {"value": 1},
            "b": {"value": None},
            "c": {"value": ["x"], "also": [["y"]]},
            "d": {"value": "old", "also": ["older"]},
        },
    }
    made = snapshot(run, {"d": "new", "e": True, "hidden": 1}, {"a", "b", "c", "d", "e"})
    assert made == server.snapshot(
        ORDER, VERSION, {"a": 1, "b": None, "c": ["x"], "d": "new", "e": True}, {"c": [["y"]]}
    )
    assert digest(made) == server.digest_to_sign(made).hex()
