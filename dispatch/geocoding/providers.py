"""The providers that addresses are asked of, each through an adapter of geopy's."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderRateLimited, GeopyError
from geopy.geocoders import BaiduV3, Nominatim
from geopy.geocoders.base import Geocoder as GeopyGeocoder
from geopy.location import Location

from dispatch.geocoding.matches import (
    LABEL_LENGTH,
    Match,
    MatchQuality,
    amap_quality,
    baidu_quality,
    nominatim_quality,
)
from dispatch.geocoding.provider import AddressProvider, Bounds, LookUpFailedError, ProviderAccess
from dispatch.territory.coordinates import CoordinateSystem, point_to_wgs84


class GeopyProvider:
    """Asks one of geopy's geocoders, brings its positions to WGS 84, and reads how good they are."""

    def __init__(
        self,
        name: str,
        geocode: Callable[[str, Bounds | None], Location | None],
        quality: Callable[[Mapping[str, Any]], MatchQuality],
        system: CoordinateSystem,
    ) -> None:
        self.name = name
        self._geocode = geocode
        self._quality = quality
        self._system = system

    def look_up(self, address: str, bounds: Bounds | None) -> Match | None:
        """Ask for one address; None when the provider does not know it. Raises LookUpFailedError."""
        try:
            found = self._geocode(address, bounds)
            if found is None:
                return None
            lat, lon = point_to_wgs84(self._system, float(found.latitude), float(found.longitude))
            if not (abs(lat) <= 90 and abs(lon) <= 180):
                raise LookUpFailedError(f"{lat}, {lon} is not on Earth")
            label = str(found.address or "")[:LABEL_LENGTH]
            return Match(lat, lon, self._quality(found.raw if isinstance(found.raw, Mapping) else {}), label)
        except GeocoderRateLimited as error:
            raise LookUpFailedError(_short(error), error.retry_after) from error
        except (GeopyError, KeyError, TypeError, ValueError, AttributeError) as error:
            # The last ones are what geopy makes of an answer that is not of the form it expects.
            raise LookUpFailedError(_short(error)) from error


def nominatim(access: ProviderAccess) -> AddressProvider:
    """Return Nominatim, of OpenStreetMap or one's own; it looks first within the bounds."""
    scheme, host = _parts(access, "https://nominatim.openstreetmap.org")
    geocoder = Nominatim(domain=host, scheme=scheme, **_common(access))

    def geocode(address: str, bounds: Bounds | None) -> Location | None:
        box = None if bounds is None else ((bounds[1], bounds[0]), (bounds[3], bounds[2]))
        return geocoder.geocode(address, viewbox=box, bounded=False)

    return GeopyProvider("nominatim", geocode, nominatim_quality, CoordinateSystem.WGS84)


def baidu(access: ProviderAccess) -> AddressProvider:
    """Return Baidu's maps (百度地图), version 3, whose positions are BD-09."""
    scheme, host = _parts(access, "https://api.map.baidu.com")
    geocoder = BaiduV3(access.key, scheme=scheme, **_common(access))
    geocoder.api = f"{scheme}://{host}{geocoder.api_path}"
    return GeopyProvider(
        "baidu", lambda address, _bounds: geocoder.geocode(address), baidu_quality, CoordinateSystem.BD09
    )


class Amap(GeopyGeocoder):  # type: ignore[misc]
    """AMap (高德地图), which geopy has no geocoder for: its web service, version 3, in geopy's form."""

    def __init__(self, key: str, *, domain: str, **options: Any) -> None:
        super().__init__(**options)
        self._key = key
        self._api = f"{self.scheme}://{domain}/v3/geocode/geo"

    def geocode(self, query: str) -> Location | None:
        """Return the first place that matches, or None."""
        url = f"{self._api}?{urlencode({'key': self._key, 'address': query, 'output': 'JSON'})}"
        found: Location | None = self._call_geocoder(url, self._parse)
        return found

    @staticmethod
    def _parse(page: Mapping[str, Any]) -> Location | None:
        if page["status"] != "1":
            raise LookUpFailedError(f"{page.get('infocode')}: {page.get('info')}")
        places = page["geocodes"]
        if not places:
            return None
        lon, lat = places[0]["location"].split(",")
        return Location(places[0].get("formatted_address"), (float(lat), float(lon)), places[0])


def amap(access: ProviderAccess) -> AddressProvider:
    """Return AMap's maps (高德地图), whose positions are GCJ-02."""
    scheme, host = _parts(access, "https://restapi.amap.com")
    geocoder = Amap(access.key, domain=host, scheme=scheme, **_common(access))
    return GeopyProvider(
        "amap", lambda address, _bounds: geocoder.geocode(address), amap_quality, CoordinateSystem.GCJ02
    )


PROVIDERS: Mapping[str, Callable[[ProviderAccess], AddressProvider]] = {
    "nominatim": nominatim,
    "baidu": baidu,
    "amap": amap,
}


def _parts(access: ProviderAccess, own: str) -> tuple[str, str]:
    parts = urlsplit(access.url or own)
    return parts.scheme, parts.netloc


def _common(access: ProviderAccess) -> dict[str, Any]:
    # Always the same way out, whatever else happens to be installed.
    return {
        "user_agent": access.user_agent,
        "timeout": access.timeout_seconds,
        "adapter_factory": URLLibAdapter,
    }


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
