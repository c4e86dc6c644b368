"""Printing a service report: how much CPU one takes, with photos as phones take them.

`python -m bench.parts.reports` prints a report of ten photos of twelve million pixels, and beside it what the photos alone cost:
to read them, to make them as small as they are printed, to pack them again. All in one run on one machine.
"""

import argparse
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from PIL import Image, ImageFilter

from checklists.reports.pdf import PHOTO_PIXELS, print_report
from checklists.reports.report import Line, Mark, Photo, Report, StepPart
from checklists.templates.steps import Step

LINES = 8
"""Items of each step."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: CPU seconds of one report in all, without photos, and of its photos alone."""

    photos: int
    report_seconds: float
    bare_seconds: float
    photos_seconds: float

    def __str__(self) -> str:
        return (
            f"a report of {self.photos} photos: {self.report_seconds:.2f} s of CPU "
            f"({self.bare_seconds:.2f} s without photos, {self.photos_seconds:.2f} s for the photos alone: "
            f"{self.report_seconds / self.photos_seconds:.2f} times those)"
        )


def photo(width: int, height: int, seed: int) -> bytes:
    """Make up a photo with as much in it as a real one: noise, blurred so that it packs as photos do."""
    small = Image.frombytes("RGB", (width // 4, height // 4), Random(seed).randbytes(width // 4 * (height // 4) * 3))
    blurred = small.filter(ImageFilter.GaussianBlur(2)).resize((width, height))
    packed = io.BytesIO()
    blurred.save(packed, "JPEG", quality=85)
    return packed.getvalue()


def report(digests: Sequence[str]) -> Report:
    """Make up the report of a visit with these photos."""
    line = Line("终端输出电平，按《GB 50339》在用户盒处测量", "72.5 dBμV", Mark.PASSED)
    now = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    return Report(
        work_order_id=UUID(int=1),
        number="261122-BENC-HMRK",
        title="电视无信号，机顶盒反复重启",
        work_type="有线电视故障维修",
        status="completed",
        customer="张*",
        address="涟水县涟城街道安东路 12 号",
        station="涟城服务站",
        technician="李伟",
        badge="T1024",
        template="catv-fault v3",
        times=(("received", now),),
        promises=(),
        steps=tuple(StepPart(step, True, (line,) * LINES) for step in Step),
        parts=(),
        fees=(),
        total="0.00 CNY",
        photos=tuple(Photo(digest, f"照片 {nth}") for nth, digest in enumerate(digests, 1)),
        signed=None,
        revision=1,
        digest="ab" * 32,
        code="7K3M-9XQ2-TT4C",
        check_at="http://127.0.0.1:8080/verify/7K3M9XQ2TT4C",
        made_at=now,
        timezone=ZoneInfo("Asia/Shanghai"),
        locale="zh-CN",
    )


def measure(photos: int, width: int, height: int, *, rounds: int = 3) -> Figures:
    """Print a report of so many photos of this size in pixels; the best of the rounds."""
    blobs = {f"{nth:064d}": photo(width, height, nth) for nth in range(photos)}
    whole = report(list(blobs))
    return Figures(
        photos,
        _cpu(lambda: print_report(whole, blobs.get), rounds),
        _cpu(lambda: print_report(replace(whole, photos=()), blobs.get), rounds),
        _cpu(lambda: _photos_alone(blobs), rounds),
    )


def _photos_alone(blobs: Mapping[str, bytes]) -> None:
    for content in blobs.values():
        with Image.open(io.BytesIO(content)) as opened:
            opened.draft("RGB", (PHOTO_PIXELS, PHOTO_PIXELS))
            opened.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
            opened.convert("RGB").save(io.BytesIO(), "JPEG", quality=80)


def _cpu(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=10)
    parser.add_argument("--width", type=int, default=4000)
    parser.add_argument("--height", type=int, default=3000)
    asked = parser.parse_args()
    print(measure(asked.photos, asked.width, asked.height))


if __name__ == "__main__":
    main()
