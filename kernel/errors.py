"""Every error that a caller may meet, as one catalogue of stable codes."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What sort of refusal an error is; the API turns it into an HTTP status."""

    MALFORMED = 400
    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    GONE = 410
    STALE = 412
    TOO_LARGE = 413
    UNSUPPORTED = 415
    INVALID = 422
    LOCKED = 423
    UPGRADE = 426
    TOO_MANY = 429
    MISMATCH = 460
    UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong with one field: `path` is a JSON pointer such as `/steps/0/items/2`."""

    path: str
    code: str
    detail: str


class DomainError(Exception):
    """A refusal with a stable code. Raised by services and decisions, shown as problem+json."""

    def __init__(
        self, entry: "ErrorCode", detail: str = "", *, fields: tuple[FieldProblem, ...] = (), **extra: Any
    ) -> None:
        super().__init__(f"{entry.code}: {detail or entry.title}")
        self.entry = entry
        self.detail = detail
        self.fields = fields
        self.extra = extra

    @property
    def code(self) -> str:
        """The stable string that a program may compare."""
        return self.entry.code

    @property
    def kind(self) -> Kind:
        """The sort of refusal."""
        return self.entry.kind


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A catalogue entry: calling it makes the error, ready to raise.

    `title` and `title_zh` are short sentences for people; `retryable` tells a program whether the same call may succeed later.
    """

    code: str
    kind: Kind
    title: str
    title_zh: str
    retryable: bool = False

    def __call__(
        self, detail: str = "", *, path: str | None = None, fields: tuple[FieldProblem, ...] = (), **extra: Any
    ) -> DomainError:
        """Make the error. `path` names the one offending field; `fields` several; `extra` becomes members of the problem."""
        if path is not None:
            fields = (*fields, FieldProblem(path, self.code, detail or self.title))
        return DomainError(self, detail, fields=fields, **extra)


CATALOGUE: dict[str, ErrorCode] = {}


def declare(code: str, kind: Kind, title: str, title_zh: str, *, retryable: bool = False) -> ErrorCode:
    """Enter an error into the catalogue, once, and return it."""
    if code in CATALOGUE:
        raise ValueError(f"error code {code} is declared twice")
    entry = CATALOGUE[code] = ErrorCode(code, kind, title, title_zh, retryable)
    return entry


MALFORMED = declare("malformed", Kind.MALFORMED, "The request cannot be read.", "请求无法解析。")
INVALID = declare("invalid", Kind.INVALID, "Some fields are not valid.", "部分字段无效。")
SORT_TOO_WIDE = declare(
    "sort.too_wide",
    Kind.INVALID,
    "So long a list is not shown in this order; ask for a part of it.",
    "列表范围过大，不能按此排序；请先缩小查询范围。",
)
TOKEN_INVALID = declare(
    "token-invalid",
    Kind.UNAUTHENTICATED,
    "Sign in first: the token is missing, wrong or expired.",
    "请先登录：令牌缺失、错误或已过期。",
)
FORBIDDEN = declare("forbidden", Kind.FORBIDDEN, "Your role does not allow this.", "您的角色无权执行此操作。")
NOT_FOUND = declare(
    "not-found", Kind.NOT_FOUND, "There is no such thing in your scope.", "在您的权限范围内找不到该对象。"
)
STALE = declare(
    "stale",
    Kind.STALE,
    "Somebody changed this in the meantime; read it again.",
    "数据已被他人修改，请重新读取。",
    retryable=True,
)
TOO_LARGE = declare("too-large", Kind.TOO_LARGE, "The request is larger than the limit.", "请求超过大小限制。")
UNSUPPORTED = declare(
    "unsupported-media", Kind.UNSUPPORTED, "This content type or coding is not understood.", "不支持的内容类型或编码。"
)
TOO_MANY = declare("too-many-requests", Kind.TOO_MANY, "Slow down.", "请求过于频繁。", retryable=True)
UNAVAILABLE = declare(
    "unavailable", Kind.UNAVAILABLE, "Busy or not ready; try again.", "服务繁忙或未就绪，请重试。", retryable=True
)
STORE_AWAY = declare(
    "store-away",
    Kind.UNAVAILABLE,
    "Stored files cannot be read or written now; try again.",
    "文件存储暂不可用，请稍后重试。",
    retryable=True,
)
