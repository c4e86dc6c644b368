"""The kinds of work of the demo, and what customers say when they call."""

from dataclasses import dataclass

from dispatch.sla.deadline import Priority


@dataclass(frozen=True)
class WorkKind:
    """A kind of work: the skill and the checklist it takes, how often it comes, and the reports that lead to it.

    `template` is the code of its checklist. `minutes` is how long a visit takes. `reports` are (title, description).
    `at_facility` tells that it is done at the operator's own equipment, not at a customer's.
    """

    code: str
    name: str
    name_en: str
    skill: str
    template: str | None
    minutes: int
    weight: int
    priorities: tuple[Priority, ...]
    reports: tuple[tuple[str, str], ...]
    at_facility: bool = False


ROUTINE, PLANNED, URGENT = Priority.ROUTINE, Priority.PRIORITY, Priority.EMERGENCY

KINDS = (
    WorkKind(
        "stb-swap",
        "机顶盒故障更换",
        "Set-top box fault",
        "catv",
        "stb-swap",
        45,
        14,
        (ROUTINE, ROUTINE, ROUTINE, URGENT),
        (
            ("机顶盒无法开机", "机顶盒电源灯不亮，换插座无效，客户要求上门检查。"),
            ("有图像无声音", "高清频道有图像无声音，标清频道正常。"),
            ("遥控器失灵", "更换电池后遥控器仍无反应，客户家中有老人，需上门调试。"),
            ("回看功能不可用", "点播、回看提示网络异常，直播正常。"),
        ),
    ),
    WorkKind(
        "catv-fault",
        "有线电视故障维修",
        "Cable TV fault",
        "catv",
        "catv-fault",
        50,
        24,
        (ROUTINE, ROUTINE, ROUTINE, URGENT),
        (
            ("电视无信号", "客户反映所有频道无信号，邻居正常。"),
            ("部分频道马赛克", "晚间收看时多个频道出现马赛克和停顿，白天较轻。"),
            ("雨天信号中断", "下雨后信号时有时无，疑似室外接头进水。"),
        ),
    ),
    WorkKind(
        "preventive-round",
        "机房与光交箱巡检",
        "Preventive round",
        "catv",
        "preventive-round",
        60,
        8,
        (PLANNED,),
        (
            ("分前端机房月度巡检", "按月度计划检查供电、蓄电池、接地、光功率及告警。"),
            ("雨季前专项巡检", "检查门锁、防水、地阻，清理滤网。"),
        ),
        at_facility=True,
    ),
    WorkKind(
        "broadband-fault",
        "宽带故障维修",
        "Broadband fault",
        "broadband",
        "broadband-fault",
        60,
        32,
        (ROUTINE, ROUTINE, ROUTINE, URGENT),
        (
            ("宽带断网", "光猫 LOS 灯红色闪烁，全屋无法上网。"),
            ("网速慢", "签约 300M，客户测速不足 50M，有线无线均慢。"),
            ("晚高峰频繁掉线", "每晚七点至十点频繁掉线，需重启光猫。"),
            ("Wi-Fi 覆盖差", "卧室无信号，客户希望调整路由器位置。"),
            ("光猫故障", "光猫发烫并自动重启，已使用五年。"),
        ),
    ),
    WorkKind(
        "fibre-install",
        "光纤入户新装",
        "Fibre installation",
        "broadband",
        "fibre-install",
        90,
        16,
        (PLANNED,),
        (
            ("新装宽带 300M", "客户已缴费，预约周内上门，需入户布线。"),
            ("宽带移机", "客户搬家，原地址已拆机，新地址需重新放线。"),
            ("新装宽带加电视", "新房入住，套餐含电视与 500M 宽带。"),
        ),
    ),
    WorkKind(
        "catv-install",
        "有线电视安装与整治",
        "Cable TV installation",
        "catv",
        "catv-install",
        70,
        12,
        (PLANNED, ROUTINE),
        (
            ("部分频道马赛克", "晚间收看时多个频道出现马赛克和停顿，疑似入户电平偏低，需整治线路。"),
            ("加装卧室终端", "客户要求卧室增加一个电视终端。"),
            ("旧房改线", "客户装修，需将入户线改为暗敷。"),
        ),
    ),
    WorkKind(
        "fibre-repair",
        "光缆抢修",
        "Fibre cable repair",
        "fibre",
        None,
        180,
        3,
        (URGENT,),
        (
            ("光缆被车辆挂断", "村口光缆被超高车辆挂断，影响约 60 户。"),
            ("光交箱进水", "连续降雨后光交箱进水，下挂用户陆续掉线。"),
        ),
    ),
    WorkKind(
        "customer-visit",
        "客户走访与咨询",
        "Customer visit",
        "catv",
        None,
        30,
        7,
        (ROUTINE,),
        (
            ("套餐咨询", "客户询问到期续费及优惠，请顺路上门说明。"),
            ("账单疑问", "客户对上月账单有疑问，电话未能解释清楚。"),
        ),
    ),
)

# Codes of the catalogue of reasons; an inability comes with what was found.
HOLDS = ("waiting_parts", "customer_asked", "access", "weather")
DECLINES = ("lacking_skill", "busy", "not_my_zone")
UNABLE = (
    ("customer_absent", "多次联系未果"),
    ("blocked", "入户管道堵塞，需物业疏通"),
    ("beyond_visit", "需更换主干设备"),
)
CANCELS = ("recovered", "repeated", "withdrawn")
REFUSALS = ("客户急于外出，不便签字", "客户对收费有异议，拒绝签字")
NOTES = (
    "更换分支器后信号正常。",
    "接头氧化，重新制作冷接头。",
    "光衰偏大，清洁法兰盘后恢复。",
    "已向客户说明使用方法。",
    "楼道弱电箱门锁损坏，已报物业。",
)
ACTIONS = ("更换机顶盒", "重做接头", "更换光猫", "调整线路走向", "测试链路")
