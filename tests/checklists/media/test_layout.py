import io

import pytest

from checklists.media.layout import (
    MOST_CHUNKS,
    MOST_FILLING,
    MOST_SEGMENTS,
    Layout,
    TooManyParts,
    check_parts,
    read_jpeg,
)
from tests.checklists.media.jpegs import photo
from tests.checklists.media.pictures import picture
from tests.checklists.media.test_pictures import chunk


def layout(content: bytes) -> Layout:
    return read_jpeg(io.BytesIO(content))


def test_a_jpeg_ends_where_its_end_marker_is_and_is_held_only_if_it_comes_in_several_scans():
    plain, progressive = photo((640, 480)), photo((640, 480), progressive=True)
    assert layout(plain + b"film") == Layout(len(plain), 1, 0)
    assert layout(plain[:-2]).end is None
    found = layout(progressive)
    assert (found.end, found.scans > 5, found.held_bytes) == (len(progressive), True, 640 * 480 * 3 // 2 * 2)
    assert layout(photo((640, 480), progressive=True, subsampling=0)).held_bytes == 640 * 480 * 3 * 2
    assert layout(photo((33, 17), "CMYK", progressive=True)).held_bytes == 40 * 24 * 4 * 2


@pytest.mark.parametrize("length", [0, 1, 3, 20, 200, 620])
def test_whatever_is_cut_off_a_jpeg_has_no_end(length):
    assert layout(photo()[:length]).end is None


@pytest.mark.parametrize("size", [0, 1])
def test_a_segment_shorter_than_its_own_length_ends_it(size):
    assert layout(b"\xff\xd8\xff\xe0" + size.to_bytes(2, "big") + photo()[2:]).end is None


def test_a_head_of_too_many_parts_is_not_read_on():
    jpeg, png = photo((16, 16)), picture(kind="PNG")
    for part, most in ((b"\xff\xfe\x00\x02", MOST_SEGMENTS), (b"\xff", MOST_FILLING)):
        check_parts(io.BytesIO(jpeg[:2] + part * (most // 2) + jpeg[2:]))
        with pytest.raises(TooManyParts):
            check_parts(io.BytesIO(jpeg[:2] + part * (most + 1) + jpeg[2:]))
    check_parts(io.BytesIO(png))
    with pytest.raises(TooManyParts):
        check_parts(io.BytesIO(png[:-12] + chunk(b"prVt", b"") * MOST_CHUNKS + png[-12:]))
    check_parts(io.BytesIO(b""))
