"""The words of a service report, in Chinese and English."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("服务报告", "Service report"),
    "order": ("工单号", "Work order"),
    "work": ("服务内容", "Service"),
    "customer": ("客户", "Customer"),
    "address": ("地址", "Address"),
    "station": ("服务站", "Station"),
    "technician": ("服务人员", "Technician"),
    "badge": ("工号", "Badge"),
    "checklist": ("检查清单", "Checklist"),
    "revision": ("修订", "Revision"),
    "times": ("时间", "Times"),
    "received": ("受理", "Received"),
    "responded": ("响应", "Responded"),
    "arrived": ("到场", "Arrived"),
    "started": ("开工", "Work began"),
    "done": ("作业结束", "Work done"),
    "completed": ("完工", "Completed"),
    "promises": ("服务时限", "Service levels"),
    "respond": ("响应时限", "Respond"),
    "arrive": ("到场时限", "On site"),
    "resolve": ("修复时限", "Resolve"),
    "due": ("截止", "due"),
    "kept": ("按时", "kept"),
    "missed": ("超时", "missed"),
    "open": ("进行中", "open"),
    "not_promised": ("无时限", "no time set"),
    "steps": ("五步检查", "The five steps"),
    "identity": ("1 身份验证", "1 Identity"),
    "environment": ("2 环境检查", "2 Environment"),
    "tools": ("3 工具设备", "3 Tools"),
    "execution": ("4 服务执行", "4 Execution"),
    "sign_off": ("5 客户确认", "5 Customer sign-off"),
    "step_passed": ("已完成", "complete"),
    "step_open": ("未完成", "not complete"),
    "item": ("检查项", "Item"),
    "answer": ("结果", "Result"),
    "passed": ("合格", "pass"),
    "failed": ("不合格", "FAIL"),
    "warned": ("临界", "warning"),
    "empty": ("未填", "none"),
    "note": ("备注", "Note"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "pass": ("通过", "pass"),
    "fail": ("未通过", "fail"),
    "photo_count": ("{n} 张照片", "{n} photo(s)"),
    "parts": ("使用备件", "Parts used"),
    "part": ("备件", "Part"),
    "quantity": ("数量", "Quantity"),
    "serial": ("序列号", "Serial number"),
    "fees": ("费用", "Fees"),
    "amount": ("金额", "Amount"),
    "total": ("合计", "Total"),
    "discount": ("减免", "discount"),
    "warranty": ("保修期内免费", "free under warranty"),
    "photos": ("现场照片", "Photos"),
    "signature": ("客户签字", "Customer's signature"),
    "signed_by": ("签字人", "Signed by"),
    "signed_at": ("签字时间", "Signed at"),
    "refused": ("客户拒签，原因", "The customer refused to sign, because"),
    "witness": ("见证人", "Witness"),
    "not_signed": ("尚未签字", "Not signed yet"),
    "superseded": ("签字后内容有修改", "The content changed after the signature"),
    "digest": ("内容摘要 (SHA-256)", "Digest of the content (SHA-256)"),
    "code": ("验证码", "Verification code"),
    "check": ("扫码或访问以下地址验证真伪", "Scan or visit to check that this is genuine"),
    "made": ("生成于", "Made"),
    "page": ("第 {page} 页，共 {{nb}} 页", "Page {page} of {{nb}}"),
}


def word(name: str, locale: str) -> str:
    """Return a word in a language."""
    chinese, english = WORDS[name]
    return english if locale == "en" else chinese


def text_of(texts: Mapping[str, str], locale: str) -> str:
    """Return a text in a language, in Chinese where that is all there is."""
    return texts.get(locale) or texts.get("zh-CN") or next(iter(texts.values()), "")
