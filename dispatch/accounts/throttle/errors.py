"""What may be refused about attempts to sign in."""

from kernel.errors import Kind, declare

TOO_MANY_ATTEMPTS = declare(
    "accounts.too_many_attempts",
    Kind.TOO_MANY,
    "Too many attempts from here; wait a while.",
    "此处尝试次数过多，请稍候再试。",
    retryable=True,
)
