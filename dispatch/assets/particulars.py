"""What is known of an asset before it is stored, and how it must look."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from dispatch.assets import errors
from dispatch.assets.life import AssetKind
from dispatch.texts import line, optional_line


@dataclass(frozen=True, slots=True)
class NewAsset:
    """An asset to register: installed at a site, or in stock at a station or in the region. `warranty_until` is its last day."""

    serial: str
    vendor: str
    kind: AssetKind = AssetKind.OTHER
    model: str | None = None
    site_id: UUID | None = None
    station_id: UUID | None = None
    bought_on: date | None = None
    installed_on: date | None = None
    warranty_until: date | None = None


def plain_serial(text: str) -> str:
    """Return a serial number as it is compared: capitals, and none of the blanks that labels have between its parts."""
    return "".join(text.split()).upper()


def tidy(new: NewAsset, today: date, path: str = "") -> NewAsset:
    """Return an asset as it is stored. `today` is the region's.

    Raises Invalid (invalid, asset.dates_wrong) with the path of the field below `path`.
    """
    check_dates(new.bought_on, new.installed_on, today, path)
    return replace(
        new,
        serial=line(plain_serial(new.serial), longest=80, path=f"{path}/serial"),
        vendor=line(new.vendor, longest=80, path=f"{path}/vendor"),
        model=optional_line(new.model, longest=80, path=f"{path}/model"),
    )


def check_dates(bought_on: date | None, installed_on: date | None, today: date, path: str = "") -> None:
    """Refuse days that cannot be. Raises Invalid (asset.dates_wrong) with the path below `path`."""
    for name, day in (("bought_on", bought_on), ("installed_on", installed_on)):
        if day is not None and day > today:
            raise errors.DATES_WRONG(f"{name} lies in the future", path=f"{path}/{name}")
    if bought_on is not None and installed_on is not None and installed_on < bought_on:
        raise errors.DATES_WRONG("installed before it was bought", path=f"{path}/installed_on")
