import pytest

from dispatch.masking import masked, masked_email, masked_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13970004711", "…4711"),
        ("+86 139 7000 4711", "…4711"),
        ("0517-8230 0001", "…0001"),
        ("1234567", "…4567"),
        ("123456", "…"),
        ("4711", "…"),
        ("无", "…"),
        (None, None),
    ],
)
def test_a_number_shows_its_end_if_that_does_not_say_it_all(phone, shown):
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("email", "shown"), [("wang@example.com", "w…@example.com"), ("w@x.cn", "w…@x.cn"), ("wang", "…"), (None, None)]
)
def test_an_address_shows_its_first_character_and_whose_server_it_is(email, shown):
    assert masked_email(email) == shown


def test_of_a_row_only_how_somebody_is_reached_is_masked():
    row = {"id": 1, "name": "王芳", "phone": "13970004711", "contact_email": "w@x.cn"}
    assert masked(row) == {"id": 1, "name": "王芳", "phone": "…4711", "contact_email": "w…@x.cn"}
