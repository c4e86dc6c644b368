"""Log lines, as a process of its own writes them."""

import json
import subprocess
import sys
from functools import cache

import pytest

PROGRAM = """
import logging, structlog
from kernel import log_setup
from kernel.settings import Settings
log_setup.set_up(Settings.from_environment({settings}))
log = structlog.get_logger("kernel.jobs")
def work(password):
    raise LookupError("没有")
with structlog.contextvars.bound_contextvars(request_id="r1", job_id="j1", device_id="d1", batch_id="b1"):
    log.info("工单已派发", number="261122-7K3F-9QMX", station="涟水")
    logging.getLogger("waitress").warning("from %s", "the library")
    try:
        work("hunter2")
    except LookupError:
        log.exception("job failed")
log.debug("too small")
logging.getLogger("rq.worker").info("every heartbeat")
"""


@cache
def lines(**settings: str) -> list[str]:
    given = {f"FIELDBEAT_{name.upper()}": text for name, text in settings.items()}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(settings=given)], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_line_for_machines_is_json_with_its_ids_and_readable_chinese():
    written = lines()
    own, library, failed = map(json.loads, written)
    ids = {"request_id": "r1", "job_id": "j1", "device_id": "d1", "batch_id": "b1"}
    assert "工单已派发" in written[0]
    assert own.pop("timestamp").endswith("Z")
    assert own == {
        "event": "工单已派发",
        "number": "261122-7K3F-9QMX",
        "station": "涟水",
        "level": "info",
        "logger": "kernel.jobs",
        **ids,
    }
    assert (library["event"], library["level"], library["logger"]) == ("from the library", "warning", "waitress")
    assert {name: library[name] for name in ids} == ids
    assert "LookupError: 没有" in failed["exception"]
    assert {name: failed[name] for name in ids} == ids


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_shows_no_variables_and_with_them_no_passwords(form):
    written = "\n".join(lines(log_format=form))
    assert "LookupError" in written
    assert "hunter2" not in written.replace('work("hunter2")', "")


def test_a_line_for_eyes_is_text_with_its_ids():
    written = lines(log_format="text")
    assert "工单已派发" in written[0]
    assert "request_id=r1" in written[0]
    assert not written[0].startswith("{")


def test_lines_below_the_level_are_not_written():
    assert [json.loads(line)["level"] for line in lines(log_level="warning")] == ["warning", "error"]
    assert [json.loads(line)["event"] for line in lines(log_level="debug")][-1] == "too small"
