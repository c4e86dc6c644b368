import hashlib

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from checklists.signoff.snapshot import (
    LONGEST,
    Worth,
    check_signature,
    digest_to_sign,
    read_digest,
    revision_now,
    revisions,
    snapshot,
    worth,
)
from kernel.errors import DomainError
from tests.checklists.samples import ORDER, VERSION, signature

A, B, C = (bytes([number]) * 32 for number in (1, 2, 3))


def test_the_digest_is_what_a_phone_computes_from_the_written_definition():
    content = snapshot(ORDER, VERSION, {"level": 71.0, "badge": True, "cause": None}, {"level": [], "cables": [["a"]]})
    written = (
        '{"also":{"cables":[["a"]]},"answers":{"badge":true,"level":71},"schema":"fieldbeat/sign-off/1",'
        '"template_version_id":"00000000-0000-0000-0000-000000000004",'
        '"work_order_id":"00000000-0000-0000-0000-000000000002"}'
    )
    assert digest_to_sign(content) == hashlib.sha256(written.encode()).digest()


def test_other_content_has_another_digest():
    def of(**values):
        return digest_to_sign(snapshot(ORDER, VERSION, values, {}))

    assert of(level=71) == of(level=71.0) == of(level=71, cause=None)
    assert len({of(level=71), of(level=72), of(), of(level="71")}) == 4
    assert digest_to_sign(snapshot(VERSION, ORDER, {}, {})) != digest_to_sign(snapshot(ORDER, VERSION, {}, {}))


def test_a_digest_is_read_from_hexadecimal():
    assert read_digest(A.hex()) == read_digest(A.hex().upper()) == A


@pytest.mark.parametrize("text", [None, 7, "", "ab", "g" * 64, A.hex() + "00", " " * 64, b"a" * 64])
def test_a_malformed_digest_is_refused(text):
    with pytest.raises(DomainError) as refused:
        read_digest(text)
    assert (refused.value.code, refused.value.fields[0].path) == ("signoff.digest_malformed", "/signed_digest")


def test_a_sign_off_names_the_signer_or_the_reason():
    check_signature(signature(1, A))
    check_signature(signature(1, A, signer_name=None, refused_reason="客户急于外出", witness="物业张师傅"))
    for nothing in (None, "", " "):
        with pytest.raises(DomainError) as refused:
            check_signature(signature(1, A, signer_name=nothing))
        assert refused.value.code == "signoff.incomplete"


@pytest.mark.parametrize("name", LONGEST)
def test_a_text_that_cannot_be_kept_is_refused_with_its_place(name):
    check_signature(signature(1, A, **{name: "签" * LONGEST[name]}))
    for unfit in ("签" * (LONGEST[name] + 1), "签\0"):
        with pytest.raises(DomainError) as refused:
            check_signature(signature(1, A, **{name: unfit}))
        assert (refused.value.code, refused.value.fields[0].path) == ("signoff.text_unfit", f"/{name}")


@pytest.mark.parametrize(
    ("signed", "then", "now", "expected"),
    [
        (A, A, A, Worth.CURRENT),
        (A, B, A, Worth.CURRENT),
        (A, A, B, Worth.AMENDED),
        (A, B, B, Worth.MISMATCH),
        (A, B, C, Worth.MISMATCH),
    ],
)
def test_a_signature_is_worth_what_it_still_covers(signed, then, now, expected):
    assert worth(signed, then, now) is expected


def test_the_same_content_keeps_its_revision_and_other_content_makes_the_next():
    signed = [signature(1, A), signature(2, A), signature(3, B), signature(4, A)]
    assert [revisions(signed)[one.op_id] for one in signed] == [1, 1, 2, 3]
    assert revision_now([], A) == 1
    assert revision_now(signed, A) == 3
    assert revision_now(signed, C) == 4
    assert revision_now(signed[:3], B) == 2


@hypothesis_given(
    st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 3)), max_size=6), st.randoms(use_true_random=False)
)
def test_revisions_do_not_depend_on_the_order_of_arrival(drawn, random):
    signed = [signature(number, digest, minutes=minutes) for number, (digest, minutes) in enumerate(drawn, start=1)]
    assert revisions(random.sample(signed, len(signed))) == revisions(signed)
