"""What the region of the demo decided: how reports are told apart, and what is charged."""

from typing import Any

from dispatch.fees import policy as fees
from dispatch.requests import policy as requests

RULES: dict[str, dict[str, Any]] = {
    requests.SUBJECT: {
        # The first rule that applies decides, so what is urgent and what is narrow come first.
        "rules": [
            {"work_type": "fibre-repair", "priority": "emergency", "words": ["光缆", "杆路", "光交箱", "大面积"]},
            {"work_type": "fibre-install", "words": ["新装宽带", "光纤入户", "光猫移机", "宽带移机", "新开户"]},
            {"work_type": "catv-install", "words": ["新装有线", "加装", "整治", "改线", "装电视"]},
            {"work_type": "stb-swap", "words": ["机顶盒", "遥控", "回看", "无声音"]},
            {
                "work_type": "broadband-fault",
                "words": ["宽带", "上网", "网速", "光猫", "Wi-Fi", "wifi", "掉线", "路由器"],
            },
            {"work_type": "catv-fault", "words": ["无信号", "没有信号", "黑屏", "马赛克", "信号", "频道", "雪花"]},
            {"work_type": "customer-visit", "words": ["咨询", "走访", "资费", "账单"]},
        ],
    },
    fees.SUBJECT: {
        "tax_percent": "6",
        "items": [
            {
                "code": "visit",
                "text": "上门服务费",
                "text_en": "Call-out",
                "kind": "travel",
                "unit": "次",
                "price": "30.00",
            },
            {"code": "hour", "text": "人工费", "text_en": "Labour", "kind": "labour", "unit": "小时", "price": "60.00"},
            {
                "code": "stb",
                "text": "高清机顶盒",
                "text_en": "HD set-top box",
                "kind": "part",
                "unit": "台",
                "price": "260.00",
            },
            {
                "code": "onu",
                "text": "光猫",
                "text_en": "Optical modem",
                "kind": "part",
                "unit": "台",
                "price": "180.00",
            },
            {"code": "plug", "text": "F 头", "text_en": "F connector", "kind": "part", "unit": "个", "price": "2.50"},
            {
                "code": "cable",
                "text": "同轴电缆",
                "text_en": "Coaxial cable",
                "kind": "part",
                "unit": "米",
                "price": "3.00",
            },
        ],
    },
}
"""The rules of each subject, as `POST /v1/region-policies/{subject}` takes them."""
