import pytest

from dispatch.policies import rules
from kernel.errors import DomainError


def refused_at(call, *args) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args)
    assert refused.value.code == "policy.rules_wrong"
    return refused.value.fields[0].path


def test_members_are_read_or_have_their_default():
    assert rules.whole({"hours": 3}, "hours", 24, 0, 72) == 3
    assert rules.whole({}, "hours", 24, 0, 72) == 24
    assert rules.texts(["a ", "b"], 3, 5, "/rules/x") == ("a", "b")


@pytest.mark.parametrize("value", [-1, 73, True, "3", 2.0, None])
def test_a_number_out_of_its_bounds_is_refused_with_its_place(value):
    assert refused_at(rules.whole, {"hours": value}, "hours", 24, 0, 72) == "/rules/hours"


@pytest.mark.parametrize(
    ("value", "path"), [("abc", "/x"), (["a", ""], "/x/1"), (["toolong"], "/x/0"), ([1], "/x/0"), (["a"] * 4, "/x")]
)
def test_a_list_of_texts_holds_texts_only(value, path):
    assert refused_at(rules.texts, value, 3, 5, "/x") == path


def test_a_member_that_nobody_reads_is_refused():
    rules.known({"a": 1}, ("a", "b"))
    assert refused_at(rules.known, {"a": 1, "z": 2}, ("a", "b")) == "/rules/z"
