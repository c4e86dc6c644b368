"""Zones in a GeoJSON FeatureCollection: which property is what, and which features cannot be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.territory import errors
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.geometry import Boundary, read_boundary
from dispatch.texts import line, optional_line
from kernel.errors import DomainError

CODE_LENGTH, NAME_LENGTH = 32, 80
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


@dataclass(frozen=True, slots=True)
class Properties:
    """Which property of a feature holds a zone's code, its name, and perhaps its group and its number of subscribers."""

    code: str = "code"
    name: str = "name"
    group: str | None = None
    subscribers: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneFeature:
    """A zone as a file describes it. `group` is None unless the file says which group it belongs to."""

    index: int
    code: str
    name: str
    group: str | None
    boundary: Boundary
    subscribers: int | None


@dataclass(frozen=True, slots=True)
class FeatureProblem:
    """Something about one feature (counted from 0) that a person should know; `used` tells whether it was taken anyway."""

    index: int
    path: str
    code: str
    reason: str
    used: bool = False


def read_features(
    document: Any, properties: Properties, system: CoordinateSystem = CoordinateSystem.WGS84
) -> tuple[list[ZoneFeature], list[FeatureProblem]]:
    """Read all features: those that are zones, brought to WGS 84, and what is wrong with the others.

    Raises Invalid (territory.no_collection): this is no FeatureCollection in WGS 84.
    """
    features = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or document.get("type") != "FeatureCollection" or not _is_list(features):
        raise errors.NO_COLLECTION("expected a GeoJSON FeatureCollection", path="")
    _check_system(document.get("crs"))
    zones: list[ZoneFeature] = []
    problems: list[FeatureProblem] = []
    codes: dict[str, int] = {}
    for index, feature in enumerate(features or ()):
        try:
            zone = _read_feature(index, feature, properties, system)
            if zone.code in codes:
                raise errors.CODE_TAKEN(
                    f"feature {codes[zone.code]} has the code {zone.code!r}, too",
                    path=f"/features/{index}/properties/{properties.code}",
                )
        except DomainError as refused:
            problems += [FeatureProblem(index, one.path, one.code, one.detail) for one in refused.fields]
            continue
        codes[zone.code] = index
        full = str(feature["properties"].get(properties.name) or zone.code)
        if full.strip() != zone.name:
            problems.append(
                FeatureProblem(
                    index,
                    f"/features/{index}/properties/{properties.name}",
                    "territory.name_cut",
                    f"the name was cut to {NAME_LENGTH} characters",
                    used=True,
                )
            )
        zones.append(zone)
    return zones, problems


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _check_system(crs: Any) -> None:
    """Refuse the old `crs` member unless it names WGS 84: RFC 7946 knows nothing else."""
    if crs is None:
        return
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, Mapping) else str(crs)
    if not name.endswith(WGS84):
        raise errors.NO_COLLECTION(f"the coordinates are in {name or 'an unknown system'}, not in WGS 84", path="/crs")


def _read_feature(index: int, feature: Any, properties: Properties, system: CoordinateSystem) -> ZoneFeature:
    here = f"/features/{index}"
    given = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(given, Mapping):
        raise errors.FEATURE_WRONG("a feature needs properties", path=here)
    code = line(
        str(_plain(given.get(properties.code))), longest=CODE_LENGTH, path=f"{here}/properties/{properties.code}"
    )
    name = shortened(str(given.get(properties.name) or code).strip())
    group = str(_plain(given.get(properties.group))) if properties.group else ""
    return ZoneFeature(
        index,
        code,
        line(name, longest=NAME_LENGTH, path=f"{here}/properties/{properties.name}"),
        optional_line(group, longest=CODE_LENGTH, path=f"{here}/properties/{properties.group}"),
        read_boundary(feature.get("geometry"), f"{here}/geometry", system=system),
        _subscribers(given, properties, here),
    )


def _plain(value: Any) -> Any:
    """Write 47.0 as 47: many programs export whole numbers like that."""
    if value is None:
        return ""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shortened(name: str) -> str:
    """Cut a name to what a zone's may be, with … at its end if it was longer."""
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1].rstrip() + "…"


def _subscribers(given: Mapping[str, Any], properties: Properties, here: str) -> int | None:
    if properties.subscribers is None or given.get(properties.subscribers) in (None, ""):
        return None
    value = _plain(given[properties.subscribers])
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal():
        raise errors.SUBSCRIBERS_NEGATIVE(
            "expected a whole number of subscribers", path=f"{here}/properties/{properties.subscribers}"
        )
    return int(text)
