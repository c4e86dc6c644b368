"""What may be refused about notices and their channels."""

from kernel.errors import Kind, declare

UNKNOWN = declare("notifications.unknown", Kind.NOT_FOUND, "You have no such notice.", "您没有该通知。")
CHANNEL_UNKNOWN = declare(
    "notifications.channel_unknown",
    Kind.NOT_FOUND,
    "There is no such channel in your scope.",
    "在您的权限范围内没有该通知渠道。",
)
ADDRESS_WRONG = declare(
    "notifications.address_wrong",
    Kind.INVALID,
    "This is no address that Apprise understands.",
    "该地址不是有效的 Apprise 地址。",
)
SERVICE_NOT_ALLOWED = declare(
    "notifications.service_not_allowed",
    Kind.INVALID,
    "Channels may not use this service.",
    "不允许使用该通知服务。",
)
ADDRESS_INTERNAL = declare(
    "notifications.address_internal",
    Kind.INVALID,
    "A channel may not lead into our own network.",
    "通知渠道不能指向内部网络。",
)
NO_PLACE_FOR_PHONE = declare(
    "notifications.no_place_for_phone",
    Kind.INVALID,
    "The address for messages to customers needs a place for the number: {phone}.",
    "客户消息地址必须包含号码占位符 {phone}。",
)
TOO_MANY_CHANNELS = declare(
    "notifications.too_many_channels",
    Kind.CONFLICT,
    "There are enough channels here; remove one first.",
    "通知渠道已达上限，请先删除一个。",
)
QUIET_HOURS_WRONG = declare(
    "notifications.quiet_hours_wrong",
    Kind.INVALID,
    "Quiet hours have a beginning and an end, or neither.",
    "免打扰时段须同时填写开始与结束时间，或都不填。",
)
NO_CUSTOMER_CHANNEL = declare(
    "notifications.no_customer_channel",
    Kind.CONFLICT,
    "The region has no way to customers' phones yet.",
    "该运营部尚未配置客户消息渠道。",
)
OWNER_MISSING = declare(
    "notifications.owner_missing",
    Kind.INVALID,
    "Say which group, station or region the chat belongs to.",
    "请指明该群属于哪个维护组、服务站或运营部。",
)
