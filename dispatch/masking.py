"""How much lists and files show of the ways to reach a customer: enough to know one again, too little to reach anybody."""

from typing import Any

from dispatch.texts import HIDDEN, end_of_number

SHORTEST = 4
"""A number of that many digits or fewer would be told whole by its end."""


def masked_phone(phone: str | None) -> str | None:
    """Return the end of a telephone number, by which people name it: `…5678`; of one that is too short for that nothing."""
    if phone is None:
        return None
    end = end_of_number(phone) if sum(one.isdigit() for one in phone) > SHORTEST else None
    return HIDDEN + (end or "")


def masked_email(email: str | None) -> str | None:
    """Return an e-mail address with the first character of what is before the `@`: `z…@example.com`."""
    if email is None:
        return None
    name, at, host = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}{at}{host}" if at else HIDDEN


MASKS = {"phone": masked_phone, "contact_phone": masked_phone, "email": masked_email, "contact_email": masked_email}
"""How a member of a row is masked, by its name."""


def masked(values: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a row with those masked by which a customer is reached."""
    return {name: MASKS[name](value) if name in MASKS else value for name, value in values.items()}
