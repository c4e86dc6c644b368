"""What may be refused about sessions."""

from kernel.errors import Kind, declare

REFRESH_INVALID = declare(
    "accounts.refresh_invalid",
    Kind.UNAUTHENTICATED,
    "Sign in again: the refresh token is unknown, used or expired.",
    "请重新登录：刷新令牌未知、已使用或已过期。",
)
SESSION_UNKNOWN = declare("accounts.session_unknown", Kind.NOT_FOUND, "There is no such session.", "没有该登录会话。")
