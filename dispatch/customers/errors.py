"""What may be refused about customers and sites."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "customers.unknown", Kind.NOT_FOUND, "There is no such customer in your scope.", "在您的权限范围内没有该客户。"
)
SITE_UNKNOWN = declare(
    "customers.site_unknown", Kind.NOT_FOUND, "There is no such site in your scope.", "在您的权限范围内没有该服务地点。"
)
ID_TAKEN = declare("customers.id_taken", Kind.CONFLICT, "This id is already used.", "该编号已被使用。")
ZONE_UNKNOWN = declare(
    "customers.zone_unknown",
    Kind.INVALID,
    "There is no such zone in this region within your scope.",
    "在您的权限范围内，该运营部没有此片区。",
)
CUSTOMER_UNKNOWN = declare(
    "customers.customer_unknown",
    Kind.INVALID,
    "A site belongs to a customer of the same region within your scope.",
    "服务地点须属于同一运营部且在您权限范围内的客户。",
)
POSITION_WRONG = declare(
    "customers.position_wrong",
    Kind.INVALID,
    "A position is a latitude from -90 to 90 with a longitude from -180 to 180, in degrees.",
    "坐标须同时给出纬度（-90 至 90）和经度（-180 至 180），单位为度。",
)
EMAIL_WRONG = declare(
    "customers.email_wrong",
    Kind.INVALID,
    "This is no e-mail address.",
    "电子邮箱地址无效。",
)
