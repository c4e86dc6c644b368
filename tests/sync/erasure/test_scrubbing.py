"""What is left of a document."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from sync.erasure.scrubbing import ERASED, scrub

KEY = str(uuid4())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def test_shape_ids_moments_and_small_numbers_stay_and_words_go():
    document = {
        "id": KEY,
        "kind": "note.added",
        "at": "2026-11-22T01:00:00Z",
        "digest": "ab" * 32,
        "passed": True,
        "level": -12.5,
        "text": "call Wang 13970004711",
        "phone": 13970004711,
        "lat": 33.78,
        "items": ["wang", "13970004711", "12.5", ""],
        "status": "Wang Fang",
    }
    assert scrub(document) == document | {
        "text": ERASED,
        "phone": None,
        "lat": None,
        "items": [ERASED, ERASED, "12.5", ""],
        "status": ERASED,
    }


@given(JSON)
def test_no_word_is_left_and_again_it_is_the_same(document):
    left = scrub(document)
    assert scrub(left) == left
    if isinstance(document, str) and document.isalpha():
        assert left == ERASED
