import io

import pytest
from PIL import Image

from checklists.reports.pdf import print_report
from tests.checklists.reports.samples import DIGESTS, blobs, report


def pages(printed: bytes) -> int:
    return printed.count(b"/Type /Page\n")


def images(printed: bytes) -> int:
    return printed.count(b"/Subtype /Image")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_report_is_printed_with_its_own_fonts_and_pictures(locale):
    printed = print_report(report(locale), blobs().get)
    assert printed.startswith(b"%PDF-")
    assert b"/FontFile" in printed
    assert b"NotoSansSC" in printed
    assert pages(printed) >= 1
    assert images(printed) >= 1


def test_the_same_report_gives_the_same_bytes_and_another_one_others():
    assert print_report(report(), blobs().get) == print_report(report(), blobs().get)
    assert print_report(report("en"), blobs().get) != print_report(report(), blobs().get)


def test_what_is_not_there_or_is_no_picture_is_left_out():
    def read(digest: str) -> bytes | None:
        return b"no picture" if digest == DIGESTS[0] else None

    printed = print_report(report(), read)
    assert images(printed) == 0


def test_a_long_list_goes_on_over_pages():
    one = report()
    long = type(one)(**{name: getattr(one, name) for name in one.__dataclass_fields__} | {"steps": one.steps * 12})
    assert pages(print_report(long, {}.get)) > 3


def test_a_picture_with_a_see_through_ground_is_printed_on_white():
    drawn = io.BytesIO()
    Image.new("RGBA", (20, 10), (0, 0, 0, 0)).save(drawn, "PNG")
    printed = print_report(report(), lambda digest: drawn.getvalue() if digest == DIGESTS[0] else None)
    assert images(printed) >= 1
