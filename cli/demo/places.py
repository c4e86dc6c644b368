"""Where the demo takes place: two regions, their stations and groups, and the zones between which `borders` draws the lines.

The names are those of real townships. Outlines and centres are drawn by hand; nothing here is a survey.
"""

from dataclasses import dataclass
from uuid import UUID

from kernel.identifiers import derived_id


@dataclass(frozen=True)
class ZoneSeed:
    """A zone before it has a border. `lat` and `lon` are of its centre, WGS 84 degrees."""

    code: str
    name: str
    lat: float
    lon: float
    subscribers: int


@dataclass(frozen=True)
class GroupSeed:
    """A maintenance group with its zones."""

    code: str
    name: str
    zones: tuple[ZoneSeed, ...]


@dataclass(frozen=True)
class StationSeed:
    """A region with its one station. `outline` is a ring of (longitude, latitude) around all zones."""

    region_code: str
    region_name: str
    code: str
    name: str
    outline: tuple[tuple[float, float], ...]
    groups: tuple[GroupSeed, ...]

    @property
    def zones(self) -> tuple[ZoneSeed, ...]:
        """All zones, group by group."""
        return tuple(zone for group in self.groups for zone in group.zones)

    @property
    def region_id(self) -> UUID:
        """The id that the region of the demo always has."""
        return derived_id("demo", "region", self.region_code)


TIMEZONE = "Asia/Shanghai"

LIANSHUI = StationSeed(
    "huaian",
    "淮安运营部",
    "lianshui",
    "涟水服务站",
    (
        (119.020, 33.700),
        (119.085, 33.655),
        (119.190, 33.640),
        (119.275, 33.672),
        (119.360, 33.650),
        (119.455, 33.690),
        (119.520, 33.755),
        (119.575, 33.840),
        (119.595, 33.930),
        (119.540, 33.985),
        (119.455, 34.055),
        (119.340, 34.090),
        (119.240, 34.085),
        (119.150, 34.075),
        (119.085, 34.010),
        (119.045, 33.925),
        (119.000, 33.850),
        (119.005, 33.765),
    ),
    (
        GroupSeed(
            "city",
            "城区维护组",
            (
                ZoneSeed("liancheng", "涟城街道", 33.775, 119.262, 31_800),
                ZoneSeed("zhuma", "朱码街道", 33.828, 119.225, 14_600),
                ZoneSeed("chenshi", "陈师街道", 33.722, 119.330, 13_900),
            ),
        ),
        GroupSeed(
            "west",
            "西片维护组",
            (
                ZoneSeed("baotan", "保滩街道", 33.712, 119.165, 7_300),
                ZoneSeed("nanji", "南集镇", 33.768, 119.088, 6_100),
                ZoneSeed("chengji", "成集镇", 33.858, 119.112, 8_200),
                ZoneSeed("liangcha", "梁岔镇", 33.940, 119.120, 9_400),
            ),
        ),
        GroupSeed(
            "north",
            "北片维护组",
            (
                ZoneSeed("gaogou", "高沟镇", 34.018, 119.188, 17_500),
                ZoneSeed("tangji", "唐集镇", 34.030, 119.318, 5_900),
                ZoneSeed("dadong", "大东镇", 33.950, 119.238, 6_700),
                ZoneSeed("hongyao", "红窑镇", 33.885, 119.300, 10_800),
                ZoneSeed("donghuji", "东胡集镇", 33.965, 119.372, 8_800),
            ),
        ),
        GroupSeed(
            "east",
            "东片维护组",
            (
                ZoneSeed("wugang", "五港镇", 33.978, 119.478, 10_100),
                ZoneSeed("chamiao", "岔庙镇", 33.880, 119.412, 7_900),
                ZoneSeed("shihu", "石湖镇", 33.865, 119.520, 7_000),
                ZoneSeed("huangying", "黄营镇", 33.785, 119.420, 6_500),
            ),
        ),
    ),
)

GUANNAN = StationSeed(
    "lianyungang",
    "连云港运营部",
    "guannan",
    "灌南服务站",
    (
        (119.340, 34.100),
        (119.460, 34.065),
        (119.545, 34.120),
        (119.600, 34.215),
        (119.500, 34.270),
        (119.380, 34.235),
        (119.330, 34.170),
    ),
    (
        GroupSeed(
            "guannan-1",
            "灌南维护组",
            (
                ZoneSeed("xinan", "新安镇", 34.110, 119.400, 15_200),
                ZoneSeed("sankou", "三口镇", 34.140, 119.500, 4_800),
                ZoneSeed("mengxingzhuang", "孟兴庄镇", 34.205, 119.470, 4_300),
            ),
        ),
    ),
)

STATIONS = (LIANSHUI, GUANNAN)
