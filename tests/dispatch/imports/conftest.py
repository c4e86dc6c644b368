"""An import at work without HTTP: ground, somebody who imports, and a file handed in."""

import io

import pytest

from dispatch.imports import queries, service
from dispatch.imports.jobs import do_next
from dispatch.imports.service import NewImport
from dispatch.imports.tables import Limits, read_table
from dispatch.territory.importing import import_zones
from dispatch.territory.queries import places_of_zone, zone_map
from kernel.actor import Level, Role, system_actor
from kernel.runtime import Runtime
from sync.reactions import HANDLERS
from tests import factories

LIMITS = Limits(1024 * 1024, 10_000)


class Desk:
    """Somebody of regional operations, with a zone around 33.80, 119.30 (East) and one around 33.80, 119.40 (West)."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        with runtime.unit_of_work(system_actor()) as uow:
            self.place = factories.places(uow)
            features = [
                {"type": "Feature", "properties": {"code": code}, "geometry": factories.square(33.80, lon, 0.05)}
                for code, lon in (("East", 119.30), ("West", 119.40))
            ]
            document = {"type": "FeatureCollection", "features": features}
            assert self.place.station_id is not None
            import_zones(uow, station_id=self.place.station_id, document=document)
            region = self.place.region_id
            self.actor = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region).actor
            zones = zone_map(uow, region).zones.values()
            self.zones = {zone.code: places_of_zone(uow, zone.id) for zone in zones}

    def hand_in(self, data, kind="requests", *, size=20, **options):
        table = read_table(io.BytesIO(data), LIMITS, size=size)
        new = NewImport(kind, self.place.region_id, **options)
        with self.runtime.unit_of_work(self.actor) as uow:
            return service.receive(uow, new=new, table=table)

    def start(self, key):
        with self.runtime.unit_of_work(self.actor) as uow:
            service.start(uow, import_id=key)

    def finish(self, key):
        while do_next(self.runtime):
            pass
        return self.show(key)

    def show(self, key):
        with self.runtime.reading(self.actor) as reading:
            return queries.import_(reading, key)

    def bring_in(self, data, kind="requests", **options):
        """Hand a file in, have it tried, and bring it in; returns the trial and the import."""
        key = self.hand_in(data, kind, **options)
        tried = self.finish(key)
        self.start(key)
        return tried, self.finish(key)

    def lines(self, key, **filters):
        with self.runtime.reading(self.actor) as reading:
            return queries.page_of_lines(reading, key, limit=500, **filters).items


@pytest.fixture
def desk(runtime):
    runtime.handlers = HANDLERS
    return Desk(runtime)
