import pytest

from dispatch.requests.categories import work_type_code


@pytest.mark.parametrize(
    ("category", "code"),
    [
        ("Dead Animal Removal", "dead_animal_removal"),
        ("Metal/Household Appliances", "metal_household_appliances"),
        ("宽带故障", "宽带故障"),
        ("", "other"),
        ("!!!", "other"),
        ("x" * 60, "x" * 48),
    ],
)
def test_a_category_becomes_the_code_of_a_work_type(category, code):
    assert work_type_code(category) == code
