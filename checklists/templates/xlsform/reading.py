"""An XLSForm workbook read as the stored form of a checklist, with the sheet, row and column of everything that does not fit."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from checklists.templates.answer_types import AnswerType
from checklists.templates.form import parse_steps
from checklists.templates.steps import Step
from checklists.templates.xlsform import columns
from checklists.templates.xlsform.cells import Rows, is_text_column, rows, scalar, texts
from checklists.templates.xlsform.cells import number as number_of
from checklists.templates.xlsform.conditions_in import Conditions
from kernel.errors import FieldProblem

MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
_CONSTRAINT = re.compile(r"\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)")
_KNOWN = {*columns.SURVEY, "label", "hint"}
_IGNORED_TYPES = frozenset(
    {"start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit", "calculate", "hidden"}
)
_PLAIN = {
    "decimal": AnswerType.NUMBER,
    "integer": AnswerType.NUMBER,
    "text": AnswerType.TEXT,
    "string": AnswerType.TEXT,
    "datetime": AnswerType.DATE_TIME,
    "image": AnswerType.PHOTO,
    "photo": AnswerType.PHOTO,
    "barcode": AnswerType.BARCODE,
    "geopoint": AnswerType.GEO_POINT,
    "note": AnswerType.NOTE,
}


@dataclass
class Reading:
    """What was read: code and name, the steps in the stored form, what is wrong (nothing may be kept then), and what was lost."""

    code: str = ""
    name: dict[str, str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)
    lost: list[FieldProblem] = field(default_factory=list)

    def problem(self, sheet: str, row: int, column: str, code: str, detail: str) -> None:
        """Note what is wrong in a cell; rows count from 1, as in the sheet."""
        self.problems.append(FieldProblem(_path(sheet, row, column), f"template.xlsform_{code}", detail))

    def loses(self, sheet: str, row: int, column: str, detail: str) -> None:
        """Note what is in a cell and has no place in a checklist."""
        self.lost.append(FieldProblem(_path(sheet, row, column), "template.xlsform_lost", detail))


def _path(sheet: str, row: int, column: str) -> str:
    return f"/{sheet}/{row}/{column.replace('~', '~0').replace('/', '~1')}"


def read_workbook(data: bytes) -> Reading:
    """Read a workbook; never raises for what is in it."""
    found = Reading()
    sheets = _sheets(data, found)
    if not found.problems:
        _Reader(found, sheets).read()
    return found


def _sheets(data: bytes, found: Reading) -> dict[str, Rows]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        if len(data) > MOST_BYTES or unpacked > MOST_UNPACKED:
            found.problem("survey", 0, "", "too_large", f"at most {MOST_BYTES} bytes, {MOST_UNPACKED} unpacked")
            return {}
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # the library raises whatever a broken file leads it to
        found.problem("survey", 0, "", "unreadable", f"not a workbook (.xlsx): {type(error).__name__}")
        return {}
    sheets = {sheet.title.lower(): list(rows(sheet)) for sheet in book.worksheets if sheet.title.lower() in _WANTED}
    if "survey" not in sheets:
        found.problem("survey", 0, "", "sheet_missing", "a form has a sheet survey")
    return sheets


_WANTED = frozenset({"survey", "choices", "settings"})


class _Reader:
    def __init__(self, found: Reading, sheets: Mapping[str, Rows]) -> None:
        self.found, self.sheets = found, sheets
        self.places: list[list[int]] = [[] for _ in Step]
        self.lists: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.conditions = Conditions(found)
        self.foreign = not any(name.startswith("fb_") for _, row in sheets["survey"] for name in row)

    def read(self) -> None:
        for number, row in self.sheets.get("choices", []):
            self.lists.setdefault(row.get("list_name", row.get("list name", "")), []).append((number, row))
        self._settings()
        self.found.steps = [{"step": step.value, "items": []} for step in Step]
        step: Step | None = None
        for number, row in self.sheets["survey"]:
            kind = (
                row.get("type", "").replace("_", " ", 1).lower()
                if "group" in row.get("type", "")
                else row.get("type", "")
            )
            if kind == "begin group":
                step = self._step(number, row, step)
            elif kind == "end group":
                step = None
            elif step is None:
                self._outside(number, kind)
            else:
                self._item(number, row, step)
        self._check()

    def _settings(self) -> None:
        number, row = next(iter(self.sheets.get("settings", [])), (0, {}))
        self.found.code = row.get("form_id", row.get("id_string", ""))
        self.found.name = {"zh-CN": row.get("form_title", "")}
        if row.get("fb_title_en"):
            self.found.name["en"] = row["fb_title_en"]
        if not self.found.code or not row.get("form_title"):
            self.found.problem("settings", number, "form_id", "settings_missing", "form_id and form_title are needed")

    def _step(self, number: int, row: Mapping[str, str], inside: Step | None) -> Step | None:
        name = row.get("name", "").removeprefix(columns.GROUP)
        if inside is not None or name not in Step._value2member_map_:
            wanted = ", ".join(f"{columns.GROUP}{step.value}" for step in Step)
            self.found.problem("survey", number, "name", "step", f"the groups are the five steps: {wanted}")
            return inside
        return Step(name)

    def _outside(self, number: int, kind: str) -> None:
        if kind in _IGNORED_TYPES:
            self.found.loses("survey", number, "type", f"{kind} is not kept")
        else:
            self.found.problem("survey", number, "type", "step", "every question stands in the group of a step")

    def _item(self, number: int, row: Mapping[str, str], step: Step) -> None:
        kind = self._kind(number, row)
        if kind is None:
            return
        item: dict[str, Any] = {"key": row.get("name", ""), "type": kind.value, "label": texts(row, "label")}
        if hint := texts(row, "hint"):
            item["help"] = hint
        listed = row["type"].split(maxsplit=1)[1] if " " in row["type"] else ""
        if kind in (AnswerType.SINGLE_CHOICE, AnswerType.MULTIPLE_CHOICE):
            item["choices"] = [self.conditions.choice(item["key"], one) for _, one in self.lists.get(listed, [])]
        self._own(number, row, item)
        self._constraint(number, row, item)
        self.conditions.read(number, row, item)
        for name in row:
            if name not in _KNOWN and not is_text_column(name):
                self.found.loses("survey", number, name, f"{name} is not kept")
        self.conditions.learn(item)
        self.places[list(Step).index(step)].append(number)
        self.found.steps[list(Step).index(step)]["items"].append(item)

    def _kind(self, number: int, row: Mapping[str, str]) -> AnswerType | None:
        kind, _, listed = row.get("type", "").partition(" ")
        if kind in ("select_one", "select_multiple"):
            names = {one.get("name", "") for _, one in self.lists.get(listed.strip(), [])}
            if kind == "select_multiple":
                return AnswerType.MULTIPLE_CHOICE
            shared = {"yes_no": AnswerType.YES_NO, "pass_fail": AnswerType.PASS_FAIL}
            known = {tuple(sorted(one[0] for one in rows)): shared[name] for name, rows in columns.SHARED.items()}
            return known.get(tuple(sorted(names)), AnswerType.SINGLE_CHOICE)
        if kind in _IGNORED_TYPES:
            self.found.loses("survey", number, "type", f"{kind} is not kept")
            return None
        found = _PLAIN.get(kind.lower())
        if found is None:
            self.found.problem("survey", number, "type", "type", f"there is no item like {row.get('type', '')!r}")
        elif found is AnswerType.PHOTO and row.get("appearance") == columns.SIGNATURE:
            return AnswerType.SIGNATURE
        elif row.get("fb_type") == columns.METER:
            return AnswerType.METER_READING
        return found

    def _own(self, number: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        for name in columns.SCALARS:
            if (text := row.get(f"fb_{name}")) is not None:
                item[name] = scalar(name, text)
        if self.foreign and item["type"] == AnswerType.YES_NO.value:
            item["expects"] = None  # another program's question has no wrong answer
        for name in ("evidence", "follow_up", "pictures"):
            if (text := row.get(f"fb_{name}")) is not None:
                try:
                    item[name] = orjson.loads(text)
                except orjson.JSONDecodeError:
                    self.found.problem("survey", number, f"fb_{name}", "json", "not JSON")

    def _constraint(self, number: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        text = row.get("constraint")
        if text is None:
            return
        number_kinds = (AnswerType.NUMBER.value, AnswerType.METER_READING.value)
        parts = [_CONSTRAINT.fullmatch(part.strip()) for part in text.split(" and ")]
        if item["type"] not in number_kinds or any(part is None for part in parts):
            self.found.loses(
                "survey", number, "constraint", "only bounds of numbers are kept, such as . >= 0 and . <= 5"
            )
            return
        for part in parts:
            assert part is not None
            item["lowest" if part[1] == ">=" else "highest"] = number_of(part[2])

    def _check(self) -> None:
        """Read the steps as they would be stored, and tell of the cells that what is wrong comes from."""
        told = {one.path for one in self.found.problems}
        for one in parse_steps(self.found.steps)[1]:
            parts = one.path.split("/")
            known = len(parts) > 3 and parts[2] == "items"
            row = self.places[int(parts[1])][int(parts[3])] if known else 0
            column = _column(parts[4:]) if known else "type"
            path = _path("survey", row, column)
            if path not in told and (known or not told):
                self.found.problems.append(FieldProblem(path, one.code, one.detail))


def _column(parts: list[str]) -> str:
    head = parts[0] if parts else "type"
    if head in ("label", "help"):
        language = columns.LANGUAGES.get(parts[1] if len(parts) > 1 else "zh-CN", columns.ZH)
        return f"{'hint' if head == 'help' else 'label'}::{language}"
    standard = {"key": "name", "type": "type", "required": "required", "lowest": "constraint", "highest": "constraint"}
    standard |= {"visible_when": "relevant", "required_when": "required", "choices": "type"}
    return standard.get(head, f"fb_{head}")
