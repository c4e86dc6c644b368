"""Pictures for tests, made on the spot."""

import io

from PIL import Image


def picture(colour: str = "white", size: tuple[int, int] = (32, 24), kind: str = "JPEG") -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", size, colour).save(packed, kind)
    return packed.getvalue()
