from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.eligibility import HeldSkill
from dispatch.people.sheets.skill_cells import read_skills, write_skills

END = date(2027, 5, 31)


def test_skills_are_read_from_one_cell():
    first, second = read_skills("catv:3:苏-0815:2027-05-31; fibre；")
    assert first.over(None) == HeldSkill("catv", 3, "苏-0815", END)
    assert second.over(None) == HeldSkill("fibre")
    assert read_skills(" ; ") == []


def test_what_is_not_said_stays_and_a_dash_takes_away():
    held = HeldSkill("catv", 4, "苏-1", END, "省局")
    (said,) = read_skills("catv:2")
    assert said.over(held) == HeldSkill("catv", 2, "苏-1", END, "省局")
    (gone,) = read_skills("catv::-:-")
    assert gone.over(held) == HeldSkill("catv", 4, None, None, "省局")


@pytest.mark.parametrize(
    "cell", ["catv:x", "catv:1:a:2027-13-01", ":3", "a:1:2:2027-01-01:x:2020-01-01:more", "catv:-"]
)
def test_what_cannot_be_read_is_refused_in_words(cell):
    with pytest.raises(ValueError, match=r".+"):
        read_skills(cell)


# A text that is only a dash, or holds full-width separators, would be read as something else.
texts = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], blacklist_characters="；："), min_size=1
)
plain = texts.filter(lambda text: text != "-")
skills = st.builds(
    HeldSkill,
    plain,
    st.integers(1, 5),
    st.none() | plain,
    st.none() | st.dates(),
    st.none() | plain,
    st.none() | st.dates(),
)


@settings(max_examples=150)
@given(st.lists(skills, max_size=4))
def test_what_is_written_is_read_as_it_was(held):
    assert [cell.over(None) for cell in read_skills(write_skills(held))] == held
