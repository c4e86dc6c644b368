"""JPEGs as many encoders write them, and what networks and disks do to them; made on the spot, and always the same."""

import io
import random
from typing import Any

from PIL import Image

SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "small": {"quality": 10},
    "fine": {"quality": 100, "subsampling": 0},
    "halved across": {"subsampling": 1},
    "optimised": {"optimize": True},
    "progressive": {"progressive": True},
    "progressive, fine": {"progressive": True, "quality": 92, "subsampling": 0},
    "restarted after some blocks": {"restart_marker_blocks": 16},
    "restarted after each row": {"restart_marker_rows": 1},
    "progressive, restarted": {"progressive": True, "restart_marker_rows": 2},
    "as colours are shown": {"keep_rgb": True},
}


def photo(size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
    """A picture with edges, slopes and grain, so that its code is as long as that of a photo."""
    packed = io.BytesIO()
    _scene(size, mode).save(packed, "JPEG", **options)
    return packed.getvalue()


def _scene(size: tuple[int, int], mode: str) -> Image.Image:
    number = len(Image.new(mode, (1, 1)).getbands())
    slope = Image.linear_gradient("L").resize(size)
    bands = []
    for seed in range(number):
        grain = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
        bands.append(Image.blend(slope.rotate(90 * seed), grain, 0.2))
    return Image.merge(mode, bands)


def zeroed(content: bytes, start: int, length: int) -> bytes:
    """A disk that never wrote a block, within."""
    return content[:start] + bytes(length) + content[start + length :]


def without(content: bytes, start: int, length: int) -> bytes:
    """A piece that was counted and never came."""
    return content[:start] + content[start + length :]
