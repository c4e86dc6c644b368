import io
import struct
import zlib

import pytest
from PIL import Image

from checklists.media.pictures import MOST_PIXELS, Picture, recognise
from kernel.errors import DomainError
from tests.checklists.media.pictures import picture


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_picture_is_known_by_its_own_bytes(kind, content_type):
    assert recognise(io.BytesIO(picture(kind=kind))) == Picture(content_type, 32, 24)


def test_what_a_phone_appends_behind_a_picture_does_no_harm():
    film = b"\x00\x00\x00\x18ftypmp42" + b"film" * 1000
    assert recognise(io.BytesIO(picture(kind="JPEG") + film)).content_type == "image/jpeg"
    exif = Image.Exif()
    exif[0x010E] = "thumbnail"
    held = io.BytesIO()
    Image.new("RGB", (64, 48)).save(held, "JPEG", exif=exif, progressive=True)
    assert recognise(held).width == 64


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that says it is as large as that, with hardly a byte of content."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "media.not_a_picture"),
        (b"%PDF-1.7 nothing", "media.not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "media.not_a_picture"),
        (picture(kind="GIF"), "media.not_a_picture"),
        (picture(kind="PNG")[:60], "media.not_a_picture"),
        (picture(kind="JPEG")[:-2], "media.not_a_picture"),
        (picture(kind="JPEG", size=(400, 300))[:-900], "media.not_a_picture"),
        (picture(kind="WEBP", size=(400, 300))[:-9], "media.not_a_picture"),
        (bomb(MOST_PIXELS // 100 + 1, 100), "media.too_many_pixels"),
        (bomb(60_000, 60_000), "media.too_many_pixels"),
    ],
)
def test_what_is_no_picture_or_unfolds_too_far_is_refused(content, code):
    with pytest.raises(DomainError) as refused:
        recognise(io.BytesIO(content))
    assert refused.value.code == code
