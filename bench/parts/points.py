"""Point → zone over many polygons: how many a second in batches, and how long one takes.

`python -m bench.parts.points` measures 10,000 zones and prints its figures beside those of asking every boundary box in plain
Python, in one run on one machine.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from dispatch.territory.zone_index import ZoneIndex

WEST, SOUTH, SPACING = 119.0, 33.0, 0.01
CORNERS = 40
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: points a second in batches, microseconds for one, the same for plain Python, seconds to build."""

    zones: int
    per_second: float
    single_us: float
    plain_us: float
    build_seconds: float
    found: float

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.zones:,} zones of {CORNERS} corners, index built in {self.build_seconds:.2f} s",
                f"in batches of {BATCH:,}: {self.per_second:,.0f} points a second ({self.found:.0%} of them in a zone)",
                f"one by one: {self.single_us:.1f} µs each",
                f"every box in plain Python: {self.plain_us:,.0f} µs each, {self.plain_us / self.single_us:,.0f} times as long",
            ]
        )


def zone(row: int, column: int, random: Random) -> dict[str, Any]:
    """Draw a zone in its cell of the grid: a ragged outline that leaves gaps, so that boxes alone do not decide."""
    lon, lat = WEST + column * SPACING, SOUTH + row * SPACING
    side = CORNERS // 4
    steps = [n / side for n in range(side)]
    outline = [(t, 0.0) for t in steps] + [(1.0, t) for t in steps]
    outline += [(1 - t, 1.0) for t in steps] + [(0.0, 1 - t) for t in steps]
    ring = []
    for x, y in outline:
        pull = random.uniform(0, 0.12)
        ring.append([lon + SPACING * (x + (0.5 - x) * pull), lat + SPACING * (y + (0.5 - y) * pull)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def measure(zones: int, points: int, *, seed: int = 7) -> Figures:
    """Measure so many zones with so many random points, the best of three rounds."""
    random = Random(seed)
    side = max(1, round(zones**0.5))
    drawn = {UUID(int=n): zone(n // side, n % side, random) for n in range(zones)}
    build_seconds, index = _timed(lambda: ZoneIndex(drawn), rounds=1)
    extent = side * SPACING
    lats = [SOUTH + random.random() * extent for _ in range(points)]
    lons = [WEST + random.random() * extent for _ in range(points)]
    batches = [(lats[n : n + BATCH], lons[n : n + BATCH]) for n in range(0, points, BATCH)]
    wall, answers = _timed(lambda: [index.find_many(*batch) for batch in batches])
    found = sum(1 for batch in answers for one in batch if one) / points
    few = list(zip(lats, lons, strict=True))[: min(points, 2_000)]
    single, _ = _timed(lambda: [index.find(lat, lon) for lat, lon in few])
    boxes = [_box(boundary) for boundary in drawn.values()]
    fewer = few[:20]
    plain, _ = _timed(lambda: [_in_boxes(boxes, lat, lon) for lat, lon in fewer])
    return Figures(zones, points / wall, single / len(few) * 1e6, plain / len(fewer) * 1e6, build_seconds, found)


def _timed(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


Box = tuple[float, float, float, float]


def _box(boundary: dict[str, Any]) -> Box:
    lons, lats = zip(*boundary["coordinates"][0], strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _in_boxes(boxes: Sequence[Box], lat: float, lon: float) -> list[int]:
    return [n for n, (west, south, east, north) in enumerate(boxes) if west <= lon <= east and south <= lat <= north]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=100_000)
    given = parser.parse_args()
    print(measure(given.zones, given.points))


if __name__ == "__main__":
    main()
