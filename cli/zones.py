"""The command `import zones`: draws the zones of a GeoJSON file, and opens the region and station that they need."""

from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import click
import orjson

from checklists.templates import service as templates
from checklists.templates.seeding import seeds
from cli.by_hand import by_hand
from cli.console import Complaint, say
from cli.lookup import all_regions
from cli.options import data_dir_option, read_settings
from dispatch.sla import service as sla
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.features import Properties
from dispatch.territory.importing import GROUP_NAME, ZonesImported, ensure_station, import_zones
from dispatch.territory.places import Places
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.service import define_work_type
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from sync.worker import make_runtime

SHOWN = 10
"""So many remarks of a kind are written out."""


@click.command("zones")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--region", required=True, metavar="CODE", help="The region's code; a new one is opened.")
@click.option(
    "--station", required=True, metavar="CODE", help="The station that runs these zones; a new one is opened."
)
@click.option("--region-name", help="What a new region is called.")
@click.option("--station-name", help="What a new station is called.")
@click.option("--timezone", help="The time zone of a new region, such as Asia/Shanghai.")
@click.option("--code-from", default="code", show_default=True, metavar="PROPERTY", help="Where a zone's code is.")
@click.option("--name-from", default="name", show_default=True, metavar="PROPERTY", help="Where a zone's name is.")
@click.option("--group-from", metavar="PROPERTY", help="Where the code of its maintenance group is, if anywhere.")
@click.option("--subscribers-from", metavar="PROPERTY", help="Where its number of subscribers is, if anywhere.")
@click.option(
    "--coordinates",
    type=click.Choice([one.value for one in CoordinateSystem]),
    default=CoordinateSystem.WGS84.value,
    show_default=True,
    help="What its positions are given in; they become WGS 84.",
)
@click.option("--group-name", default=GROUP_NAME, show_default=True, help="How groups that are made up are called.")
@data_dir_option
def import_zones_(
    file: Path,
    region: str,
    station: str,
    region_name: str | None,
    station_name: str | None,
    timezone: str | None,
    code_from: str,
    name_from: str,
    group_from: str | None,
    subscribers_from: str | None,
    coordinates: str,
    group_name: str,
) -> None:
    """Draw the zones of FILE, a GeoJSON FeatureCollection, in WGS 84 unless --coordinates says otherwise.

    Zones that the file puts into no group are put with their neighbours into groups of 3 to 5. Run again, zones that have
    changed are redrawn. The exit status is 2 when the file cannot be used.
    """
    document = _read(file)
    with closing(by_hand(make_runtime(read_settings()))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        places = open_region_and_station(
            uow, region, station, region_name=region_name, station_name=station_name, timezone=timezone
        )
        assert places.station_id is not None
        try:
            result = import_zones(
                uow,
                station_id=places.station_id,
                document=document,
                properties=Properties(code_from, name_from, group_from, subscribers_from),
                group_name=group_name,
                system=CoordinateSystem(coordinates),
            )
        except DomainError as error:
            if error.code == "territory.no_collection":
                raise Complaint(
                    f"{file} is no GeoJSON FeatureCollection in WGS 84: {error.detail}.", status=2
                ) from error
            raise
    say(describe(result))


def open_region_and_station(
    uow: UnitOfWork,
    region: str,
    station: str,
    *,
    timezone: str | None,
    region_name: str | None = None,
    station_name: str | None = None,
) -> Places:
    """Find a region and its station by their codes, and open what is missing; a new region gets what its work needs.

    Raises Complaint when a new region would have no time zone.
    """
    is_new = all(known.code != region for known in all_regions(uow))
    if is_new and timezone not in available_timezones():
        raise Complaint(
            f"The region {region!r} is new: give its time zone, such as --timezone Asia/Shanghai.", status=2
        )
    places = ensure_station(
        uow,
        region=region,
        station=station,
        region_name=region_name,
        station_name=station_name,
        timezone=timezone or "UTC",
    )
    if is_new:
        _equip(uow, places)
    return places


def _equip(uow: UnitOfWork, places: Places) -> None:
    """Give a new region service levels, checklists, and a kind of work for each checklist."""
    sla.start_with_defaults(uow, places.region_id)
    templates.seed_templates(uow, places.region_id)
    known = {one.code for one in work_orders.work_types(uow, places.region_id)}
    for seed in seeds():
        if seed["code"] not in known:
            define_work_type(
                uow,
                region_id=places.region_id,
                code=seed["code"],
                name=seed["name"]["zh-CN"],
                name_en=seed["name"]["en"],
                template_code=seed["code"],
            )


def _read(file: Path) -> Any:
    try:
        return orjson.loads(file.read_bytes())
    except OSError as error:
        raise Complaint(f"Cannot read {file} ({(error.strerror or str(error)).lower()}).", status=2) from error
    except ValueError as error:
        raise Complaint(f"{file} is not JSON ({error}).", status=2) from error


def describe(result: ZonesImported) -> str:
    """Write what an import of zones came to, and what a person should look at."""
    lines = [
        f"Zones drawn: {result.drawn}, redrawn: {result.redrawn}, as before: {result.untouched}.",
        f"Maintenance groups opened: {result.groups_opened}.",
    ]
    left_out = [problem for problem in result.problems if not problem.used]
    taken = [problem for problem in result.problems if problem.used]
    lines += _remarks("Features that cannot be used", [f"{one.path}: {one.reason}" for one in left_out])
    lines += _remarks("Features that were taken all the same", [f"{one.path}: {one.reason}" for one in taken])
    lines += _remarks(
        "Groups that should hold 3 to 5 zones",
        [f"{result.names[one.group_id]}: {one.zones}" for one in result.odd_groups],
    )
    overlaps = sorted(result.overlaps, key=lambda one: one.share, reverse=True)
    lines += _remarks(
        "Zones that claim the same ground",
        [
            f"{result.names[one.first]} and {result.names[one.second]}: {one.share:.1%} of the smaller"
            for one in overlaps
        ],
    )
    return "\n".join(lines)


def _remarks(title: str, remarks: list[str]) -> list[str]:
    if not remarks:
        return []
    more = [f"  … and {len(remarks) - SHOWN} more"] if len(remarks) > SHOWN else []
    return [f"{title}: {len(remarks)}", *(f"  {one}" for one in remarks[:SHOWN]), *more]
