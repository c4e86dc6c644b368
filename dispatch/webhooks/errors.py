"""What may be refused about webhooks."""

from dispatch.outward.target import Refusals
from kernel.errors import Kind, declare

UNKNOWN = declare(
    "webhooks.unknown", Kind.NOT_FOUND, "There is no such webhook in your scope.", "在您的权限范围内没有该 Webhook。"
)
DELIVERY_UNKNOWN = declare(
    "webhooks.delivery_unknown", Kind.NOT_FOUND, "This webhook has no such delivery.", "该 Webhook 没有此投递记录。"
)
ADDRESS_WRONG = declare(
    "webhooks.address_wrong",
    Kind.INVALID,
    "This is no address to send to: it begins with https:// and holds no user and no fragment.",
    "地址无效：须以 https:// 开头，且不得包含用户信息或片段。",
)
ADDRESS_INTERNAL = declare(
    "webhooks.address_internal",
    Kind.INVALID,
    "A webhook may not lead into our own network.",
    "Webhook 不能指向内部网络。",
)
ADDRESS = Refusals(ADDRESS_WRONG, ADDRESS_INTERNAL)
EVENT_UNKNOWN = declare("webhooks.event_unknown", Kind.INVALID, "There is no such event.", "没有该事件类型。")
PLACE_WRONG = declare(
    "webhooks.place_wrong",
    Kind.INVALID,
    "Everywhere has no place; every other level has one.",
    "级别为“全部”时不能指定位置，其他级别必须指定。",
)
TOO_MANY = declare(
    "webhooks.too_many",
    Kind.CONFLICT,
    "There are enough webhooks here; remove one first.",
    "Webhook 数量已达上限，请先删除一个。",
)
NOTHING_CHOSEN = declare(
    "webhooks.nothing_chosen",
    Kind.INVALID,
    "Say which deliveries: by their ids, or by a filter.",
    "请按编号或筛选条件指定投递记录。",
)
