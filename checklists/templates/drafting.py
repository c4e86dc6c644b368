"""What a draft is made of: its code and name, and its steps, checked before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from checklists.canonical import digest_of
from checklists.templates import errors
from checklists.templates.form import parse_steps, write_steps
from checklists.templates.item_reader import LIMITS
from kernel.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that was made."""

    template_id: UUID
    version_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a version holds: its steps in the stored form, and their digest."""

    steps: list[dict[str, Any]]
    digest: bytes


def name_problems(code: str, name: Mapping[str, str]) -> tuple[FieldProblem, ...]:
    """Find what is wrong with the code or the name of a template."""
    problems = []
    if not 0 < len(code) <= 48 or not code.replace("-", "_").isidentifier() or not code.isascii():
        problems.append(FieldProblem("/code", "template.code_malformed", "letters, digits, - and _, at most 48"))
    if not name.get("zh-CN", "").strip():
        problems.append(FieldProblem("/name/zh-CN", "template.label_missing", "the name in zh-CN is missing"))
    problems += [
        FieldProblem(f"/name/{locale}", "template.text_unfit", f"at most {LIMITS['label']} characters")
        for locale, text in name.items()
        if len(text) > LIMITS["label"]
    ]
    return tuple(problems)


def read_content(steps: Any, before: tuple[FieldProblem, ...] = ()) -> Content:
    """Read steps into what is stored.

    Raises Invalid (template.invalid): with the JSON pointer of everything that is wrong, after the problems `before`.
    """
    checklist, found = parse_steps(steps)
    problems = (*before, *(FieldProblem(f"/steps{one.path}", one.code, one.detail) for one in found))
    if problems or checklist is None:
        raise errors.INVALID(fields=problems)
    stored = write_steps(checklist)
    return Content(stored, digest_of(stored))
