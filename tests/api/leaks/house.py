"""The world of the matrix: every table filled at every place, brought back after each change."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from api.app import create_app
from api.openapi import describe
from kernel.actor import system_actor
from kernel.database import Base
from kernel.runtime import Runtime
from sync.devices import service as devices
from tests.api.leaks.calls import Caller
from tests.api.leaks.furnishing import Place, furnish
from tests.api.leaks.positions import Operation, operations
from tests.api.leaks.rows import LEFT_OUT
from tests.api.leaks.samples import Sampler
from tests.api.world import World, build

PHONES = {
    "phone": "technician",
    "second_phone": "technician",
    "phone_next_zone": "technician_next_zone",
    "phone_abroad": "technician_abroad",
}
"""Phones by their names, and whose they are; the rows that fill the tables hold a further one of each technician."""


@dataclass
class House:
    """The application over the filled world."""

    app: Flask
    runtime: Runtime
    world: World
    rows: dict[str, Place]
    file: Path | None
    """Where the database lies, if it is SQLite's."""

    def __post_init__(self) -> None:
        self.document = describe(self.app)
        self.operations: list[Operation] = operations(self.document)
        self.call = Caller(self.app.test_client(), Sampler(self.document), self.world.tokens)
        self.ids = {place: _ids(rows) for place, rows in self.rows.items()}
        self.known = set().union(*self.ids.values(), map(str, self.world.people.values()))
        if self.file is not None:
            self._settle()
            self._saved = self.file.read_bytes()

    def foreign_ids(self, place: str, home: str) -> set[str]:
        """Return the ids of all that lies at a place and not at home."""
        return self.ids[place] - self.ids[home]

    def restore(self) -> None:
        """Bring the database back to what it was (SQLite only)."""
        assert self.file is not None
        self.runtime.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        self.file.write_bytes(self._saved)

    def foreign_rows(self, ids: set[str]) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows, by their tables, that hold one of these ids."""
        found = {}
        with self.runtime.session() as session:
            for table in Base.metadata.sorted_tables:
                if table.name not in LEFT_OUT:
                    rows = session.execute(table.select()).all()
                    found[table.name] = sorted(
                        tuple(map(str, row))
                        for row in rows
                        if any(str(value) in ids for value in row if isinstance(value, UUID))
                    )
        return found

    def _settle(self) -> None:
        with self.runtime.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        self.runtime.engine.dispose()


def _ids(rows: Place) -> set[str]:
    return {str(value) for row in rows.values() for value in row.values() if isinstance(value, UUID)}


def settle_in(runtime: Runtime, file: Path | None) -> House:
    """Build the world on a migrated database and fill all of its tables."""
    with runtime.unit_of_work(system_actor()) as uow:
        world = build(uow)
        uow.session.flush()
        rows = furnish(uow.session, world, uow.now, uow.new_id)
        for phone, who in PHONES.items():
            world.tokens[phone] = devices.register(uow, install_id=phone, user_id=world.people[who]).token
    return House(create_app(runtime), runtime, world, rows, file)
