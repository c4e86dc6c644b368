"""What may be refused about addresses."""

from kernel.errors import Kind, declare

OFF = declare(
    "geocoding.off",
    Kind.CONFLICT,
    "No provider is configured that turns addresses into positions.",
    "未配置地址解析服务。",
)
