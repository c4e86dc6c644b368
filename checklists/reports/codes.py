"""The code by which anybody checks that a report is genuine."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter is taken for another, nor for a digit."""
LENGTH = 16
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_from(secret: bytes) -> str:
    """Write 10 random bytes (80 bits) as a code of 16 characters. Nobody guesses one, nor does one lead to the next."""
    number = int.from_bytes(secret[:10], "big")
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(LENGTH)))


def plain_code(text: str) -> str | None:
    """Read a code as a person types it; None when it is none."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum()).translate(_LOOKALIKES)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def shown_code(code: str) -> str:
    """Write a code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
