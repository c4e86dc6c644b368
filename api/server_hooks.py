"""What gunicorn calls while it runs; its configuration module (`--config python:api.server_hooks`)."""

import logging
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

# Not used here: what is imported before the server forks, its processes share and need not each import again.
import api.app  # noqa: F401
from kernel import log_setup, metrics
from kernel.runtime import settle
from kernel.settings import Settings


class LogThroughUs(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, in the form of all others. Requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        """Leave the handling of lines to the root logger."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.loglevel = self.LOG_LEVELS.get(cfg.loglevel, logging.INFO)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        log_setup.set_up(Settings.from_environment())


logger_class = LogThroughUs


def when_ready(_server: Any) -> None:
    """Settle before the first fork: the collector would write to all that the processes share, and so give each its own."""
    settle()


def child_exit(_server: Any, worker: Any) -> None:
    """Let the metrics forget the gauges of a process that ended."""
    metrics.forget_process(worker.pid)
