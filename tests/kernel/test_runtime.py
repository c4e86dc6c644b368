"""The runtime: one wiring for a process, transactions for an actor, and where the queue is."""

import contextlib
import gc
import io
import os
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import Integer, func, literal, select, text
from sqlalchemy.exc import InternalError

from kernel import runtime as runtimes
from kernel.actor import Actor, system_actor
from kernel.change_feed import FeedHead
from kernel.direct import Prepared
from kernel.errors import NOT_FOUND, DomainError
from kernel.identifiers import new_id
from kernel.job_queue import connect
from kernel.settings import Settings
from tests.conftest import NOW

PERSON = Actor.person(UUID(int=7), None, [])


@pytest.fixture
def runtime(shared_runtime):
    return shared_runtime


@pytest.fixture
def head() -> FeedHead:
    """A row that no other test has."""
    return FeedHead(region_id=new_id(), epoch=1, n=5, horizon=0)


def stored(runtime, head: FeedHead) -> bool:
    with runtime.session() as session:
        return session.get(FeedHead, head.region_id) is not None


def identify(session, now) -> Actor:
    """Find out who asks from the database, as of the same moment."""
    assert now == NOW
    session.scalars(select(FeedHead.n)).all()
    return PERSON


def test_a_transaction_knows_its_actor_its_moment_and_mints_ids(runtime):
    with runtime.unit_of_work(PERSON) as uow:
        assert (uow.actor, uow.now) == (PERSON, NOW)
        assert uow.new_id() < uow.new_id()
    with runtime.reading(PERSON) as reading:
        assert (reading.actor, reading.now) == (PERSON, NOW)


def test_who_asks_may_be_found_out_in_the_same_transaction(runtime):
    with runtime.unit_of_work(identify) as uow:
        assert uow.actor is PERSON
    with runtime.reading(identify) as reading:
        assert reading.actor is PERSON


def test_when_it_is_not_known_who_asks_nothing_happens(runtime, head):
    def nobody(session, now) -> Actor:
        session.add(head)
        session.flush()
        raise PermissionError

    with pytest.raises(PermissionError), runtime.unit_of_work(nobody):
        pytest.fail("the block must not run")
    assert not stored(runtime, head)


def test_a_reading_leaves_nothing_behind(runtime, head):
    refused = (
        contextlib.nullcontext() if runtime.engine.name == "sqlite" else pytest.raises(InternalError, match="read-only")
    )
    with refused, runtime.reading(system_actor()) as reading:
        reading.session.add(head)
        reading.session.flush()
    assert not stored(runtime, head)


@pytest.mark.parametrize("refused", [False, True])
def test_what_a_reading_prepared_stays_with_its_connection(runtime, refused):
    if runtime.engine.name == "sqlite":
        pytest.skip("nothing is prepared there")
    mark = f"mark_{new_id().hex}"
    statement = Prepared(select(literal(1, Integer()).label(mark)))
    with (
        pytest.raises(DomainError) if refused else contextlib.nullcontext(),
        runtime.reading(system_actor()) as reading,
    ):
        statement.row(reading.session)
        server = reading.session.scalar(select(func.pg_backend_pid()))
        if refused:
            raise NOT_FOUND()
    with runtime.reading(system_actor()) as reading:
        assert reading.session.scalar(select(func.pg_backend_pid())) == server
        prepared = reading.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        assert [one for one in prepared if mark in one]


def test_what_was_loaded_may_be_used_after_the_block(runtime, head):
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.add(head)
    assert head.n == 5
    assert stored(runtime, head)


def test_it_is_wired_from_the_settings(runtime):
    settings = runtime.settings
    assert runtime.engine.url.render_as_string(hide_password=False).split("?")[0] in settings.database_url
    assert runtime.queue.redis.ping()
    digest, _ = runtime.blobs.put(io.BytesIO(b"photo"))
    assert (settings.data_dir / "blobs" / digest[:2] / digest[2:]).exists()


def test_jobs_find_the_runtime_of_their_process(runtime):
    runtimes.use(runtime)
    assert runtimes.current() is runtime


def embedded(folder) -> Settings:
    return Settings.from_environment({"FIELDBEAT_DATA_DIR": str(folder)})


def where(settings: Settings) -> str | None:
    """Return the path that a client of our own goes to."""
    path: str | None = connect(runtimes.redis_url(settings)).connection_pool.connection_kwargs.get("path")
    return path


def test_a_redis_that_the_settings_name_is_the_one(tmp_path):
    settings = Settings.from_environment({"FIELDBEAT_REDIS_URL": "redis://queue:6379/3"})
    assert runtimes.redis_url(settings) == "redis://queue:6379/3"
    assert Redis.from_url(runtimes.redis_url(settings)).connection_pool.connection_kwargs["host"] == "queue"


@pytest.mark.parametrize(
    "folder", ["/srv/beat", "/srv/a beat=1", "/srv/" + "深" * 60, "/srv/" + "x" * 200, "/srv/a%20b?x"]
)
def test_the_redis_that_comes_along_is_found_whatever_the_data_folder_is_called(folder):
    socket = runtimes.embedded_socket(embedded(folder))
    assert where(embedded(folder)) == socket
    assert len(os.fsencode(socket)) <= 103
    assert (socket == f"{folder}/valkey.sock") == (folder == "/srv/beat")


def test_every_data_folder_has_a_socket_of_its_own():
    long = "/srv/" + "x" * 200
    assert runtimes.embedded_socket(embedded(long)) == runtimes.embedded_socket(embedded(long))
    assert runtimes.embedded_socket(embedded(long)) != runtimes.embedded_socket(embedded(long + "y"))


def test_what_was_loaded_at_start_is_left_alone_by_the_garbage_collector():
    before = gc.get_threshold()
    try:
        runtimes.settle()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
