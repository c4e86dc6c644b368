"""Files about imports: the lines that were rejected, tables to begin with; and what is wrong with a line, in words."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from uuid import UUID

from flask import Response

from api import csv_export, transactions, xlsx_tables
from dispatch.imports import queries
from dispatch.imports.kinds.catalogue import KINDS
from dispatch.imports.kinds.kind import Refusal
from dispatch.imports.queries import LineRow
from dispatch.imports.wording import message
from dispatch.rejects import RejectsFile
from kernel.database import Page
from kernel.errors import NOT_FOUND
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class WordedLine(LineRow):
    """What became of a line, with what is wrong with it in somebody's language."""

    message: str | None = None
    undo_message: str | None = None


def worded(page: Page[LineRow], language: str) -> Page[WordedLine]:
    """Say of each line in words what is wrong with it."""
    names = [one.name for one in fields(LineRow)]
    return Page(
        tuple(
            WordedLine(
                **{name: getattr(row, name) for name in names},
                message=message(row.code, language),
                undo_message=message(row.undo_code, language),
            )
            for row in page.items
        ),
        page.after,
    )


def rejects(import_id: UUID) -> Response:
    """Answer with the rejected lines of an import, batch by batch; a refusal is told before the first of them."""
    language = transactions.language()
    with transactions.request_reading() as reading:
        row = queries.import_(reading, import_id)
    transactions.note_shown([row])
    response = Response(transactions.streamed(_rejects(row, language)), content_type="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{import_id}.rejects.csv"'
    response.vary.add("Accept-Language")
    return response


def _rejects(row: queries.ImportRow, language: str) -> Iterator[bytes]:
    target = io.BytesIO()
    sink = RejectsFile(target, row.header, encoding=row.encoding, delimiter=row.delimiter)
    for nth in range(row.batches):
        with transactions.request_reading() as reading:
            sink.write(list(_refusals(reading, row.id, nth, language)))
        yield target.getvalue()
        target.seek(0)
        target.truncate()
    sink.finish()


def _refusals(reading: Reading, import_id: UUID, nth: int, language: str) -> Iterator[Refusal]:
    queries.import_(reading, import_id)
    for source, line in queries.rejected_lines(reading, import_id, nth):
        code = line.code or ""
        words = " ".join(text for text in (message(code, language), line.detail) if text)
        yield Refusal(source.record, code, words, line.heading)


def template(kind: str, *, xlsx: bool) -> Response:
    """Answer with the headings of a kind of import and one example, in the caller's language. Raises NotFound (not-found)."""
    found = KINDS.get(kind)
    if found is None:
        raise NOT_FOUND("there are " + ", ".join(KINDS))
    zh = transactions.language() == "zh-CN"
    header = [one.zh if zh else one.en for one in found.columns.values()]
    example = [one.example[zh] for one in found.columns.values()]
    if xlsx:
        return xlsx_tables.respond(f"{kind}.xlsx", kind, header, [example])
    response = Response("".join(csv_export.lines(header, [[example]])), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    response.vary.add("Accept-Language")
    return response
