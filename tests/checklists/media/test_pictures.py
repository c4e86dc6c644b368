import errno
import hashlib
import io
import struct
import zlib
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from checklists.media.pictures import MOST_PIXELS, Picture, check_undamaged, recognise
from checklists.media.service import store_picture
from checklists.media.states import ThumbnailSize
from checklists.media.thumbnails import look_into
from kernel.blobs import FolderBlobs
from kernel.errors import DomainError
from tests.checklists.media.jpegs import photo, zeroed
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


def test_fill_bytes_before_a_marker_do_no_harm():
    photo = picture(kind="JPEG")
    assert recognise(io.BytesIO(photo[:2] + b"\xff\xff" + photo[2:])).content_type == "image/jpeg"


def test_a_portrait_with_its_depth_behind_it_is_a_jpeg():
    packed = io.BytesIO()
    depth = Image.new("L", (16, 12))
    Image.new("RGB", (64, 48)).save(packed, "MPO", save_all=True, append_images=[depth])
    found = recognise(packed)
    assert found == Picture("image/jpeg", 64, 48)
    check_undamaged(packed, found)
    assert set(look_into(packed, ZoneInfo("Asia/Shanghai")).thumbnails) == set(ThumbnailSize)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_whose_middle_is_missing_is_refused_unless_its_sender_has_no_other(kind, tmp_path):
    blobs, packed = FolderBlobs(tmp_path), io.BytesIO()
    Image.open(io.BytesIO(photo())).save(packed, kind)
    whole = packed.getvalue()
    cut = zeroed(whole, len(whole) // 2, 4096)
    assert store_picture(blobs, io.BytesIO(whole)).size_bytes == len(whole)
    if kind == "WEBP":
        return  # it has nothing to tell by
    with pytest.raises(DomainError) as refused:
        store_picture(blobs, io.BytesIO(cut))
    assert refused.value.code == {"JPEG": "media.damaged", "PNG": "media.not_a_picture"}[kind]
    assert not blobs.has(hashlib.sha256(cut).hexdigest())
    if kind == "JPEG":
        assert store_picture(blobs, io.BytesIO(cut), hashlib.sha256(cut).hexdigest()).size_bytes == len(cut)


class SickDisk(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "input/output error")


def test_a_disk_that_cannot_be_read_is_not_the_pictures_fault():
    with pytest.raises(OSError, match="input/output"):
        recognise(SickDisk(picture()))


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def frame(width: int, height: int, kind: int = 0xC0) -> bytes:
    """The head of a JPEG's frame in three colours, none halved, with a table for it."""
    table = b"\xff\xdb" + struct.pack(">HB", 67, 0) + b"\x01" * 64
    colours = b"".join(bytes((colour, 0x11, 0)) for colour in (1, 2, 3))
    return table + bytes((0xFF, kind)) + struct.pack(">HBHHB", 17, 8, height, width, 3) + colours


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that says it is as large as that, with hardly a byte of content."""
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
        (b"\xff\xd8" + b"\xff" * 99_999 + picture()[2:], "media.not_a_picture"),
        (picture()[:2] + b"\xff\xfe\x00\x02" * 9_999 + picture()[2:], "media.not_a_picture"),
        (b"\xff\xd8" + frame(65_000, 65_000) + b"\xff\xd9", "media.too_many_pixels"),
        (bomb(MOST_PIXELS // 100 + 1, 100), "media.too_many_pixels"),
        (bomb(60_000, 60_000), "media.too_many_pixels"),
    ],
)
def test_what_is_no_picture_or_unfolds_too_far_is_refused(content, code):
    with pytest.raises(DomainError) as refused:
        recognise(io.BytesIO(content))
    assert refused.value.code == code
