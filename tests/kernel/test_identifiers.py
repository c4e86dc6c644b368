"""Identifiers: sorted by time, derived again the same, read strictly."""

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identifiers import content_id, derived_id, new_id, new_secret, parse_id, secret_digest


def test_new_ids_are_of_version_7_unique_and_sorted_as_they_were_made():
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}


def test_a_derived_id_is_the_same_in_every_release():
    """Demo data and imports that run again would be doubled otherwise."""
    assert derived_id("import", "la", "1-234") == UUID("f78ac31a-6cb6-898f-8440-f76680a2db4a")
    assert content_id(b"") == UUID("e3b0c442-98fc-8c14-9afb-f4c8996fb924")


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_other_words_derive_another_id(some, others):
    assert (derived_id(*some) == derived_id(*others)) == (some == others)


@given(st.binary())
def test_an_id_of_a_content_is_a_valid_version_8(content):
    one = content_id(content)
    assert (one.version, one.variant) == (8, RFC_4122)
    assert one == content_id(content)
    assert one != content_id(content + b"\0")


@given(st.uuids())
def test_an_id_is_read_in_its_canonical_form_in_either_case(one):
    assert parse_id(str(one)) == one
    assert parse_id(str(one).upper()) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0192f000-0000-7000-8000-00000000000",
        "0192f000-0000-7000-8000-0000000000000",
        "0192f00000007000800000000000000000000",
        "urn:0192f000000070008000000000000000",
        "{0192f000-0000-70008000000000000000}",
        "0192f000-0000-7000-8000_000000000000",
        "0192f0000-000-7000-8000-000000000000",
        "0192f000-0000-7000-8000-00000000000g",
        "0192f000-0000-7000-8000-0000000_0000",
        " 192f000-0000-7000-8000-000000000000",
        "+192f000-0000-7000-8000-000000000000",
        "0x92f000-0000-7000-8000-000000000000",
        "０192f000-0000-7000-8000-000000000000",
        None,
        7,
        b"0192f000-0000-7000-8000-000000000000",
        UUID(int=7),
        ["0192f000-0000-7000-8000-000000000000"],
    ],
)
def test_anything_else_is_no_id(text):
    assert parse_id(text) is None


def test_secrets_are_long_random_and_kept_only_as_digests():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43  # 256 bits in base 64
    one = secrets.pop()
    assert secret_digest(one) == secret_digest(one)
    assert len(secret_digest(one)) == 32
    assert one.encode() not in secret_digest(one)
    assert secret_digest(one) != secret_digest(one + "x")
