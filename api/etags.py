"""Entity tags: `"7"` names the seventh version of a thing, `"7-9f86d081884c7d65"` also how it looks to this caller."""

import hashlib
import re
from collections.abc import Iterable

from kernel import errors

_TAG = re.compile(r"([1-9][0-9]{0,17})(?:-[0-9a-f]{16})?")


def of_version(version: int) -> dict[str, str]:
    """Return the header that names a version of a thing."""
    return {"ETag": f'"{version}"'}


def with_body(tag: str, body: bytes) -> str:
    """Return the tag with a digest of the body: lateness, names of others and the caller's scope change without a version."""
    return f"{tag}-{hashlib.blake2b(body, digest_size=8).hexdigest()}"


def expected_version(tags: Iterable[str], *, star: bool = False) -> int | None:
    """Return the version that the strong tags of an If-Match header name, or None when any will do.

    Raises:
        Stale (stale): none of the tags can be the present one.
        Malformed (malformed): the tags name several versions.
    """
    if star:
        return None
    found = {int(match[1]) for tag in tags if (match := _TAG.fullmatch(tag))}
    if not found:
        raise errors.STALE("the tag in If-Match is none of ours")
    if len(found) > 1:
        raise errors.MALFORMED("If-Match names more than one version")
    return found.pop()
