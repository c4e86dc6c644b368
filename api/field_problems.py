"""What marshmallow found wrong with a document, as JSON pointers with codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from kernel.errors import FieldProblem

_CODES = (
    ("Missing data", "required"),
    ("Field may not be null", "null"),
    ("Unknown field", "unknown"),
    ("Must be one of", "choice"),
    ("Shorter than", "length"),
    ("Longer than", "length"),
    ("Length must be", "length"),
    ("Must be greater", "range"),
    ("Must be less", "range"),
    ("Not a valid", "type"),
    ("Invalid input type", "type"),
)
CHINESE = {
    "required": "缺少必填字段。",
    "null": "不能为空值。",
    "unknown": "未知字段。",
    "choice": "不在允许的取值之内。",
    "length": "长度不符合要求。",
    "range": "超出允许范围。",
    "type": "类型或格式不正确。",
    "invalid": "无效。",
}


def problems(messages: Any, path: str = "") -> Iterator[FieldProblem]:
    """Yield one problem for each message, with the pointer to its field: `/boundary/coordinates/0`."""
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from problems(below, path if key == "_schema" else f"{path}/{_escaped(key)}")
    elif isinstance(messages, list | tuple):
        for one in messages:
            yield from problems(one, path)
    else:
        yield FieldProblem(path, code_of(str(messages)), str(messages))


def code_of(message: str) -> str:
    """Return the stable word for one of marshmallow's messages, or `invalid`."""
    return next((code for start, code in _CODES if message.startswith(start)), "invalid")


def _escaped(key: Any) -> str:
    # RFC 6901
    return str(key).replace("~", "~0").replace("/", "~1")
