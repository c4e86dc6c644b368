"""A version of a checklist written as an XLSForm workbook, with what had to be left to our own columns."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from checklists.templates.answer_types import NUMBERS, AnswerType
from checklists.templates.form import write_item
from checklists.templates.steps import Checklist, Item, Step
from checklists.templates.xlsform import columns
from checklists.templates.xlsform.xpath import Names, Speaker, UnsaidError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The rows of the sheets. `only_ours` names items and members that only our columns say: other programs miss them."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row
    only_ours: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a workbook says of itself: code and name of the template, number and digest (hexadecimal) of the version."""

    code: str
    name: Mapping[str, str]
    version: int
    digest: str


def sheets_of(heading: Heading, checklist: Checklist) -> Sheets:
    """Lay a version out in rows."""
    names = dict(_names(checklist))
    speaker = Speaker({item.key: item for item in checklist.items}, names)
    survey: list[Row] = []
    ours: list[tuple[str, str]] = []
    for step in Step:
        zh, en = columns.STEP_LABELS[step]
        labels = {f"label::{columns.ZH}": zh, f"label::{columns.EN}": en}
        survey.append({"type": "begin group", "name": f"{columns.GROUP}{step.value}", **labels})
        for item in checklist.items:
            if item.step is step:
                row = _row(item, speaker)
                ours += [(item.key, name) for name in _unsaid(item, row)]
                survey.append(row)
        survey.append({"type": "end group"})
    settings = {
        "form_title": heading.name["zh-CN"],
        "form_id": heading.code,
        "version": str(heading.version),
        "default_language": columns.ZH,
        "fb_title_en": heading.name.get("en"),
        "fb_digest": heading.digest,
    }
    return Sheets(tuple(survey), tuple(_choices(checklist, names)), settings, tuple(ours))


def workbook(sheets: Sheets) -> bytes:
    """Write rows as a workbook."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    _fill(book.active, "survey", columns.SURVEY, sheets.survey)
    _fill(book.create_sheet(), "choices", columns.CHOICES, sheets.choices)
    _fill(book.create_sheet(), "settings", columns.SETTINGS, [sheets.settings])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Any, title: str, heads: Sequence[str], rows: Sequence[Row]) -> None:
    sheet.title = title
    sheet.freeze_panes = "A2"
    sheet.append(list(heads))
    for row in rows:
        sheet.append([_cell(row.get(head)) for head in heads])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is text here, never a formula
    for head in sheet[1]:
        sheet.column_dimensions[head.column_letter].width = 28 if "label" in head.value else 16


def _cell(value: Any) -> Any:
    """Leave out what no cell can hold: control characters."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _row(item: Item, speaker: Speaker) -> Row:
    written = write_item(item)
    row: Row = {"type": _type(item), "name": item.key}
    row |= {f"label::{columns.LANGUAGES[locale]}": text for locale, text in item.label.items()}
    row |= {f"hint::{columns.LANGUAGES[locale]}": text for locale, text in item.help.items()}
    if item.type is AnswerType.METER_READING:
        row["fb_type"] = columns.METER
    if item.type is AnswerType.SIGNATURE:
        row["appearance"] = columns.SIGNATURE
    if item.type in NUMBERS:
        row["constraint"] = _constraint(item)
    for name in columns.SCALARS:
        if name in written:
            value = written[name]
            row[f"fb_{name}"] = value if not isinstance(value, bool) else str(value).lower()
    if "expects" in written and written["expects"] is None:
        row["fb_expects"] = "either"
    for name in columns.STRUCTURES:
        if name in written:
            row[f"fb_{name}"] = orjson.dumps(written[name]).decode()
    row["relevant"] = None if item.visible_when is None else _said(speaker, item.visible_when.document)
    row["required"] = "yes" if item.required and item.type is not AnswerType.NOTE else None
    if row["required"] is None and item.required_when is not None:
        row["required"] = _said(speaker, item.required_when.document)
    return row


def _type(item: Item) -> str:
    kind = columns.TYPES[item.type]
    return f"{kind} c_{item.key}" if kind in ("select_one", "select_multiple") else kind


def _constraint(item: Item) -> str | None:
    bounds = ((item.lowest, ">="), (item.highest, "<="))
    return " and ".join(f". {sign} {bound!r}" for bound, sign in bounds if bound is not None) or None


def _said(speaker: Speaker, document: Mapping[str, Any]) -> str | None:
    try:
        return speaker.condition(document)
    except UnsaidError:
        return None


def _unsaid(item: Item, row: Row) -> Iterator[str]:
    """Yield the members that other programs cannot learn from the standard's columns."""
    if item.visible_when is not None and row["relevant"] is None:
        yield "visible_when"
    if item.required_when is not None and not item.required and row["required"] is None:
        yield "required_when"
    if item.type is AnswerType.PHOTO and item.photos_max > 1:
        yield "photos_max"
    for name in ("evidence", "follow_up", "pictures"):
        if getattr(item, name):
            yield name


def _names(checklist: Checklist) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the names of the choices whose values are none that a sheet may have."""
    for item in checklist.items:
        taken = {choice.value for choice in item.choices}
        for nth, choice in enumerate(item.choices, 1):
            if not _NAME.fullmatch(choice.value):
                name = f"choice_{nth}"
                while name in taken:
                    name += "_"
                yield (item.key, choice.value), name


def _choices(checklist: Checklist, names: Names) -> Iterator[Row]:
    for shared, rows in columns.SHARED.items():
        for known, zh, en in rows:
            yield {"list_name": shared, "name": known, f"label::{columns.ZH}": zh, f"label::{columns.EN}": en}
    for item in checklist.items:
        for choice in item.choices:
            name = names.get((item.key, choice.value))
            row: Row = {"list_name": f"c_{item.key}", "name": name or choice.value}
            row |= {f"label::{columns.LANGUAGES[locale]}": text for locale, text in choice.label.items()}
            yield row | ({"fb_fails": "true"} if choice.fails else {}) | ({"fb_value": choice.value} if name else {})
