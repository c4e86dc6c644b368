"""The differences between two versions as people read them: lines of text or HTML, in Chinese and English."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from checklists.templates.condition_words import sentence
from checklists.templates.differences import Change, FieldChange, ItemChange
from checklists.templates.steps import Checklist, Step

Words = Mapping[str, str]
STEPS: Mapping[str, Words] = {
    "zh-CN": dict(zip(Step, ("身份确认", "环境检查", "工具准备", "作业执行", "签字确认"), strict=True)),
    "en": dict(zip(Step, ("Identity", "Environment", "Tools", "Execution", "Sign-off"), strict=True)),
}
CHANGES: Mapping[str, Words] = {
    "zh-CN": {
        "added": "新增",
        "removed": "删除",
        "moved": "移动",
        "changed": "修改",
        "from": "原在",
        "none": "两个版本没有区别。",
    },
    "en": {
        "added": "added",
        "removed": "removed",
        "moved": "moved",
        "changed": "changed",
        "from": "was in",
        "none": "The two versions do not differ.",
    },
}
FIELDS: Mapping[str, Words] = {
    "zh-CN": {
        "type": "类型",
        "label": "名称",
        "help": "说明",
        "required": "必填",
        "critical": "安全项",
        "unit": "单位",
        "lowest": "可能的最小值",
        "minimum": "下限",
        "warn_minimum": "预警下限",
        "warn_maximum": "预警上限",
        "maximum": "上限",
        "highest": "可能的最大值",
        "expects": "合格答案",
        "photos_min": "最少照片",
        "photos_max": "最多照片",
        "policy": "冲突规则",
        "choices": "选项",
        "pictures": "参考图片",
        "visible_when": "显示条件",
        "required_when": "必填条件",
        "evidence": "佐证照片",
        "follow_up": "不合格派单",
        "fails": "不合格",
    },
    "en": {
        "type": "type",
        "label": "label",
        "help": "help",
        "required": "required",
        "critical": "safety item",
        "unit": "unit",
        "lowest": "lowest possible",
        "minimum": "minimum",
        "warn_minimum": "warns below",
        "warn_maximum": "warns above",
        "maximum": "maximum",
        "highest": "highest possible",
        "expects": "passing answer",
        "photos_min": "fewest photos",
        "photos_max": "most photos",
        "policy": "conflict policy",
        "choices": "choices",
        "pictures": "reference pictures",
        "visible_when": "shown when",
        "required_when": "required when",
        "evidence": "evidence",
        "follow_up": "raises order",
        "fails": "fails",
    },
}
SIGNS = {Change.ADDED: "+", Change.REMOVED: "−", Change.MOVED: "↕", Change.CHANGED: "~"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes for readers of one language, with the labels of both versions."""

    language: str
    labels: Mapping[str, str]

    @classmethod
    def of(cls, language: str, *versions: Checklist) -> "Reader":
        """Gather the labels of these versions, those of the last before all others."""
        return cls(language, {item.key: _in(item.label, language) for one in versions for item in one.items})

    def value(self, field: str, value: Any) -> str:
        """Write the value of a field."""
        if value is None:
            return "–"
        if field in ("visible_when", "required_when"):
            return sentence(value, self.labels, self.language)
        if isinstance(value, bool):
            return {"zh-CN": ("否", "是"), "en": ("no", "yes")}[self.language][value]
        if isinstance(value, Mapping):
            known = _in(value, self.language) if "zh-CN" in value else ""
            rest = [
                f"{self.field(name)}: {self.value(name, one)}" for name, one in value.items() if name not in LOCALES
            ]
            return " · ".join([known, *rest] if known else rest)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def field(self, name: str) -> str:
        """Write the name of a field: `choices.broken` becomes `选项 broken`."""
        head, _, tail = name.partition(".")
        return f"{FIELDS[self.language].get(head, head)} {tail}".strip()

    def heading(self, one: ItemChange) -> str:
        """Write what happened to an item."""
        words = CHANGES[self.language]
        was = "" if one.change is not Change.MOVED or one.old_step in (None, one.step) else self._from(one)
        blank = " " if self.language == "en" else ""
        return f"{words[one.change]}{blank}「{_in(one.item.label, self.language)}」({one.key}){was}"

    def _from(self, one: ItemChange) -> str:
        assert one.old_step is not None
        return f" — {CHANGES[self.language]['from']} {STEPS[self.language][one.old_step]}"


LOCALES = ("zh-CN", "en")


def as_text(changes: Sequence[ItemChange], reader: Reader) -> str:
    """Write changes as lines of text."""
    lines = list(_lines(changes, reader)) or [CHANGES[reader.language]["none"]]
    return "\n".join(lines) + "\n"


def _lines(changes: Sequence[ItemChange], reader: Reader) -> Iterator[str]:
    for step, found in _by_step(changes):
        yield f"[{STEPS[reader.language][step]}]"
        for one in found:
            yield f"{SIGNS[one.change]} {reader.heading(one)}"
            for each in one.fields:
                yield f"    {reader.field(each.field)}: {_sides(each, reader, '{} → {}')}"


def as_html(changes: Sequence[ItemChange], reader: Reader) -> str:
    """Write changes as a fragment of HTML, everything in it escaped."""
    if not changes:
        return f"<p>{escape(CHANGES[reader.language]['none'])}</p>\n"
    parts = []
    for step, found in _by_step(changes):
        parts.append(f"<h2>{escape(STEPS[reader.language][step])}</h2>\n<ul>\n")
        for one in found:
            parts.append(f'<li class="{one.change.value}">{escape(reader.heading(one))}')
            rows = "".join(
                f"<li>{escape(reader.field(each.field))}: {_sides(each, reader, '<del>{}</del> <ins>{}</ins>', escape)}</li>\n"
                for each in one.fields
            )
            parts.append(f"\n<ul>\n{rows}</ul>\n</li>\n" if rows else "</li>\n")
        parts.append("</ul>\n")
    return "".join(parts)


def _sides(each: FieldChange, reader: Reader, shape: str, quote: Any = str) -> str:
    head = each.field.partition(".")[0]
    return shape.format(quote(reader.value(head, each.old)), quote(reader.value(head, each.new)))


def _by_step(changes: Sequence[ItemChange]) -> Iterator[tuple[Step, list[ItemChange]]]:
    for step in Step:
        found = [one for one in changes if one.step is step]
        if found:
            yield step, found


def _in(texts: Mapping[str, Any], language: str) -> str:
    return str(texts.get(language) or texts["zh-CN"])
