"""Reads the members of a policy's rules, each within its bounds."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dispatch.policies import errors


def known(rules: Mapping[str, Any], names: Collection[str], path: str = "/rules") -> None:
    """Refuse members that nobody would read. Raises Invalid (policy.rules_wrong) with the path of the first."""
    strange = sorted(set(rules) - set(names))
    if strange:
        raise errors.RULES_WRONG("one of " + ", ".join(sorted(names)), path=f"{path}/{strange[0]}")


def whole(rules: Mapping[str, Any], name: str, default: int, low: int, high: int, path: str = "/rules") -> int:
    """Return a whole number between bounds, or the default. Raises Invalid (policy.rules_wrong) with its path."""
    value = rules.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise errors.RULES_WRONG(f"a whole number from {low} to {high}", path=f"{path}/{name}")
    return value


def text(value: Any, longest: int, path: str) -> str:
    """Return a text that is not empty, without the blanks around it. Raises Invalid (policy.rules_wrong) with its path."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\0" in value:
        raise errors.RULES_WRONG(f"a text of 1 to {longest} characters", path=path)
    return value.strip()


def texts(value: Any, most: int, longest: int, path: str) -> tuple[str, ...]:
    """Return a list of texts. Raises Invalid (policy.rules_wrong) with the path of what is none."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise errors.RULES_WRONG(f"a list of at most {most} texts", path=path)
    return tuple(text(one, longest, f"{path}/{nth}") for nth, one in enumerate(value))
