import pytest

from api import etags
from kernel.errors import DomainError


@pytest.mark.parametrize(
    ("tags", "version"), [(["7"], 7), (["7-0123456789abcdef"], 7), (["7", "7-0123456789abcdef"], 7), (["7", "x"], 7)]
)
def test_a_tag_names_the_version_with_or_without_how_it_looked(tags, version):
    assert etags.expected_version(tags) == version


def test_a_star_matches_any_version():
    assert etags.expected_version([], star=True) is None


@pytest.mark.parametrize("tags", [[], ["x"], ["0"], ["-1"], ["7-xyz"], ["07"], ["7-0123456789ABCDEF"], ["9" * 40]])
def test_a_tag_that_is_not_ours_can_never_match(tags):
    with pytest.raises(DomainError) as caught:
        etags.expected_version(tags)
    assert caught.value.code == "stale"


def test_tags_of_several_versions_are_no_condition():
    with pytest.raises(DomainError) as caught:
        etags.expected_version(["7", "8"])
    assert caught.value.code == "malformed"


def test_the_same_version_that_looks_different_has_another_tag():
    seen = {etags.with_body("7", body) for body in (b"late: no", b"late: yes")}
    assert len(seen) == 2
    assert {etags.expected_version([tag]) for tag in seen} == {7}
