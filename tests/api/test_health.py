from datetime import timedelta

import pytest
from rq import Worker
from rq.serializers import JSONSerializer

from api import health
from kernel import job_queue
from kernel import runtime as runtimes
from kernel.clock import SystemClock
from kernel.settings import Settings


@pytest.fixture
def worker(runtime):
    """A worker that has registered, as it does before it takes its first job."""
    made = Worker([runtime.queue.name], connection=runtime.queue.redis, serializer=JSONSerializer)
    made.register_birth()
    yield made
    made.register_death()


def words(runtime) -> dict[str, tuple[bool, str]]:
    return {name: (part.ok, part.words) for name, part in health.parts(runtime).items()}


def test_all_is_well_once_a_worker_listens(app, worker):
    ready = app.test_client().get("/health/ready")
    assert (ready.status_code, ready.json["ready"]) == (200, True)
    assert {name: part["ok"] for name, part in ready.json["parts"].items()} == dict.fromkeys(
        ("database", "migrations", "redis", "worker", "queue"), True
    )
    assert ready.json["parts"]["worker"]["words"] == "1 at work"


def test_without_a_worker_it_is_not_ready_and_says_why(app):
    ready = app.test_client().get("/health/ready")
    assert (ready.status_code, ready.json["ready"]) == (503, False)
    assert [name for name, part in ready.json["parts"].items() if not part["ok"]] == ["worker"]
    assert "none at work" in ready.json["parts"]["worker"]["words"]


def test_tables_of_another_age_are_named(runtime, worker):
    with runtime.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    ok, said = words(runtime)["migrations"]
    assert not ok
    assert "0000" in said
    assert "upgrade" in said


def test_an_empty_database_has_no_tables(runtime, worker):
    with runtime.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        connection.commit()
    assert words(runtime)["migrations"][1].startswith("the tables are at nothing")


def test_a_queue_that_nobody_empties_is_not_well(runtime, worker):
    assert runtime.queue.ring("sync.sweep")
    runtime.clock = SystemClock()
    assert words(runtime)["queue"] == (True, "1 wake-ups wait")
    runtime.clock = Later()
    ok, said = words(runtime)["queue"]
    assert not ok
    assert said.startswith("the oldest wake-up waits for 1")


class Later:
    """An hour from now less some minutes: what was rung just now has waited for long."""

    def now(self):
        return SystemClock().now() + timedelta(seconds=120)


def test_without_redis_and_without_a_database_each_part_still_answers(tmp_path):
    made = runtimes.make(
        Settings.from_environment(
            {
                "FIELDBEAT_DATA_DIR": str(tmp_path),
                "FIELDBEAT_DATABASE_URL": f"sqlite:///{tmp_path}/none/none.db",
                "FIELDBEAT_REDIS_URL": f"unix://{tmp_path}/none.sock",
            }
        )
    )
    assert words(made) == dict.fromkeys(
        ("database", "migrations", "redis", "worker", "queue"), (False, "does not answer")
    )
    made.close()


def test_it_lives_without_anything_else(app, runtime, tmp_path):
    runtime.queue = job_queue.JobQueue(job_queue.connect(f"unix://{tmp_path}/none.sock"))
    runtime.engine.dispose()
    live = app.test_client().get("/health/live")
    assert (live.status_code, live.json) == (200, {"status": "alive"})


def test_the_newest_revision_is_the_one_that_the_upgrade_ends_at(runtime):
    assert {health.newest()} == _stored(runtime)


def _stored(runtime) -> set[str]:
    with runtime.session() as session:
        return set(session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
