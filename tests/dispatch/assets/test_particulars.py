from datetime import date

import pytest

from dispatch.assets.particulars import NewAsset, tidy
from kernel.errors import DomainError

TODAY = date(2026, 11, 22)


def test_a_serial_number_is_compared_without_blanks_and_in_capitals():
    new = tidy(NewAsset(" ab 12\t34 ", " 华为 ", model=" "), TODAY)
    assert (new.serial, new.vendor, new.model) == ("AB1234", "华为", None)


@pytest.mark.parametrize(
    ("bought", "installed", "path"),
    [
        (date(2026, 11, 23), None, "/3/bought_on"),
        (None, date(2026, 11, 23), "/3/installed_on"),
        (date(2026, 11, 2), date(2026, 11, 1), "/3/installed_on"),
    ],
)
def test_days_that_cannot_be_are_refused(bought, installed, path):
    with pytest.raises(DomainError) as refused:
        tidy(NewAsset("1", "x", bought_on=bought, installed_on=installed), TODAY, "/3")
    assert (refused.value.code, refused.value.fields[0].path) == ("asset.dates_wrong", path)


@pytest.mark.parametrize(("change", "path"), [({"serial": " "}, "/serial"), ({"vendor": "a\nb"}, "/vendor")])
def test_texts_are_single_lines(change, path):
    with pytest.raises(DomainError) as refused:
        tidy(NewAsset(**{"serial": "1", "vendor": "x"} | change), TODAY)
    assert refused.value.fields[0].path == path
