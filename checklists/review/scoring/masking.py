"""How much of a customer external assessors see: that there is one, and nothing by which to find them."""

import re

_NUMBERS = re.compile(r"(?<!\d)\+?\d(?:[ \-]?\d){6,}(?!\d)")


def masked_name(name: str | None) -> str | None:
    """Return the first character of a name; the rest as stars, two at most."""
    stripped = (name or "").strip()
    return stripped[:1] + "*" * min(2, max(1, len(stripped) - 1)) if stripped else None


def masked_phone(phone: str | None) -> str | None:
    """Return the first three and the last two digits of a telephone number; of a short one nothing."""
    digits = [one for one in phone or "" if one.isdigit()]
    if not digits:
        return None
    if len(digits) < 7:
        return "*" * len(digits)
    return "".join((*digits[:3], "*" * (len(digits) - 5), *digits[-2:]))


def scrubbed(text: str, name: str | None) -> str:
    """Return free text without a customer's name, and without anything as long as a telephone number."""
    known = (name or "").strip()
    if known:
        text = text.replace(known, masked_name(known) or "")
    return _NUMBERS.sub(lambda match: masked_phone(match[0]) or "", text)
