"""Skills in one cell of a table: `catv:3:苏-0815:2027-05-31; fibre:2`.

The parts are code, level, certificate, last day, issuer and day of issue. A part that is left out or empty stays as it is,
`-` takes it away, and a backslash goes before a colon, semicolon or backslash that belongs to the text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from dispatch.people.eligibility import HeldSkill

_PARTS = re.compile(r"((?:[^\\:]|\\.)*)(?::|$)", re.DOTALL)
_SKILLS = re.compile(r"((?:[^\\;]|\\.)*)(?:;|$)", re.DOTALL)
NAMES = ("level", "certificate", "valid_until", "issuer", "issued_on")


@dataclass(frozen=True, slots=True)
class SkillCell:
    """What a cell says of one skill, by the names of its parts; those that are not said are missing."""

    skill: str
    said: dict[str, object]

    def over(self, held: HeldSkill | None) -> HeldSkill:
        """Return the skill as it is to be, over what is held now."""
        return replace(held or HeldSkill(self.skill), **self.said)  # type: ignore[arg-type]


def read_skills(cell: str) -> list[SkillCell]:
    """Read a cell. Raises ValueError, in words."""
    found = []
    for text in _split(_SKILLS, cell.replace("；", ";").replace("：", ":")):
        if not text.strip():
            continue
        skill, *parts = (_plain(part.strip()) for part in _split(_PARTS, text))
        if not skill:
            raise ValueError("a skill begins with its code")
        if len(parts) > len(NAMES):
            raise ValueError(f"{skill}: more than {len(NAMES) + 1} parts")
        said = {name: _value(skill, name, part) for name, part in zip(NAMES, parts, strict=False) if part}
        found.append(SkillCell(skill, said))
    return found


def write_skills(skills: Iterable[HeldSkill]) -> str:
    """Write a cell that `read_skills` reads."""
    return "; ".join(_one(skill) for skill in skills)


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    parts = [match[1] for match in pattern.finditer(text)]
    # At its very end the pattern finds the empty text once more.
    return parts[:-1] if len(parts) > 1 and not parts[-1] and not text.endswith((":", ";")) else parts


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _value(skill: str, name: str, part: str) -> object:
    if part == "-" and name != "level":
        return None
    try:
        if name == "level":
            return int(part)
        return date.fromisoformat(part) if name in ("valid_until", "issued_on") else part
    except ValueError as error:
        kind = "a whole number" if name == "level" else "a day such as 2027-05-31"
        raise ValueError(f"{skill}: {part!r} is not {kind}") from error


def _one(skill: HeldSkill) -> str:
    values = [getattr(skill, name) for name in NAMES]
    parts = [skill.skill, *("" if value is None else str(value) for value in values)]
    written = [re.sub(r"([\\:;])", r"\\\1", part) for part in parts]
    while len(written) > 2 and not written[-1]:
        written.pop()
    return ":".join(written)
