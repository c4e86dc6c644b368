"""The phone computes the digest by itself, and comes to the same as the server."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from bench.simulator.charging import line as phone_line
from bench.simulator.signing import beside, digest, link, snapshot
from checklists.canonical import canonical_json, digest_of
from checklists.signoff import snapshot as server
from checklists.signoff.chain import link_of
from checklists.signoff.seen import Around, Moment, read_terms
from dispatch.fees.lines import Facts, Line
from dispatch.fees.policy import read_rules
from dispatch.fees.reading import Saying, read_line

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


AT = datetime(2026, 11, 22, 1, 0, 0, 123456, tzinfo=UTC)
RULES = {"currency": "CNY", "digits": 2, "tax_percent": "6", "tax_included": True}


def saying(number: int, **said: str) -> tuple[Line, dict[str, object]]:
    """Make a line as the server reads it, and as the phone reckons it."""
    key = UUID(int=number)
    who = Saying(key, UUID(ORDER), key, AT, frozenset(), AT.date())
    line, _ = read_line(who, said, read_rules({"tax_percent": "6"}), None)
    return line, phone_line(str(key), said, RULES)


prices = some.decimals("0.01", "9999", places=2).map(str)


@given(some.lists(some.tuples(prices, some.integers(1, 99), some.integers(0, 100)), max_size=5))
def test_phone_and_server_reckon_the_same_fees_and_times(drawn):
    made = [
        saying(number, text="x", unit_price=price, quantity=str(count), discount_percent=str(off), kind="part")
        for number, (price, count, off) in enumerate(drawn, start=1)
    ]
    made.append(saying(99, text="y", kind="part"))
    around = Around(Facts([line for line, _ in made]), [Moment("arrived_at", (AT, UUID(int=1)), AT)])
    seen = beside({}, RULES, [own for _, own in reversed(made)], {"arrived_at": AT.isoformat()}, {"m1": "ab" * 32})
    terms = read_terms(2, None, {"m1": "AB" * 32})
    assert seen == around.seen(["m1"], terms)


def test_phone_and_server_link_the_same_chain():
    data = {"signed_digest": "ab" * 32, "signer_name": "李女士", "previous": "cd" * 32}
    signed = server.Signature(UUID(VERSION), b"\xab" * 32, AT, UUID(int=9), "李女士", previous=b"\xcd" * 32)
    assert link(VERSION, ORDER, data) == link_of(signed, UUID(ORDER)).hex()
