import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cli.main import main
from kernel.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def fieldbeat(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run a command on the test's database in this process, as the program would: the words, and perhaps its input."""
    monkeypatch.setenv("FIELDBEAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FIELDBEAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDBEAT_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("FIELDBEAT_PASSWORD_MEMORY_KIB", "64")

    def run(*words: object, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run
