"""The words that say what a key may do: a subject of the API, and whether it is read or changed."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Subject(StrEnum):
    """What parts of the API are about. Which operations belong to each is said where the API is (api/scopes.py)."""

    ACCOUNTS = "accounts"
    ASSETS = "assets"
    AUDIT = "audit"
    CHECKLISTS = "checklists"
    CUSTOMERS = "customers"
    FEES = "fees"
    INCIDENTS = "incidents"
    NOTIFICATIONS = "notifications"
    OUTAGES = "outages"
    PEOPLE = "people"
    PHONES = "phones"
    POLICIES = "policies"
    REQUESTS = "requests"
    REVIEWS = "reviews"
    ROSTERS = "rosters"
    ROUNDS = "rounds"
    TEMPLATES = "templates"
    TERRITORY = "territory"
    WEBHOOKS = "webhooks"
    WORK_ORDERS = "work-orders"


class About(NamedTuple):
    """What a subject holds, in both languages."""

    en: str
    zh: str


SUBJECTS: Mapping[Subject, About] = {
    Subject.ACCOUNTS: About("Accounts and their roles.", "账号及其角色"),
    Subject.ASSETS: About("Equipment by serial number.", "设备资产"),
    Subject.AUDIT: About("The audit log.", "审计日志"),
    Subject.CHECKLISTS: About("Answers, photos, signatures and service reports.", "检查单作答、照片、签字与服务报告"),
    Subject.CUSTOMERS: About("Customers, their sites, and messages to them.", "客户、地址及客户消息"),
    Subject.FEES: About("Fees and parts on orders.", "服务费用与配件"),
    Subject.INCIDENTS: About("Major incidents.", "重大故障"),
    Subject.NOTIFICATIONS: About("One's own notices, and where they are sent.", "本账号的通知及接收渠道"),
    Subject.OUTAGES: About("Planned outages.", "计划停机"),
    Subject.PEOPLE: About(
        "Technicians, their skills and absences; to change them is also to hire them.",
        "维护人员、技能与请假；写权限包含入职登记",
    ),
    Subject.PHONES: About("Phones, and what they handed in that waits for a person.", "终端及其待人工处理的上传"),
    Subject.POLICIES: About(
        "What each region decides: service levels, calendars, trials.", "区域策略、服务等级、日历与试点"
    ),
    Subject.REQUESTS: About("Service requests of customers.", "服务请求"),
    Subject.REVIEWS: About("Inspection reviews and their results.", "巡检复核及结果"),
    Subject.ROSTERS: About("Rosters and shifts.", "排班与班次"),
    Subject.ROUNDS: About("Preventive rounds.", "预防性巡检"),
    Subject.TEMPLATES: About("Checklist templates.", "检查单模板"),
    Subject.TERRITORY: About(
        "Regions, stations, groups and zones, and who answers for them.", "区域、服务站、维护组、片区及责任人"
    ),
    Subject.WEBHOOKS: About(
        "Webhooks. To keep them takes all that they tell of as well.", "事件推送；维护时还须具备其内容的读取权限"
    ),
    Subject.WORK_ORDERS: About(
        "Work orders with their clocks, appointments, crews and offers.", "工单及其时限、预约、协作与抢单"
    ),
}
READ_ONLY = frozenset({Subject.ACCOUNTS, Subject.AUDIT})
"""Subjects that no key changes."""


def read_of(subject: Subject) -> str:
    """Return the word for reading a subject."""
    return f"{subject}:read"


def write_of(subject: Subject) -> str:
    """Return the word for changing it. It does not hold reading; answers show what was changed."""
    return f"{subject}:write"


SCOPES: Mapping[str, Subject] = {
    word: subject
    for subject in sorted(Subject)
    for word in (read_of(subject), *(() if subject in READ_ONLY else (write_of(subject),)))
}
"""Every word, with its subject."""


def unknown(words: Iterable[str]) -> list[int]:
    """Return at which places something stands that is no word."""
    return [nth for nth, word in enumerate(words) if word not in SCOPES]
