import gc
import logging

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]

from api import server_hooks


@pytest.fixture
def quiet_root():
    """Put back what the hook changes for the whole process."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield root
    root.handlers[:], root.level = before
    logging.getLogger("gunicorn.error").handlers.clear()


def test_gunicorns_own_lines_go_where_all_others_go(quiet_root, monkeypatch, capsys):
    monkeypatch.setenv("FIELDBEAT_LOG_LEVEL", "info")
    log = server_hooks.LogThroughUs(Config())
    assert log.error_log.handlers == []
    log.info("Listening at: %s", "http://127.0.0.1")
    assert '"event": "Listening at: http://127.0.0.1"' in capsys.readouterr().err


def test_what_the_processes_share_is_left_alone_by_the_garbage_collector():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        server_hooks.when_ready(None)
        assert gc.get_freeze_count() > frozen
        assert Config().settings["when_ready"].validator(server_hooks.when_ready) is server_hooks.when_ready
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_a_process_that_ends_is_forgotten_by_the_metrics(tmp_path, monkeypatch):
    class Worker:
        pid = 4711

    server_hooks.child_exit(None, Worker())
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    (tmp_path / "gauge_liveall_4711.db").touch()
    (tmp_path / "counter_4711.db").touch()
    server_hooks.child_exit(None, Worker())
    assert [file.name for file in tmp_path.iterdir()] == ["counter_4711.db"]
