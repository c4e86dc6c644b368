"""Ops of every version that was ever shipped, in the shape of the newest: one step for each version, kept for ever.

A step takes the op as a phone recorded it and returns it as the next version would have it. What is stored stays as it came.
"""

from collections.abc import Callable, Mapping
from typing import Any

Body = Mapping[str, Any]
Upcast = Callable[[Body], Body]
"""Turns an op of one version into the next; it must take whatever a phone may have put there."""


def photos_one_by_one(op: Body) -> Body:
    """`log.photo` 2 lists its files with what belongs to each; 1 had one caption and one hash for all that `media` named."""
    data, media = op.get("data"), op.get("media")
    if not isinstance(data, Mapping):
        return op
    names = [one for one in media if isinstance(one, str)] if isinstance(media, list) else []
    files: list[dict[str, Any]] = [{"media_id": name} for name in names]
    if len(files) == 1 and data.get("sha256") is not None:
        files[0]["sha256"] = data["sha256"]
    kept = {name: value for name, value in data.items() if name not in ("sha256", "files")}
    return {**op, "data": {**kept, "files": files}}


def raised(op: Body, version: int, steps: tuple[Upcast, ...]) -> Body:
    """Return an op of a version that we know in the shape of the newest."""
    for step in steps[version - 1 :]:
        op = step(op)
    return op
