"""What the API itself refuses, before or after a slice had its say."""

from kernel.errors import Kind, declare

COLLISION = declare(
    "collision",
    Kind.CONFLICT,
    "Somebody did the same at the same moment; try again.",
    "与他人的操作同时发生，请重试。",
    retryable=True,
)
STREAM_FULL = declare(
    "stream-full",
    Kind.UNAVAILABLE,
    "Enough phones are held for news; ask again later, or poll.",
    "等待推送的终端已满，请稍后重试或改用轮询。",
    retryable=True,
)
IDEMPOTENCY_REUSED = declare(
    "idempotency.reused",
    Kind.INVALID,
    "This Idempotency-Key was used for another request; give each request its own.",
    "该 Idempotency-Key 已用于其他请求，请为每个请求使用不同的键。",
)
IDEMPOTENCY_RUNNING = declare(
    "idempotency.running",
    Kind.CONFLICT,
    "The same request is being dealt with at this moment; ask again soon.",
    "相同的请求正在处理，请稍后重试。",
    retryable=True,
)
