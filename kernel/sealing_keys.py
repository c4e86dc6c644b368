"""Where the keys are that seal personal data: in the settings, or in a file of the data folder that is made when missing."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kernel.sealing import SealingError, SealingKey, new_key, read_keys, write_key
from kernel.settings import Settings

FILE = "sealing.keys"
_HEAD = """\
# The keys that seal personal data in Fieldbeat's database. Without them nobody reads it again: keep a copy apart from
# the backups of the database. The first key seals, all of them open. `fieldbeat sealing` helps to change them.
"""


class KeysUnreadable(SealingError):
    """The file of the keys holds something else."""


class KeysMissing(SealingError):
    """The database was sealed with keys that are not here."""

    def __init__(self, names: Sequence[str], path: Path) -> None:
        super().__init__(
            f"This database was sealed with the key {', '.join(map(repr, names))}, which is not here: "
            f"put the file of its keys to {path}, or set FIELDBEAT_SEALING_KEYS."
        )


def key_file(settings: Settings) -> Path:
    """Return where the keys are, or will be, unless they are in the settings."""
    return settings.data_dir / FILE


def find_keys(settings: Settings, known: Callable[[], Sequence[str]] = tuple) -> tuple[SealingKey, ...]:
    """Return the keys, the one first that seals; a new one is made where there is none.

    Args:
        known: asked before a key is made: the names of those that the database was sealed with already.

    Raises:
        KeysMissing: there is none, and a new one would open nothing of what is there. KeysUnreadable: what is in the file are
        no keys. OSError: it cannot be read or made.
    """
    if settings.sealing_keys:
        return read_keys(settings.sealing_keys)
    path = key_file(settings)
    if not path.exists():
        if names := known():
            raise KeysMissing(names, path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, f"{_HEAD}{write_key(new_key())}\n", new=True)
    try:
        found = read_keys(path.read_text("utf-8"))
    except ValueError as error:
        raise KeysUnreadable(f"{path} holds no keys that can be read: {error}") from error
    if not found:
        raise KeysUnreadable(f"{path} holds no key")
    return found


def _write(path: Path, text: str, *, new: bool) -> None:
    """Put a file there, whole and for its owner alone. Of processes that make a new one at once, the first wins."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")  # which nobody else may read
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if new:
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        else:
            Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def add_key(settings: Settings, key: SealingKey) -> None:
    """Put a key before those in the file: it seals from now on. Whoever reads the file sees it as it was, or with the key."""
    path = key_file(settings)
    _write(
        path, f"{_HEAD}{write_key(key)}\n" + "".join(f"{write_key(one)}\n" for one in find_keys(settings)), new=False
    )
