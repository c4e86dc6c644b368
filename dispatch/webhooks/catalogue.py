"""The events that other systems can hear of: their names, what they mean, and what of ours they come from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.requests import history
from dispatch.sla.notices import Notice
from dispatch.work_orders.lifecycle import Command, Status

TEST = "webhook.test"
ALL = "*"


class Subject(StrEnum):
    """What an event is about."""

    WORK_ORDER = "work_order"
    SERVICE_REQUEST = "service_request"
    CHECKLIST = "checklist"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event. `sources` are the kinds of entries on our timelines that it comes from."""

    name: str
    about: str
    about_zh: str
    sources: tuple[str, ...]

    @property
    def subject(self) -> Subject:
        """What such an event is about."""
        return Subject(self.name.partition(".")[0])


def _order(name: str, about: str, about_zh: str, *commands: Command, others: tuple[str, ...] = ()) -> EventType:
    sources = (*(f"work_order.{one.value}" for one in commands), *others)
    return EventType(f"work_order.{name}", about, about_zh, sources)


def _request(name: str, about: str, about_zh: str, *kinds: str) -> EventType:
    return EventType(f"service_request.{name}", about, about_zh, tuple(f"request.{one}" for one in kinds))


C = Command
SIGNED = EventType("checklist.signed", "The customer signed, or refused to.", "客户已签字或拒签。", ())
EVENTS: tuple[EventType, ...] = (
    _order("created", "An order came into being.", "工单已创建。", others=("work_order.created",)),
    _order("submitted", "A draft was submitted.", "草稿已提交。", C.SUBMIT),
    _order("assigned", "Somebody got it.", "工单已派单或改派。", C.ASSIGN, C.REASSIGN),
    _order("returned", "Nobody has it any more.", "工单已退回待派。", C.DECLINE, C.PUT_BACK),
    _order("accepted", "Its technician accepted it.", "维护人员已接单。", C.ACCEPT),
    _order("scheduled", "A time was agreed with the customer.", "已与客户约定时间。", C.SCHEDULE),
    _order("departed", "Somebody is on the way.", "维护人员已出发。", C.DEPART),
    _order("arrived", "Somebody is at the site.", "维护人员已到场。", C.ARRIVE),
    _order("started", "The work has begun.", "已开始作业。", C.START),
    _order("held", "It is on hold.", "工单已挂起。", C.HOLD),
    _order("resumed", "It goes on after a hold.", "工单已恢复。", C.RESUME),
    _order("completed", "The work is done.", "已完工。", C.COMPLETE),
    _order("unable_to_complete", "It could not be completed.", "无法完工。", C.MARK_UNABLE),
    _order("returned_for_rework", "It has to be done again.", "已退回返工。", C.RETURN_FOR_REWORK),
    _order("closed", "It is closed.", "工单已关闭。", C.CLOSE),
    _order("reopened", "It was opened again.", "工单已重开。", C.REOPEN),
    _order("cancelled", "It was cancelled.", "工单已取消。", C.CANCEL),
    _order("priority_changed", "It is in another tier.", "优先级已调整。", others=("work_order.change_priority",)),
    _order(
        "crew_changed",
        "Somebody joined its crew, or left it.",
        "作业小组已变更。",
        others=("work_order.add_crew", "work_order.remove_crew"),
    ),
    _order(
        "moved",
        "It lies in another zone, group or station.",
        "所属片区、维护组或服务站已变更。",
        others=("work_order.rezoned", "work_order.places_moved"),
    ),
    _order("due_soon", "One of its clocks is nearly due.", "即将超时。", others=(f"sla.{Notice.YELLOW.value}",)),
    _order("overdue", "One of its clocks is overdue.", "已超时。", others=(f"sla.{Notice.RED.value}",)),
    _order(
        "escalated",
        "It is overdue for so long that station or region were told.",
        "超时已升级至服务站或运营部。",
        others=(f"sla.{Notice.STATION.value}", f"sla.{Notice.REGION.value}"),
    ),
    _order("appointment_missed", "An agreed visit was not kept.", "预约已失约。", others=("appointment.missed",)),
    _request("received", "A request came in.", "已受理报修。", history.RECEIVED),
    _request("classified", "It was said what becomes of it.", "报修已分类。", history.CLASSIFIED),
    _request("state_changed", "It is in another state: solved, or open again.", "报修状态已变更。", history.MOVED),
    _request("answered", "The customer was given an answer.", "已答复客户。", history.ANSWERED),
    _request("withdrawn", "It was withdrawn.", "报修已撤销。", history.WITHDRAWN),
    _request(
        "owner_changed", "Somebody else is responsible for it.", "责任人已变更。", history.TAKEN, history.HANDED_OVER
    ),
    _request("expectation_changed", "The customer was told another time.", "承诺时间已变更。", history.EXPECTED),
    _request("joined", "It goes with the order of another one.", "已并入其他报修。", history.JOINED),
    _request("split", "It has an order of its own again.", "已拆分为独立报修。", history.SPLIT),
    _request("placed", "It has got its zone.", "已确定片区。", history.PLACED),
    _request("released", "What it waited for is over.", "等待已结束。", history.RELEASED),
    SIGNED,
)
"""All events, in the order of a life."""

BY_SOURCE: Mapping[str, str] = {source: event.name for event in EVENTS for source in event.sources}
"""The event that an entry of this kind is; requests' kinds begin with `request.`."""
NAMES = frozenset(event.name for event in EVENTS)
CHOICES = NAMES | {ALL} | {f"{subject.value}.*" for subject in Subject if subject is not Subject.WEBHOOK}
"""What a subscription may name: an event, all about a subject, or all."""


def wanted(choices: Collection[str], name: str) -> bool:
    """Tell whether somebody who chose these wants an event of this name."""
    return name == TEST or not {ALL, name, f"{name.partition('.')[0]}.*"}.isdisjoint(choices)


STATES = tuple(status.value for status in Status)
