"""A whole report for tests, and pictures for it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from checklists.reports.report import (
    FeeLine,
    Line,
    Mark,
    PartUsed,
    Photo,
    Promise,
    Report,
    Signed,
    StepPart,
)
from checklists.templates.steps import Step
from tests.checklists.media.pictures import picture

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CHECK_AT = "http://127.0.0.1:8080/verify/7K3M9XQ2TT4C"
SHANGHAI = ZoneInfo("Asia/Shanghai")
DIGESTS = [f"{number:064d}" for number in range(10)]


def blobs(size: tuple[int, int] = (60, 40)) -> dict[str, bytes]:
    return {digest: picture(size=size) for digest in DIGESTS}


def report(locale: str = "zh-CN") -> Report:
    english = locale == "en"
    cracked = ("no", "Cracked") if english else ("否", "外壳开裂")
    lines = (
        Line("Output level" if english else "终端输出电平，按《GB 50339》测量", "72.5 dBμV", Mark.PASSED),
        Line("Outlet whole" if english else "用户盒完好", cracked[0], Mark.FAILED, cracked[1]),
    )
    return Report(
        work_order_id=UUID(int=1),
        number="LS-2026-000123",
        title="No TV signal" if english else "电视无信号，机顶盒反复重启",
        work_type="Cable-TV fault" if english else "有线电视故障维修",
        status="completed",
        customer="张*",
        address="涟水县涟城街道安东路 12 号",
        station="涟城服务站",
        technician="李伟",
        badge="T1024",
        template="catv-fault v3",
        times=(("received", NOW), ("arrived", NOW + timedelta(hours=1))),
        promises=(
            Promise("respond", NOW + timedelta(hours=2), True),
            Promise("arrive", NOW, False),
            Promise("resolve", None, None),
        ),
        steps=tuple(StepPart(step, step is not Step.TOOLS, lines) for step in Step),
        parts=(PartUsed("F 头", "2"), PartUsed("分配器", "1", "SN123")),
        fees=(FeeLine("上门费", "1", "50.00", "CNY"),),
        total="50.00 CNY",
        photos=tuple(Photo(digest, f"修复后 {digest[-1]}") for digest in DIGESTS),
        signed=Signed(1, "ab" * 32, NOW + timedelta(hours=2), "张敏", None, None, DIGESTS[0], True),
        revision=1,
        digest="ab" * 32,
        code="7K3M-9XQ2-TT4C",
        check_at=CHECK_AT,
        made_at=NOW + timedelta(hours=3),
        timezone=SHANGHAI,
        locale=locale,
    )
