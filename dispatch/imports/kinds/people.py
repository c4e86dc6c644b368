"""Technicians with their accounts, groups and skills as a kind of import, over the rules of their own table."""

from collections.abc import Sequence
from typing import Any

from dispatch.accounts.service import normal_login
from dispatch.csv_stream import Record
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.cells import Cells
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal, may_import
from dispatch.imports.kinds.options import Options
from dispatch.imports.states import LineOutcome
from dispatch.people.queries import technicians_by_id
from dispatch.people.service import leave
from dispatch.people.sheets.lines import Line, RejectedLine
from dispatch.people.sheets.technicians import COLUMNS as SAID
from dispatch.people.sheets.technicians import NEEDED, Came, How, bring_technicians
from dispatch.territory import queries as territory
from dispatch.work_orders.holding import held_people
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

_EXAMPLES = {
    "login": ("li.ming", "li.ming"),
    "name": ("Li Ming", "李明"),
    "phone": ("100 0000 0002", "100 0000 0002"),
    "badge": ("0815", "0815"),
    "skills": ("fibre:2", "fibre:2"),
}
COLUMNS = {
    name: Column(said[0], said[1], said[2:], _EXAMPLES.get(name, ("", "")), needed=name in NEEDED)
    for name, said in SAID.items()
}
OUTCOMES = {
    How.ADDED: LineOutcome.CREATED,
    How.CHANGED: LineOutcome.UPDATED,
    How.UNCHANGED: LineOutcome.ALREADY_THERE,
}


class People:
    """Brings in technicians: each line whole, or not at all."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        territory.region(uow, plan.region_id)
        if not may_import(uow, plan.region_id, plan.station_id):
            raise FORBIDDEN()
        Options(plan, ())
        self._plan, self._cells = plan, Cells(plan)

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line; a login is one person."""
        return self._cells.attempt(line.record, self._read)

    def _read(self, record: Record) -> tuple[str, Any]:
        for name in NEEDED:
            self._cells.needed(record, name)
        line = Line(record.line, {name: self._cells.text(record, name) for name in SAID})
        return normal_login(line.cells["login"]), line

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Do what the lines say that is not so yet. Lines that say what is there cost no statement, the others some each."""
        came = bring_technicians(uow, self._plan.region_id, [one.value for one in lines], within=self._plan.station_id)
        return [self._result(one.record, how) for one, how in zip(lines, came, strict=True)]

    def _result(self, record: Record, came: Came | RejectedLine) -> Brought | Refusal:
        if isinstance(came, RejectedLine):
            return Refusal(record, came.code, came.detail, self._plan.columns.get(came.column or ""))
        made = {"technicians": str(came.user_id)} if came.how is How.ADDED else {}
        return Brought(record, OUTCOMES[came.how], came.user_id, made)


def check(plan: Plan) -> None:
    """Check the options: there are none. Raises Invalid (import.option_wrong) with the path."""
    Options(plan, ())


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Let technicians leave who were never given an order. Their accounts stay, without a role."""
    ids = {one.subject_id for one in lines}
    used = held_people(uow, ids)
    present = technicians_by_id(uow, ids)
    kept: dict[int, str | None] = {}
    for one in lines:
        who = present.get(one.subject_id)
        if who is None:
            kept[one.nth] = errors.UNDO_GONE.code
        elif one.subject_id in used:
            kept[one.nth] = errors.UNDO_IN_USE.code
        else:
            if who.left_at is None:
                leave(uow, technician_id=one.subject_id)
            kept[one.nth] = None
    return kept


PEOPLE = ImportKind(COLUMNS, People)
