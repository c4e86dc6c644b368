"""A connection that the server dropped while it was idle is replaced before anybody notices."""

from sqlalchemy import text

from kernel import database
from kernel.database import make_engine
from kernel.settings import Settings


def test_an_idle_connection_that_was_dropped_is_replaced(postgres, monkeypatch):
    url = postgres.create_database()
    engine = make_engine(Settings.from_environment({"FIELDBEAT_DATABASE_URL": url, "FIELDBEAT_DATABASE_POOL": "2"}))
    ask = text("SELECT pg_backend_pid()")
    with engine.connect() as one, engine.connect() as other:
        dropped, kept = one.scalar(ask), other.scalar(ask)
    with engine.connect() as killer:
        mine = killer.scalar(ask)
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": kept if mine == dropped else dropped})
        killer.commit()
        monkeypatch.setattr(database, "TRUSTED_SECONDS", 0.0)
        with engine.connect() as again:
            assert again.scalar(ask) not in (dropped, kept)
    engine.dispose()
    postgres.drop_database(url)
