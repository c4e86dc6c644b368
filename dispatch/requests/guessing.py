"""Guesses from the beginning of somebody's table which column means what: a start, for a person to correct."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

_NAMES = """
external_ref: external ref, reference, ref, case id, case enquiry id, case number, ticket, ticket id, ticket number,
    request id, request number, order number, service request number, sr number, srnumber, number, no, id, 工单号, 工单编号,
    报修单号, 编号, 单号, 流水号
opened: opened, opened at, open dt, open date, created, created at, created date, creation date, received, received at,
    reported, reported at, requested datetime, date opened, start date, date, 报修时间,
    受理时间, 创建时间, 登记时间, 派单时间, 日期
closed: closed, closed at, closed dt, closed date, resolved, resolved at, completed, completed at, completion date,
    end date, 完成时间, 完工时间, 关闭时间, 办结时间, 回单时间
target: target, target dt, due, due at, due date, sla target dt, deadline, expected datetime, 要求完成时间, 截止时间, 时限, 期限
status: status, case status, state, request status, 状态, 工单状态
category: category, type, request type, service name, reason, kind, complaint type, 故障类型, 报修类型, 业务类型, 类别, 类型
title: title, case title, subject, summary, 标题, 主题, 报修内容
description: description, details, notes, comment, comments, 内容, 描述, 故障描述, 备注
address: address, location, street address, full address, 地址, 详细地址, 安装地址, 客户地址
lat: lat, latitude, y, 纬度
lon: lon, lng, long, longitude, x, 经度
zone: zone, district, neighborhood, neighbourhood, area, nc, ward, 片区, 乡镇, 街道, 区域, 网格
channel: channel, source, request source, origin, method received, 渠道, 来源, 受理渠道
contact_name: contact name, contact, customer, customer name, name, 联系人, 客户姓名, 客户名称, 姓名
contact_phone: contact phone, phone, telephone, mobile, phone number, 联系电话, 电话, 手机, 手机号
"""
WORDS: dict[str, tuple[str, ...]] = {
    meaning: tuple(name.strip() for name in names.split(","))
    for meaning, _, names in (line.partition(":") for line in re.sub(r"\n +", " ", _NAMES).strip().splitlines())
}
"""For each meaning the names that such a column has, the surest ones first."""


def guess_columns(header: Sequence[str], known: Mapping[str, Sequence[str]] = WORDS) -> dict[str, str]:
    """Return for each meaning the column that is called so; a column has one meaning, and those of the same name have none.

    `known` has for each meaning the names that such a column has, the surest ones first.
    """
    plain = [_plain(name) for name in header]
    columns = {word: name.strip() for word, name in zip(plain, header, strict=True) if plain.count(word) == 1 and word}
    found: dict[str, str] = {}
    for meaning, words in known.items():
        column = next((columns[word] for word in map(_plain, words) if word in columns), None)
        if column is not None and column not in found.values():
            found[meaning] = column
    if ("lat" in found) != ("lon" in found):  # one of them alone is no position
        found.pop("lat", None)
        found.pop("lon", None)
    return found


def _plain(name: str) -> str:
    """Spell a name without case, blanks and marks: `Case_ID`, `case id` and `caseId` are the same."""
    return re.sub(r"[\W_]+", "", name.casefold())


FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)
ENDED: dict[str, tuple[str, ...]] = {
    "closed": (
        "closed",
        "resolved",
        "complete",
        "done",
        "finished",
        "已完成",
        "完成",
        "办结",
        "已关闭",
        "关闭",
        "归档",
    ),
    "cancelled": ("cancel", "void", "withdrawn", "duplicate", "referred", "取消", "撤销", "作废"),
}


def guess_formats(times: Iterable[str]) -> list[str]:
    """Return the format that all of these times have: `iso`, or one of `strptime`; `iso` if none fits."""
    given = [text for text in times if text]
    if all(_fits(text, None) for text in given):
        return ["iso"]
    return [next((form for form in FORMATS if all(_fits(text, form) for text in given)), "iso")]


def _fits(text: str, form: str | None) -> bool:
    try:
        datetime.fromisoformat(text) if form is None else datetime.strptime(text, form)  # noqa: DTZ007 - only tried
    except ValueError:
        return False
    return True


def guess_statuses(words: Iterable[str]) -> dict[str, str]:
    """Say of each word for a state whether it means closed, cancelled, or else open."""
    return {word: _status(word) for word in sorted(set(words)) if word}


def _status(word: str) -> str:
    plain = _plain(word)
    if plain.startswith(("un", "not", "incomplete", "未", "待")):
        return "open"
    return next((status for status, marks in ENDED.items() if any(mark in plain for mark in marks)), "open")
