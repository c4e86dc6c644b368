import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cli.main import main
from kernel.settings import Settings
from tests.cli import running


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command in this process, as the program would: the words, perhaps its input, and settings."""
    # What an option sets goes into this copy, and so not beyond the test.
    monkeypatch.setattr(os, "environ", running.environment())

    def run(*words: object, stdin: str = "", **settings: str) -> Said:
        os.environ.update(settings)
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def fieldbeat(settings: Settings, command: Callable[..., Said]) -> Callable[..., Said]:
    """Run a command on the test's database in this process."""
    os.environ["FIELDBEAT_DATA_DIR"] = str(settings.data_dir)
    os.environ["FIELDBEAT_DATABASE_URL"] = settings.database_url
    os.environ["FIELDBEAT_REDIS_URL"] = settings.redis_url
    os.environ["FIELDBEAT_SEALING_KEYS"] = settings.sealing_keys
    return command
