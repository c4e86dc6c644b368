"""What may be refused about keys, and to those who ask with one."""

from kernel.errors import Kind, declare

UNKNOWN = declare("keys.unknown", Kind.NOT_FOUND, "There is no such key in your scope.", "在您的权限范围内没有该密钥。")
SCOPE_MISSING = declare(
    "keys.scope_missing",
    Kind.FORBIDDEN,
    "The key does not have the scope that this needs.",
    "该密钥缺少此操作所需的权限范围。",
)
CLOSED = declare(
    "keys.closed",
    Kind.FORBIDDEN,
    "No key does this: a person signs in for it.",
    "密钥不能执行此操作，须由人员登录后进行。",
)
ADDRESS_REFUSED = declare(
    "keys.address_refused",
    Kind.FORBIDDEN,
    "The key may not be used from this address.",
    "不允许从该地址使用此密钥。",
)
NOT_THEIRS = declare(
    "keys.not_theirs",
    Kind.FORBIDDEN,
    "People make and rotate their own keys; you make those of service accounts.",
    "个人密钥只能由本人创建和轮换；您只能为服务账号创建密钥。",
)
SCOPE_UNKNOWN = declare("keys.scope_unknown", Kind.INVALID, "There is no such scope.", "没有该权限范围。")
SCOPES_NONE = declare("keys.scopes_none", Kind.INVALID, "A key has one scope at least.", "密钥至少须有一个权限范围。")
ADDRESS_WRONG = declare(
    "keys.address_wrong", Kind.INVALID, "This is no address and no network.", "不是有效的地址或网段。"
)
END_WRONG = declare(
    "keys.end_wrong",
    Kind.INVALID,
    "A key ends after now, and no later than keys may.",
    "密钥的到期时间须晚于当前时间，且不超过允许的最长期限。",
)
TOO_MANY = declare(
    "keys.too_many",
    Kind.CONFLICT,
    "The account has too many keys: revoke some.",
    "该账号的密钥过多，请先吊销部分密钥。",
)
OVER = declare(
    "keys.over", Kind.CONFLICT, "The key is revoked or expired: make a new one.", "密钥已吊销或过期，请新建。"
)
