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
