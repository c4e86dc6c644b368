"""Brings a table of requests into a region: chunk by chunk, a transaction and a constant number of statements for each."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from dispatch.csv_stream import Record, read_records
from dispatch.rejects import MARKS, RejectsFile, as_original, is_rejects_header
from dispatch.requests import errors
from dispatch.requests.mapping import ColumnMapping, ReadRow, Reason, Rejected, RowReader
from dispatch.requests.storing import Known, PlacedRow, StoredRow, close_orders, known_requests, store_rows
from dispatch.requests.zoning import Found, NamedZone, ZoneNames, ZoneRule, choose_zone
from dispatch.territory import errors as territory_errors
from dispatch.territory import queries as territory
from dispatch.territory.decided import find_zones
from dispatch.territory.decisions import Whereabouts
from dispatch.territory.places import Places
from dispatch.territory.rows import ZoneMap
from dispatch.territory.undrawn import add_undrawn_zones
from dispatch.turns import take_turn
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.lifecycle import Status
from kernel.actor import Role
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

CHUNK = 500
IMPORTED, ALREADY_THERE, UPDATED = "imported", "already_there", "updated"
IMPORTERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
STATION_IMPORTERS = IMPORTERS | {Role.STATION_MANAGER}
"""Who brings in what lies within one station only."""

Assign = Callable[[UnitOfWork, Sequence[UUID]], object]
"""Gives new open orders to somebody; wired by the caller, since assignment lies above requests."""


@dataclass
class ImportReport:
    """What an import came to: how many rows were read, and how many of them ended how.

    The keys of `outcomes` are `imported`, `already_there`, `updated`, and the reasons for which rows were rejected.
    """

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def rejected(self) -> int:
        """How many rows went to the rejects file."""
        return sum(self.outcomes[reason.value] for reason in Reason)


@dataclass(frozen=True, slots=True)
class Settled:
    """A row that was taken: `imported`, `already_there` or `updated`, the request that it is about, and what was made of it."""

    row: ReadRow
    outcome: str
    request_id: UUID
    made: StoredRow | None = None


@dataclass
class Import:
    """What is known for the whole of an import. `within`: the one station that everything has to lie in."""

    region_id: UUID
    mapping: ColumnMapping
    rule: ZoneRule
    station_id: UUID | None
    template_code: str | None
    map: ZoneMap
    names: ZoneNames
    work_types: set[str]
    within: UUID | None = None
    # The lines on which references were met, to find those that come twice.
    lines: dict[str, int] = field(default_factory=dict)
    report: ImportReport = field(default_factory=ImportReport)


def import_requests(
    open_unit: Callable[[], AbstractContextManager[UnitOfWork]],
    source: BinaryIO,
    *,
    region_id: UUID,
    mapping: ColumnMapping,
    rule: ZoneRule | None = None,
    station_id: UUID | None = None,
    template_code: str | None = None,
    rejects: BinaryIO | None = None,
    assign: Assign | None = None,
    progress: Callable[[int, int], None] | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """Import a CSV file, plain or gzip, of any length. It can be run again: what is there is not doubled.

    `open_unit` opens a transaction, one for each `chunk` of rows. New zones, if the rule makes them, belong to `station_id`, and
    new work types have the checklist `template_code`.
    Rows that cannot be imported go to `rejects`; that file, mended, is itself one to import. `progress` is told after each
    chunk how many rows were read, and how many bytes of the source.

    Raises:
        Forbidden (forbidden): only regional operations and administrators import;
        Invalid (table.unreadable, request.columns_missing, request.zone_not_found); Conflict (request.no_zones).
    """
    with closing(read_records(source, encoding=mapping.encoding, delimiter=mapping.delimiter)) as records:
        header = next(records).cells
        again = is_rejects_header(header)
        original = header[len(MARKS) :] if again else header
        reader = RowReader(mapping, original)
        with open_unit() as uow:
            state = begin_import(
                uow,
                region_id=region_id,
                mapping=mapping,
                rule=rule or ZoneRule(),
                station_id=station_id,
                template_code=template_code,
            )
        sink = (
            RejectsFile(rejects, original, encoding=mapping.encoding, delimiter=mapping.delimiter) if rejects else None
        )
        for batch in _batches(records, chunk):
            read = [_read(reader, record, again) for record in batch]
            rows = [one for one in read if isinstance(one, ReadRow)]
            bad = [one for one in read if isinstance(one, Rejected)]
            with open_unit() as uow:
                settled, refused = import_chunk(uow, state, rows, assign=assign)
            bad += refused
            state.report.rows += len(batch)
            state.report.outcomes.update(one.outcome for one in settled)
            state.report.outcomes.update(one.code.value for one in bad)
            if sink is not None:
                sink.write(sorted(bad, key=lambda one: one.record.line))
            if progress is not None:
                progress(state.report.rows, source.tell())
        if sink is not None:
            sink.finish()
        return state.report


def begin_import(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    mapping: ColumnMapping,
    rule: ZoneRule,
    station_id: UUID | None = None,
    template_code: str | None = None,
    within: UUID | None = None,
) -> Import:
    """Check that the actor may import and that the rule can be followed, and load the zones and work types.

    `within` names the one station that everything has to lie in; what lies elsewhere then is in no zone that is known.

    Raises NotFound (territory.region_unknown, territory.station_unknown); Forbidden (forbidden);
    Invalid (request.zone_not_found); Conflict (request.no_zones).
    """
    territory.region(uow, region_id)
    if within is not None and territory.station(uow, within).region_id != region_id:
        raise territory_errors.STATION_UNKNOWN(path="/station_id")
    importers = IMPORTERS if within is None else STATION_IMPORTERS
    if uow.actor.roles_over(region_id, within, None, None).isdisjoint(importers):
        raise FORBIDDEN()
    zones = territory.zone_map(uow, region_id)
    if within is not None:
        zones = ZoneMap(zones.index, {key: zone for key, zone in zones.zones.items() if zone.station_id == within})
    names = _names(zones)
    if rule.fixed_zone is not None and len(names.find(rule.fixed_zone)) != 1:
        raise errors.ZONE_NOT_FOUND(repr(rule.fixed_zone), path="/zone")
    if not zones.zones and not rule.keep_outside and not (rule.create and station_id is not None):
        raise errors.NO_ZONES()
    types = {one.code for one in work_orders.work_types(uow, region_id)}
    return Import(region_id, mapping, rule, station_id, template_code, zones, names, types, within)


def import_chunk(
    uow: UnitOfWork, state: Import, rows: Sequence[ReadRow], *, assign: Assign | None = None
) -> tuple[list[Settled], list[Rejected]]:
    """Import some rows in this transaction; returns what became of those that were taken, and those that cannot be."""
    take_turn(uow, "requests", str(state.region_id), state.mapping.source)
    rejected: list[Rejected] = []
    single: list[ReadRow] = []
    for row in rows:
        first = state.lines.setdefault(row.external_ref, row.record.line)
        if first == row.record.line:
            single.append(row)
        else:
            reason = f"line {first} has the reference {row.external_ref!r} already"
            rejected.append(_rejected(state, row, Reason.DUPLICATE_IN_FILE, reason))
    known = known_requests(uow, state.region_id, state.mapping.source, [row.external_ref for row in single])
    pairs = [(row, known[row.external_ref]) for row in single if row.external_ref in known]
    foreign = [row for row, there in pairs if state.within not in (None, there.station_id)]
    rejected += [_rejected(state, row, Reason.REFERENCE_USED, "the reference is used elsewhere") for row in foreign]
    settled = _update(uow, state, [pair for pair in pairs if pair[0] not in foreign] if foreign else pairs)
    placed, homeless = _place(uow, state, [row for row in single if row.external_ref not in known])
    stored = store_rows(
        uow,
        state.region_id,
        state.mapping.source,
        placed,
        state.work_types,
        template_code=state.template_code,
        system=state.mapping.coordinate_system,
    )
    settled += [Settled(one.row, IMPORTED, one.request_id, one) for one in stored]
    opened = [one.order_id for one in stored if one.waits]
    if assign is not None and opened:
        assign(uow, opened)
    return settled, rejected + homeless


def _rejected(state: Import, row: ReadRow, code: Reason, reason: str) -> Rejected:
    return Rejected(row.record, code, reason, state.mapping.columns["external_ref"])


def _batches(records: Iterable[Record], size: int) -> Iterable[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(reader: RowReader, record: Record, again: bool) -> ReadRow | Rejected:
    return reader.read(*as_original(record)) if again else reader.read(record)


def _names(zones: ZoneMap) -> ZoneNames:
    areas = zones.index.areas()
    return ZoneNames(NamedZone(zone.id, zone.code, zone.name, areas.get(zone.id)) for zone in zones.zones.values())


def _update(uow: UnitOfWork, state: Import, pairs: Sequence[tuple[ReadRow, Known]]) -> list[Settled]:
    """Close what its source has closed since; everything else that is there stays as it is."""
    ended = [(row, known) for row, known in pairs if row.status is not Status.OPEN and known.closed_at is None]
    changed = close_orders(uow, state.mapping.source, ended) if ended else set()
    return [Settled(row, UPDATED if known.id in changed else ALREADY_THERE, known.id) for row, known in pairs]


def _place(uow: UnitOfWork, state: Import, rows: Sequence[ReadRow]) -> tuple[list[PlacedRow], list[Rejected]]:
    """Find the places of rows, and those that have none."""
    if state.rule.create and state.station_id is not None:
        _make_missing_zones(uow, state, rows)
    found = find_zones(uow, state.region_id, [Whereabouts(row.lat, row.lon, row.address) for row in rows])
    placed: list[PlacedRow] = []
    homeless: list[Rejected] = []
    for row, located in zip(rows, found, strict=True):
        at_position = located.zones
        if state.within is not None:
            at_position = tuple(zone_id for zone_id in at_position if zone_id in state.map.zones)
        choice = choose_zone(row, at_position, state.names, state.rule, located.decision)
        if isinstance(choice, Found):
            zone_id = choice.zone_id
            places = Places(state.region_id) if zone_id is None else state.map.zones[zone_id].places
            placed.append(PlacedRow(row, places, choice))
        else:
            column = state.mapping.columns.get(choice.field) if choice.field else None
            homeless.append(Rejected(row.record, choice.code, choice.reason, column))
    return placed, homeless


def _make_missing_zones(uow: UnitOfWork, state: Import, rows: Sequence[ReadRow]) -> None:
    missing = {row.zone.casefold(): row.zone for row in rows if row.zone and not state.names.find(row.zone)}
    if missing and state.station_id is not None:
        add_undrawn_zones(uow, station_id=state.station_id, names=list(missing.values()))
        state.map = territory.zone_map(uow, state.region_id)
        state.names = _names(state.map)
