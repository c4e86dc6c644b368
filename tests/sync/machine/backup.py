"""Copies of a whole database, taken and brought back while the world goes on, as an operator would after a lost disk."""

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from kernel.actor import system_actor
from kernel.change_feed import begin_epoch
from tests.servers import Postgres
from tests.sync.world import World, wired

Server = Callable[[], Postgres]
"""Gives the PostgreSQL that the test's database is on; asked only there."""


class Backup:
    """One copy of a world's database: `take` makes it anew, `bring_back` puts it in the place of what is there."""

    def __init__(self, world: World, server: Server) -> None:
        self._world, self._server = world, server
        self._kept: str | None = None

    def take(self) -> None:
        """Copy the database as it is now; an older copy is given up."""
        self.drop()
        self._world.runtime.engine.dispose()
        if self._path is not None:
            copy = self._path.with_suffix(".backup")
            shutil.copyfile(self._path, copy)
            self._kept = str(copy)
        else:
            self._kept = self._server().copy_database(self._url)

    @property
    def taken(self) -> bool:
        return self._kept is not None

    def bring_back(self) -> None:
        """Put the copy in place and begin a new epoch. The world's runtime is another then."""
        assert self._kept is not None
        world = self._world
        world.runtime.close()
        if self._path is not None:
            for leftover in (f"{self._path}-wal", f"{self._path}-shm"):
                Path(leftover).unlink(missing_ok=True)
            shutil.copyfile(self._kept, self._path)
        else:
            self._server().replace_database(self._url, self._kept)
        world.runtime = wired(world.runtime.settings, world.clock)
        with world.runtime.unit_of_work(system_actor()) as uow:
            begin_epoch(uow.session, world.region_id)

    def drop(self) -> None:
        """Give up the copy, if there is one."""
        if self._kept is not None and self._path is None:
            self._server().drop_database(self._kept)
        self._kept = None

    @property
    def _url(self) -> str:
        return self._world.runtime.settings.database_url

    @property
    def _path(self) -> Path | None:
        """Return the file of an SQLite database."""
        url = make_url(self._url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None
