import errno
import io

import pytest
from PIL import ExifTags, Image

from checklists.media.states import ThumbnailSize
from checklists.media.thumbnails import look_into
from tests.checklists.media.pictures import picture
from tests.checklists.media.test_exif import HERE, SHANGHAI, photo
from tests.checklists.media.test_pictures import bomb

SMALL, MEDIUM = ThumbnailSize.SMALL, ThumbnailSize.MEDIUM


def look(content: bytes):
    return look_into(io.BytesIO(content), SHANGHAI)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_thumbnails_are_small_upright_and_without_metadata(kind):
    turned = photo(
        gps=HERE, main={ExifTags.Base.Orientation: 6, ExifTags.Base.Make: "Acme"}, kind=kind, size=(2000, 1000)
    )
    found = look(turned)
    assert found.claims.camera == "Acme"
    sizes = {size: opened(content).size for size, content in found.thumbnails.items()}
    assert sizes == {MEDIUM: (640, 1280), SMALL: (160, 320)}
    for content in found.thumbnails.values():
        assert not opened(content).getexif()
        assert b"Exif" not in content
    assert look(turned).thumbnails == found.thumbnails, "the same bytes again, so the same blob"


def test_a_small_picture_stays_as_small_and_a_signature_is_on_paper():
    drawn = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(drawn, "PNG")
    found = look(drawn.getvalue()).thumbnails
    assert {opened(content).size for content in found.values()} == {(30, 20)}
    assert opened(found[SMALL]).getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", bomb(60_000, 60_000), bomb(9_000, 9_000), picture(kind="PNG")[:60]],
    ids=["nothing", "text", "bomb", "too large to unfold", "cut"],
)
def test_what_cannot_be_unfolded_has_no_thumbnails(content):
    assert look(content).thumbnails == {}


class SickDisk(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "input/output error")


def test_a_disk_that_cannot_be_read_is_told():
    with pytest.raises(OSError, match="input/output"):
        look_into(SickDisk(picture()), SHANGHAI)
