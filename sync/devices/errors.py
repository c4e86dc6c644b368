"""What may be refused to phones as such."""

from dispatch.outward.target import Refusals
from kernel.errors import Kind, declare

REVOKED = declare(
    "device-revoked", Kind.FORBIDDEN, "This device was revoked; wipe its data.", "该设备已被吊销，请清除数据。"
)
CLOSED = declare("device-closed", Kind.FORBIDDEN, "This device may not connect any more.", "该设备已停用。")
UNKNOWN = declare(
    "device.unknown", Kind.NOT_FOUND, "There is no such device in your scope.", "在您的权限范围内没有该设备。"
)
WIPED = declare(
    "device.wiped",
    Kind.CONFLICT,
    "This phone has deleted what it held; register it anew.",
    "该设备已清除数据，请重新登记。",
)
GATEWAY = Refusals(
    declare(
        "device.gateway_wrong",
        Kind.INVALID,
        "This is no endpoint of a push gateway: it begins with https:// and holds no user and no fragment.",
        "推送网关地址无效：须以 https:// 开头，且不得包含用户信息或片段。",
    ),
    declare(
        "device.gateway_internal",
        Kind.INVALID,
        "A push gateway may not lead into our own network.",
        "推送网关不能指向内部网络。",
    ),
)
ENROLMENT = declare(
    "device.enrolment",
    Kind.UNAUTHENTICATED,
    "This code is not valid: it is wrong, was used by another phone, or its time is over.",
    "该登记码无效：错误、已被其他设备使用或已过期。",
)
NO_REGION = declare(
    "device.no_region",
    Kind.CONFLICT,
    "A phone needs a user who belongs to a region.",
    "该用户不属于任何区域，无法登记设备。",
)
