"""What a phone keeps through a crash: its ops, the documents it pulled, and a few registers, in SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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
CREATE TABLE IF NOT EXISTS files (
    media_id TEXT PRIMARY KEY, path TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT NOT NULL, work_order_id TEXT NOT NULL,
    op_id TEXT, location TEXT, sent INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is to be handed over. `location` is its upload at the server, once it was begun; `sent`, all of it is there."""

    media_id: str
    path: str
    length: int
    sha256: str
    work_order_id: str
    op_id: str | None
    location: str | None
    sent: bool


class Journal:
    """The phone's own store. Every method is one transaction, or part of the one that `together` opens. For one thread."""

    def __init__(self, path: str = ":memory:") -> None:
        self._sqlite = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._sqlite.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + SCHEMA)

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
        """Return the sequence number of the op to come; those that were forgotten are not given again."""
        row = self._sqlite.execute("SELECT coalesce(max(seq), 0) + 1 FROM ops").fetchone()
        return max(int(row[0]), int(self.get("forgotten_to", 0)) + 1)

    def forget_settled(self, before: str) -> int:
        """Forget ops that have their receipt and occurred before a moment (ISO 8601, UTC); return how many.

        Not sooner than `retain_days` of the server's limits: until then they are what a restored server is mended from.
        """
        settled = "stored = 1 AND outcome IS NOT NULL AND datetime(json_extract(body, '$.occurred_at')) < datetime(?)"
        with self.together():
            last = self._sqlite.execute(f"SELECT max(seq) FROM ops WHERE {settled}", (before,)).fetchone()[0]  # noqa: S608 - our own words
            if last is None:
                return 0
            self.set("forgotten_to", max(last, self.get("forgotten_to", 0)))
            return self._sqlite.execute(f"DELETE FROM ops WHERE {settled}", (before,)).rowcount  # noqa: S608 - our own words

    def attach(self, one: Attachment) -> None:
        """Keep a file to be handed over; the same again changes nothing."""
        values = (one.media_id, one.path, one.length, one.sha256, one.work_order_id, one.op_id)
        names = "media_id, path, length, sha256, work_order_id, op_id"
        self._sqlite.execute(f"INSERT OR IGNORE INTO files ({names}) VALUES (?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - our own words

    def attachments(self, *, unsent: bool = False) -> list[Attachment]:
        """Return the files, or those of which no server has all."""
        names = "media_id, path, length, sha256, work_order_id, op_id, location, sent"
        condition = " WHERE sent = 0" if unsent else ""
        rows = self._sqlite.execute(f"SELECT {names} FROM files{condition} ORDER BY media_id")  # noqa: S608 - our own words
        return [Attachment(*rest, sent=bool(sent)) for *rest, sent in rows]

    def mark_begun(self, media_id: str, location: str | None) -> None:
        """Note where the server takes a file in; None when it has to be begun anew."""
        self._sqlite.execute("UPDATE files SET location = ?, sent = 0 WHERE media_id = ?", (location, media_id))

    def mark_sent(self, media_id: str) -> None:
        """Note that the server has all bytes of a file."""
        self._sqlite.execute("UPDATE files SET sent = 1 WHERE media_id = ?", (media_id,))

    def lacking(self, highest: int, missing: Sequence[Sequence[int]]) -> list[str]:
        """Return the ops that a server acknowledged whose numbers it does not have (any more)."""
        rows = self._sqlite.execute("SELECT seq, id FROM ops WHERE stored = 1 AND refused IS NULL").fetchall()
        return [key for seq, key in rows if seq > highest or any(first <= seq <= last for first, last in missing)]

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
