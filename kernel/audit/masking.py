"""How the audit log shows values: personal ones so that a change is seen and the value is not, secrets not at all."""

import hashlib
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, LargeBinary

LONGEST_MASKED = 40
LONGEST_SHOWN = 200
HIDDEN = "…"


def shown(column: Column[Any], value: Any) -> Any:
    """Return a value of this column as the audit log keeps it."""
    if value is None or isinstance(value, bool):
        return value
    if column.info.get("secret") or isinstance(column.type, LargeBinary):
        return HIDDEN
    if column.info.get("personal"):
        return masked(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_SHOWN else digest(value)
    written = orjson.dumps(value, default=str)
    return orjson.loads(written) if len(written) <= LONGEST_SHOWN else digest(written.decode())


def masked(value: Any) -> str:
    """Mask a personal value: the last two characters of what is long enough to hide the rest, and a digest of long text.

    Nothing shorter gets a digest: a telephone number is found by trying them all.
    """
    if not isinstance(value, str):
        return HIDDEN
    if len(value) > LONGEST_MASKED:
        return digest(value)
    return HIDDEN + (value[-2:] if len(value) >= 8 else "")


def digest(text: str) -> str:
    """Return what stands for text that is too long to keep."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]} ({len(text)})"
