import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from checklists.media.damage import MOST_SCANS, MOST_SURPLUS, find_damage
from checklists.media.layout import Layout, read_jpeg
from tests.checklists.media.jpegs import SETTINGS, photo, without, zeroed
from tests.checklists.media.test_pictures import frame

MIB = 1024 * 1024


def damage(content: bytes) -> str | None:
    source = io.BytesIO(content)
    return find_damage(source, read_jpeg(source))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS)
def test_a_good_picture_has_no_damage_and_one_without_its_middle_has(options, mode):
    content = photo(mode=mode, **options)
    assert damage(content) is None
    half, third, twelfth = (len(content) // parts for parts in (2, 3, 12))
    cuts = [change(content, third, third) for change in (zeroed, without)]
    if "progressive" not in options:  # there a small gap may end in step, among coefficients that few blocks have
        cuts += [change(content, half, twelfth) for change in (zeroed, without)]
    readable = not (mode == "CMYK" and options.get("subsampling") == 1)  # a form that the decoder does not tell apart
    assert [damage(cut) is not None for cut in cuts] == [readable] * len(cuts)


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (17, 33), (1, 900), (900, 1), (333, 16)])
@pytest.mark.parametrize("quality", [1, 50, 75, 95, 100])
def test_a_good_picture_of_any_size_and_quality_has_no_damage(size, quality):
    for options in SETTINGS.values():
        assert damage(photo(size, **{**options, "quality": quality})) is None


def test_what_stands_before_and_behind_a_picture_is_not_its_middle():
    exif = Image.Exif()
    exif[0x010E] = "a thumbnail: " + photo((16, 12)).decode("latin-1")
    content = photo(exif=exif, icc_profile=b"profile" * 999, comment=b"\xff\xd9 no end")
    scan = content.rindex(b"\xff\xda")
    assert damage(content) is None
    assert damage(content[:scan] + b"\xff" * 9 + content[scan:]) is None, "fill bytes"
    assert damage(content[:-2] + b"\xff" * 9 + content[-2:]) is None, "fill bytes before the end"
    assert damage(content + b"\0\0\0\x18ftypmp42" + b"film" * 999) is None
    assert damage(content[:-2] + b"\0" * MOST_SURPLUS + content[-2:]) is None, "some cameras write a few bytes more"
    assert damage(content[:-2] + b"\0" * 4 * MOST_SURPLUS + content[-2:]) is not None
    assert damage(zeroed(content, scan + 9000, 4096)) is not None


def test_a_file_is_read_where_it_lies(tmp_path):
    file, content = tmp_path / "photo.jpg", photo()
    for kept, whole in ((content, True), (zeroed(content, 9000, 4096), False)):
        file.write_bytes(kept + b"film" * 999)
        with file.open("rb") as source:
            assert (find_damage(source, read_jpeg(source)) is None) is whole


def test_of_what_cannot_be_told_nothing_is_told():
    content = zeroed(photo(), 9000, 4096)
    assert find_damage(io.BytesIO(content), Layout(len(content), MOST_SCANS + 1, 0)) is None
    assert damage(content[:-2]) is None, "that its end is missing is told elsewhere"


def bomb(scans: int) -> bytes:
    """A progressive picture of 99 million pixels that says the same of all of them again and again."""
    head, scan = frame(11_000, 9_000, 0xC2), b""
    table = b"\xff\xc4" + (2 + 17 + 1).to_bytes(2, "big") + b"\x00\x01" + bytes(15) + b"\x00"
    scan = b"\xff\xda" + (6 + 2 * 3).to_bytes(2, "big") + b"\x03\x01\x00\x02\x00\x03\x00\x00\x00\x00" + bytes(64)
    return b"\xff\xd8" + head + table + scan * scans + b"\xff\xd9"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the memory of a process in KiB")
def test_a_bomb_costs_neither_time_nor_memory(tmp_path):
    (tmp_path / "bomb.jpg").write_bytes(bomb(5_000))
    (tmp_path / "large.jpg").write_bytes(bomb(1))
    program = """
import io, resource, sys
from zoneinfo import ZoneInfo
from checklists.media.damage import find_damage
from checklists.media.layout import read_jpeg
from checklists.media.thumbnails import look_into
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    with open(name, "rb") as source:
        print(find_damage(source, read_jpeg(source)), dict(look_into(source, ZoneInfo("UTC")).thumbnails))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    files = [str(tmp_path / name) for name in ("bomb.jpg", "large.jpg")]
    said = subprocess.run([sys.executable, "-c", program, *files], capture_output=True, text=True, check=True).stdout
    *looks, grown = said.splitlines()
    assert looks == ["None {}"] * 2
    assert int(grown) * 1024 < 50 * MIB
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 10
