"""What a phone keeps through a crash: its ops, the documents it pulled, and a few registers, in SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

SCHEMA = """
CREATE TABLE IF NOT EXISTS registers (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ops (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0, refused TEXT, outcome TEXT, code TEXT);
CREATE INDEX IF NOT EXISTS ops_unsent ON ops (seq) WHERE stored = 0;
CREATE TABLE IF NOT EXISTS docs (type TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (type TEXT, id TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An op as the phone has it. `stored`: the server said so. `refused`: the server cannot store it, and why.

    `outcome` and `code` are the receipt's, once it came.
    """

    seq: int
    id: str
    body: dict[str, Any]
    stored: bool
    refused: str | None
    outcome: str | None
    code: str | None


class Journal:
    """The phone's own store. Every method is one transaction, or part of the one that `together` opens. For one thread."""

    def __init__(self, path: str = ":memory:") -> None:
        self._sqlite = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._sqlite.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + SCHEMA)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what happens in the block durable as one, or not at all."""
        self._sqlite.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._sqlite.execute("ROLLBACK")
            raise
        self._sqlite.execute("COMMIT")

    def get(self, name: str, default: Any = None) -> Any:
        """Read a register."""
        row = self._sqlite.execute("SELECT value FROM registers WHERE name = ?", (name,)).fetchone()
        return default if row is None else orjson.loads(row[0])

    def set(self, name: str, value: Any) -> None:
        """Write a register."""
        self._sqlite.execute("INSERT OR REPLACE INTO registers VALUES (?, ?)", (name, orjson.dumps(value).decode()))

    def next_seq(self) -> int:
        """Return the sequence number of the op to come."""
        row = self._sqlite.execute("SELECT coalesce(max(seq), 0) + 1 FROM ops").fetchone()
        return int(row[0])

    def keep(self, op: dict[str, Any]) -> None:
        """Keep a new op."""
        self._sqlite.execute(
            "INSERT INTO ops (seq, id, body) VALUES (?, ?, ?)", (op["seq"], op["id"], orjson.dumps(op).decode())
        )

    def unsent(self) -> list[tuple[str, str]]:
        """Return the ops of which no server said that it has them, in their order: the id and the JSON of each."""
        return self._sqlite.execute("SELECT id, body FROM ops WHERE stored = 0 ORDER BY seq").fetchall()

    def mark_stored(self, ids: Iterable[str]) -> None:
        """Note that the server has these ops."""
        self._sqlite.executemany("UPDATE ops SET stored = 1 WHERE id = ?", [(each,) for each in ids])

    def mark_refused(self, refused: Iterable[tuple[str, str]]) -> None:
        """Note which ops the server cannot store, with its code; they are kept, shown, and not sent again."""
        self._sqlite.executemany(
            "UPDATE ops SET stored = 1, refused = ? WHERE id = ?", [(code, key) for key, code in refused]
        )

    def mark_lost(self, ids: Iterable[str]) -> None:
        """Note that the server does not have these ops any more, so that they are sent again."""
        self._sqlite.executemany(
            "UPDATE ops SET stored = 0, outcome = NULL, code = NULL WHERE id = ?", [(each,) for each in ids]
        )

    def mark_receipt(self, key: str, outcome: str, code: str | None) -> None:
        """Note what became of an op."""
        self._sqlite.execute("UPDATE ops SET outcome = ?, code = ? WHERE id = ?", (outcome, code, key))

    def waiting(self) -> int:
        """Count the ops of which the server has not said yet what became of them."""
        row = self._sqlite.execute("SELECT count(*) FROM ops WHERE refused IS NULL AND outcome IS NULL").fetchone()
        return int(row[0])

    def ops(self) -> list[Kept]:
        """Return all ops in their order."""
        rows = self._sqlite.execute("SELECT seq, id, body, stored, refused, outcome, code FROM ops ORDER BY seq")
        return [Kept(seq, key, orjson.loads(body), bool(stored), *rest) for seq, key, body, stored, *rest in rows]

    def put(self, kind: str, key: str, doc: dict[str, Any]) -> None:
        """Keep the newest form of a document."""
        self._sqlite.execute("INSERT OR REPLACE INTO docs VALUES (?, ?, ?)", (kind, key, orjson.dumps(doc).decode()))

    def drop(self, kind: str, key: str) -> None:
        """Forget a document."""
        self._sqlite.execute("DELETE FROM docs WHERE type = ? AND id = ?", (kind, key))

    def doc(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return a document, or None."""
        row = self._sqlite.execute("SELECT body FROM docs WHERE type = ? AND id = ?", (kind, key)).fetchone()
        found: dict[str, Any] | None = None if row is None else orjson.loads(row[0])
        return found

    def docs(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return all documents of a collection by id."""
        rows = self._sqlite.execute("SELECT id, body FROM docs WHERE type = ? ORDER BY id", (kind,))
        return {key: orjson.loads(body) for key, body in rows}

    def begin_replacement(self) -> None:
        """Start to note which documents come; what did not come by the end is dropped."""
        self._sqlite.execute("DELETE FROM seen")

    def note_seen(self, kind: str, key: str) -> None:
        """Note that a document came during a replacement."""
        self._sqlite.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (kind, key))

    def end_replacement(self) -> None:
        """Drop the documents that did not come; ops are untouched."""
        self._sqlite.execute(
            "DELETE FROM docs WHERE NOT EXISTS (SELECT 1 FROM seen WHERE seen.type = docs.type AND seen.id = docs.id)"
        )
        self._sqlite.execute("DELETE FROM seen")

    def close(self) -> None:
        """Close the file."""
        self._sqlite.close()
