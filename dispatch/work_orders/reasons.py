"""Why something was done, as codes that a region may add to: the catalogue, and what becomes of words that it does not know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.work_orders import errors
from dispatch.work_orders.lifecycle import Command


class ReasonKind(StrEnum):
    """What a reason is for."""

    HOLD = "hold"
    DECLINE = "decline"
    CANCEL = "cancel"
    UNABLE = "unable"
    REASSIGN = "reassign"
    REOPEN = "reopen"
    REWORK = "rework"
    RESCHEDULE = "reschedule"
    GEOFENCE_MISS = "geofence_miss"


K = ReasonKind
KIND_OF: Mapping[Command, ReasonKind] = {
    Command.HOLD: K.HOLD,
    Command.DECLINE: K.DECLINE,
    Command.CANCEL: K.CANCEL,
    Command.MARK_UNABLE: K.UNABLE,
    Command.REASSIGN: K.REASSIGN,
    Command.REOPEN: K.REOPEN,
    Command.RETURN_FOR_REWORK: K.REWORK,
    Command.SCHEDULE: K.RESCHEDULE,
    Command.ARRIVE: K.GEOFENCE_MISS,
}
"""The kind of the reason that a command gives."""
OTHER = "other"
"""The code that every kind has, for what no other code says; words of phones that nobody knows come under it."""
REASON_OTHER, EVIDENCE_MISSING = "reason_other", "evidence_missing"
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of a kind: its code, what people read, whether it may be chosen, and whether it wants evidence."""

    kind: ReasonKind
    code: str
    label: str
    label_en: str
    active: bool = True
    needs_evidence: bool = False


def _defaults() -> Iterable[Reason]:
    plain: Mapping[ReasonKind, tuple[tuple[str, str, str], ...]] = {
        K.HOLD: (
            ("waiting_parts", "等待备件", "Waiting for parts"),
            ("customer_absent", "客户不在", "The customer is not there"),
            ("customer_asked", "客户要求改期", "The customer asked for another time"),
            ("access", "等待物业或第三方配合", "Waiting for access or a third party"),
            ("weather", "天气原因", "Weather"),
            ("safety", "现场不安全", "The place is not safe"),
        ),
        K.DECLINE: (
            ("too_far", "距离太远", "Too far away"),
            ("busy", "手头任务未完成", "Busy with another order"),
            ("lacking_skill", "不具备作业条件", "Not qualified or equipped for it"),
            ("not_my_zone", "不在本人片区", "Not in my zone"),
            ("off_duty", "不当班", "Off duty"),
        ),
        K.CANCEL: (
            ("recovered", "客户自行恢复", "The fault went away"),
            ("repeated", "重复报修", "Reported twice"),
            ("withdrawn", "客户撤单", "The customer withdrew it"),
            ("wrong", "录入错误", "Entered by mistake"),
            ("resolved_with_incident", "随重大事件解决", "Solved with a major incident"),
            ("plan_changed", "计划变更", "The plan changed"),
        ),
        K.UNABLE: (
            ("customer_absent", "客户家中无人", "Nobody was at home"),
            ("blocked", "现场条件不具备", "The place does not allow it"),
            ("beyond_visit", "超出上门处理范围", "Beyond what a visit can mend"),
            ("unsafe", "现场不安全", "The place is not safe"),
            ("refused", "客户拒绝施工", "The customer refused the work"),
        ),
        K.REASSIGN: (
            ("rebalancing", "平衡工作量", "To balance the load"),
            ("absent", "人员缺勤", "Somebody is absent"),
            ("lacking_skill", "技能不符", "Another skill is needed"),
            ("closer", "就近派单", "Somebody is closer"),
            ("emergency", "抢修优先", "An emergency goes first"),
            ("handover", "交接", "Handed over between technicians"),
        ),
        K.REOPEN: (
            ("complaint", "客户投诉", "The customer complained"),
            ("fault_again", "故障复发", "The fault came back"),
            ("closed_wrongly", "误关单", "Closed by mistake"),
        ),
        K.REWORK: (
            ("evidence_unclear", "佐证不清", "The evidence is unclear"),
            ("substandard", "作业不达标", "The work is below standard"),
            ("incomplete", "资料缺失", "Something is missing"),
        ),
        K.RESCHEDULE: (
            ("customer_asked", "客户要求", "The customer asked for it"),
            ("technician_late", "维护人员延误", "The technician is late"),
            ("parts_late", "备件未到", "The parts are late"),
            ("weather", "天气原因", "Weather"),
        ),
        K.GEOFENCE_MISS: (
            ("site_wrong", "地址坐标有误", "The site's position is wrong"),
            ("weak_signal", "定位信号弱", "The position is not certain"),
            ("elsewhere", "设备在别处", "The work is elsewhere"),
        ),
    }
    proven = {(K.HOLD, "safety"), (K.UNABLE, "blocked"), (K.UNABLE, "unsafe")}
    for kind, entries in plain.items():
        for code, label, label_en in entries:
            yield Reason(kind, code, label, label_en, needs_evidence=(kind, code) in proven)
        yield Reason(kind, OTHER, "其他", "Other")


DEFAULTS: Mapping[tuple[ReasonKind, str], Reason] = {(one.kind, one.code): one for one in _defaults()}
"""What every region begins with; its own entries replace or add to it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The reasons of a region."""

    reasons: Mapping[tuple[ReasonKind, str], Reason] = field(default_factory=lambda: DEFAULTS)

    @classmethod
    def of(cls, own: Iterable[Reason]) -> "Catalogue":
        """Lay a region's own reasons over the defaults."""
        return cls({**DEFAULTS, **{(one.kind, one.code): one for one in own}})

    def of_kind(self, kind: ReasonKind) -> tuple[Reason, ...]:
        """Return the reasons of a kind, those of the region's own last."""
        return tuple(one for one in self.reasons.values() if one.kind is kind)

    def find(self, kind: ReasonKind, text: str, *, lenient: bool) -> Reason | None:
        """Find a reason by its code; for a phone also one that is out of use by now, or one by what people read."""
        found = self.reasons.get((kind, text))
        if found is not None and (found.active or lenient):
            return found
        if not lenient:
            return None
        return next((one for one in self.of_kind(kind) if text in (one.label, one.label_en)), None)


@dataclass(frozen=True, slots=True)
class Given:
    """A reason as the timeline keeps it: the code, what was said beside it, and what is odd about it."""

    code: str
    note: str | None = None
    flags: tuple[str, ...] = ()


def settle(catalogue: Catalogue, kind: ReasonKind, data: Mapping[str, Any], *, lenient: bool) -> Given:
    """Read `reason` and `note` of a command's data. `media` or a note are the evidence that a reason may want.

    What a phone says is never refused: words that are no code become `other` with the words kept, and missing evidence is
    flagged.

    Raises:
        Invalid (work_order.reason_unknown, work_order.evidence_missing, work_order.data_missing), with the path.
    """
    text = str(data["reason"]).strip()
    note = _note(data.get("note"), lenient)
    found = catalogue.find(kind, text, lenient=lenient)
    if found is None and not lenient:
        allowed = [one.code for one in catalogue.of_kind(kind) if one.active]
        raise errors.REASON_UNKNOWN(f"{text[:64]!r} is no reason to {kind}", path="/data/reason", allowed=allowed)
    if found is None:
        words = text if note is None else f"{text} {note}"
        return Given(OTHER, words[:LONGEST_NOTE], (REASON_OTHER,))
    if found.needs_evidence and note is None and not data.get("media"):
        if not lenient:
            raise errors.EVIDENCE_MISSING("tell it in `note`, or name photos in `media`", path="/data/note")
        return Given(found.code, note, (EVIDENCE_MISSING,))
    return Given(found.code, note)


def _note(given: object, lenient: bool) -> str | None:
    if given in (None, ""):
        return None
    if lenient:
        return str(given)[:LONGEST_NOTE]
    if not isinstance(given, str) or len(given) > LONGEST_NOTE:
        raise errors.DATA_MISSING(f"note must be a text of at most {LONGEST_NOTE} characters", path="/data/note")
    return given.strip() or None
