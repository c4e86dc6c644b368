"""The commands `import requests` and `import mapping`: somebody's table of service requests."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import available_timezones

import click
import orjson

from checklists.templates.queries import current_versions, templates
from cli.by_hand import by_hand
from cli.console import Complaint, is_terminal, say
from cli.lookup import find_region
from cli.options import data_dir_option, read_settings
from cli.zones import open_region_and_station
from dispatch.assignment.service import assign_automatically
from dispatch.csv_stream import read_records
from dispatch.requests.guessing import guess_columns, guess_formats, guess_statuses
from dispatch.requests.importing import ALREADY_THERE, IMPORTED, UPDATED, ImportReport, import_requests
from dispatch.requests.mapping import REQUIRED, ColumnMapping, Reason
from dispatch.requests.mapping_file import read_mapping, write_mapping
from dispatch.requests.presets import PRESETS
from dispatch.requests.zoning import Prefer, ZoneRule
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.runtime import Runtime
from sync.worker import make_runtime

UNUSABLE = frozenset({"table.unreadable", "request.columns_missing", "request.mapping_wrong"})
LOOKED_AT = 5_000
"""Rows from which a mapping is guessed."""


@click.command("mapping")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--timezone", required=True, help="The time zone of its times, such as Asia/Shanghai.")
@click.option(
    "--source", help="The name of the system it comes from; a reference is unique within it [the file's name]."
)
@click.option(
    "--preset", type=click.Choice(sorted(PRESETS)), help="Begin with a city's open data rather than with a guess."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file rather than to the screen.")
def write_mapping_(file: Path, timezone: str, source: str | None, preset: str | None, output: Path | None) -> None:
    """Write down which column of FILE, a CSV with a header, means what: a guess, to be corrected before `import requests`."""
    if timezone not in available_timezones():
        raise Complaint(f"{timezone!r} is no time zone such as Asia/Shanghai.", status=2)
    name = source or file.name.split(".")[0][:32]
    document = write_mapping(PRESETS[preset]) if preset else guess(file, name, timezone)
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"
    if output is None:
        say(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
        say(f"Wrote {output}. Look it over: it is a guess.")
    missing = [field for field in REQUIRED if document["columns"][field] == MISSING]
    if missing:
        click.echo(f"Not found: {' and '.join(missing)}. Write the column's name in place of {MISSING!r}.", err=True)


MISSING = "?"


def guess(file: Path, source: str, timezone: str) -> dict[str, Any]:
    """Guess a mapping document from a file. Raises Complaint when it cannot be read as a table."""
    with _open(file) as stream, _usable(file), closing(read_records(stream)) as records:
        header = next(records).cells
        columns = {**dict.fromkeys(REQUIRED, MISSING), **guess_columns(header)}
        places = {
            meaning: [cell.strip() for cell in header].index(name)
            for meaning, name in columns.items()
            if name != MISSING
        }
        cells: dict[str, list[str]] = defaultdict(list)
        for record in islice(records, LOOKED_AT):
            for meaning, place in places.items():
                if place < len(record.cells):
                    cells[meaning].append(record.cells[place].strip())
    times = [text for meaning in ("opened", "closed", "target") for text in cells[meaning]]
    return {
        "source": source,
        "timezone": timezone,
        "columns": columns,
        "date_formats": guess_formats(times),
        "values": {"status": guess_statuses(cells["status"]), "channel": {}, "priority": {}, "work_type": {}},
        "defaults": {"channel": "integrator", "priority": "routine"},
    }


@click.command("requests")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--region", required=True, metavar="CODE", help="The region that they belong to.")
@click.option("--preset", type=click.Choice(sorted(PRESETS)), help="The columns of a city's open data.")
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="A file that says which column is what; see `import mapping`."
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where to write rows that cannot be imported [FILE.rejects.csv]."
)
@click.option("--zone", metavar="ZONE", help="Put all of them into this zone (code or name), wherever they lie.")
@click.option("--recorded-zones", is_flag=True, help="Go by the zone that a row names, not by its position.")
@click.option(
    "--new-zones-at", metavar="STATION", help="With --recorded-zones: make zones that are missing, at this station."
)
@click.option("--timezone", help="With --new-zones-at: the time zone of a new region.")
@click.option(
    "--keep-outside",
    is_flag=True,
    help="Import rows that lie in no zone without one; open ones then wait for a person to say it.",
)
@click.option(
    "--in-two-zones",
    type=click.Choice(["reject", Prefer.SMALLEST.value, Prefer.RECORDED.value, Prefer.ASK.value]),
    default="reject",
    show_default=True,
    help="What to do where two zones overlap: reject the row, take the smaller zone, or the one that the row names; "
    "or take the row without a zone, and ask a person later.",
)
@click.option("--checklist", metavar="CODE", help="The checklist of work types that this import defines.")
@click.option(
    "--no-assign",
    is_flag=True,
    help="Leave open orders to the dispatchers rather than to whoever answers for the zone.",
)
@data_dir_option
def import_requests_(
    file: Path,
    region: str,
    preset: str | None,
    mapping: Path | None,
    rejects: Path | None,
    zone: str | None,
    recorded_zones: bool,
    new_zones_at: str | None,
    timezone: str | None,
    keep_outside: bool,
    in_two_zones: str,
    checklist: str | None,
    no_assign: bool,
) -> None:
    """Import the service requests of FILE, a CSV with a header, plain or gzip, of any length.

    Rows that cannot be imported are written to a file with the reason; mended there, that file is imported the same way. What
    is there already is not doubled. The exit status is 2 when the file or the mapping cannot be used at all.
    """
    columns = read_columns(preset, mapping)
    prefer = Prefer.NONE if in_two_zones == "reject" else Prefer(in_two_zones)
    rule = ZoneRule(zone, recorded_zones, new_zones_at is not None, keep_outside, prefer)
    target = rejects or rejects_beside(file)
    with (
        closing(by_hand(make_runtime(read_settings()))) as runtime,
        _open(file) as source,
        _rejects(target) as sink,
        _progress(file) as progress,
        _usable(file),
    ):
        region_id, station_id = _places(runtime, region, new_zones_at, timezone)
        _check_checklist(runtime, region_id, checklist)
        report = import_requests(
            lambda: runtime.unit_of_work(system_actor(region_id)),
            source,
            region_id=region_id,
            mapping=columns,
            rule=rule,
            station_id=station_id,
            template_code=checklist,
            rejects=sink,
            assign=None if no_assign else assign_automatically,
            progress=progress,
        )
    say(describe(report, target))


def read_columns(preset: str | None, mapping: Path | None) -> ColumnMapping:
    """Return the mapping of the preset, or of the file. Raises Complaint for neither, both, or one that cannot be used."""
    if (preset is None) == (mapping is None):
        raise Complaint(
            f"Say which column is what: --mapping FILE (see `import mapping`), or --preset {' or '.join(sorted(PRESETS))}.",
            status=2,
        )
    if preset is not None:
        return PRESETS[preset]
    assert mapping is not None
    with _open(mapping) as source:
        try:
            document = orjson.loads(source.read())
        except ValueError as error:
            raise Complaint(f"{mapping} is not JSON ({error}).", status=2) from error
    with _usable(mapping):
        return read_mapping(document)


def _places(runtime: Runtime, region: str, station: str | None, timezone: str | None) -> tuple[UUID, UUID | None]:
    if station is None:
        with runtime.reading(system_actor()) as reading:
            return find_region(reading, region).id, None
    with runtime.unit_of_work(system_actor()) as uow:
        places = open_region_and_station(uow, region, station, timezone=timezone)
        return places.region_id, places.station_id


def _check_checklist(runtime: Runtime, region_id: UUID, code: str | None) -> None:
    if code is None:
        return
    with runtime.reading(system_actor()) as reading:
        if not current_versions(reading, region_id, [code]):
            known = ", ".join(one.code for one in templates(reading, region_id=region_id, limit=50).items) or "none"
            raise Complaint(f"The region has no published checklist {code!r} (there is: {known}).")


@contextmanager
def _open(file: Path) -> Iterator[BinaryIO]:
    try:
        source = file.open("rb")
    except OSError as error:
        raise Complaint(f"Cannot read {file} ({(error.strerror or str(error)).lower()}).", status=2) from error
    with source:
        yield source


@contextmanager
def _usable(file: Path) -> Iterator[None]:
    """Tell in a sentence that a file cannot be used at all."""
    try:
        yield
    except DomainError as error:
        if error.code not in UNUSABLE:
            raise
        raise Complaint(f"{file} cannot be used. {error.entry.title} {error.detail}".strip(), status=2) from error


def rejects_beside(file: Path) -> Path:
    """Return where the rejects of a file go: beside it, under a name that is not taken, for somebody may be mending that one."""
    stem = file.name.removesuffix(".gz").removesuffix(".csv").removesuffix(".rejects")
    names = (f"{stem}{number}.rejects.csv" for number in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(path for path in map(file.with_name, names) if not path.exists())


@contextmanager
def _rejects(target: Path) -> Iterator[BinaryIO]:
    """Open the rejects file under a name for the meantime; it gets its own if anything was written and nothing failed."""
    part = target.with_name(f"{target.name}.part")
    try:
        sink = part.open("w+b")
    except OSError as error:
        raise Complaint(
            f"Cannot write {target} ({(error.strerror or str(error)).lower()}): say where with --rejects FILE.",
            status=2,
        ) from error
    try:
        with sink:
            yield sink
        if part.stat().st_size:
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None]]:
    """Show how far the file was read, where somebody watches."""
    if not is_terminal():
        yield lambda _rows, _position: None
        return
    with click.progressbar(length=file.stat().st_size, label="Importing", file=sys.stdout) as bar:
        yield lambda _rows, position: bar.update(position - bar.pos)


def describe(report: ImportReport, rejects: Path) -> str:
    """Write what an import of requests came to."""
    lines = [
        ("Rows read", report.rows),
        ("imported", report.outcomes[IMPORTED]),
        ("there already", report.outcomes[ALREADY_THERE]),
        ("closed by this file", report.outcomes[UPDATED]),
        ("rejected", report.rejected),
        *((f"  {reason.value}", report.outcomes[reason.value]) for reason in Reason if report.outcomes[reason.value]),
    ]
    table = "\n".join(f"{name:<26}{number:>12,}" for name, number in lines)
    if not report.rejected:
        return table
    return f"{table}\n\nThe rejected rows are in {rejects}, each with its line and reason. Mend them there and import that file."
