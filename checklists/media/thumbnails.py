"""Small pictures of large ones: upright, without metadata, for lists and for slow networks."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import BinaryIO

from PIL import Image, ImageOps

from checklists.media.damage import is_readable
from checklists.media.exif import BROKEN, Claims, read_claims
from checklists.media.layout import read_jpeg
from checklists.media.pictures import FORMATS, MOST_PIXELS
from checklists.media.states import ThumbnailSize

EDGES: Mapping[ThumbnailSize, int] = {ThumbnailSize.MEDIUM: 1280, ThumbnailSize.SMALL: 320}
"""Pixels of the longer edge; none is larger than its original."""
CONTENT_TYPE = "image/jpeg"
MOST_UNFOLDED = 50_000_000
"""Pixels that are unfolded, 4 bytes each, and once more where they are transparent. A larger PNG or WebP has no thumbnail; a JPEG
is unfolded in a smaller scale, and has none if that takes too much."""
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into a picture brought: what it claims, and its thumbnails as JPEG; without any where it cannot be unfolded."""

    claims: Claims
    thumbnails: Mapping[ThumbnailSize, bytes]


def look_into(source: BinaryIO, zone: tzinfo) -> Look:
    """Look into a picture that was recognised before; `zone` as in `read_claims`. Raises OSError: the source cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of broken metadata, and of sizes, for which there are limits of ours
        try:
            bounded = is_readable(read_jpeg(source))
            source.seek(0)
            with Image.open(source, formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return Look(Claims(), {})
                claims = read_claims(opened, zone)
                return Look(claims, _thumbnails(opened) if bounded else {})
        except (*BROKEN, Image.DecompressionBombError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's error, or the store's; Pillow's own have no number
            return Look(Claims(), {})


def _thumbnails(opened: Image.Image) -> dict[ThumbnailSize, bytes]:
    largest = max(EDGES.values())
    opened.draft("RGB", (largest, largest))
    if opened.width * opened.height > MOST_UNFOLDED:
        return {}
    try:
        # Made small before it is turned and laid on paper: each of those is another copy.
        plain = "RGBA" if opened.has_transparency_data else "RGB"
        seen = opened if opened.mode == plain else opened.convert(plain)
        seen.thumbnail((largest, largest), Image.Resampling.LANCZOS)
        picture = _on_white(ImageOps.exif_transpose(seen))
    except BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return {}
    made: dict[ThumbnailSize, bytes] = {}
    for size, edge in EDGES.items():  # the larger first: the smaller is made of it
        picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=_QUALITY, exif=b"", icc_profile=b"")
        made[size] = packed.getvalue()
    return made


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in plain colours; a signature's transparent ground becomes paper."""
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
