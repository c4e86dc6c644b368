"""Which code an authenticator app shows (RFC 6238): six digits, others every 30 seconds, and each of them good once."""

import base64
import hmac
import unicodedata
from datetime import datetime

import pyotp

from kernel.identifiers import new_secret_bytes

STEP_SECONDS, DIGITS, DRIFT = 30, 6, 1
"""What every app takes for granted; and by how many steps its clock may be off, either way."""
SECRET_BYTES = 20
"""As long as the key of the HMAC-SHA-1 should be (RFC 4226, section 4)."""
ISSUER = "Fieldbeat"


def new_secret() -> str:
    """Mint what a person's app and we compute codes from, in base32 as apps take it."""
    return base64.b32encode(new_secret_bytes()[:SECRET_BYTES]).decode()


def address_of(secret: str, login: str) -> str:
    """Return the `otpauth://` address that an app reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=ISSUER)


def spelt(code: str) -> str:
    """Return a code as it is compared: whichever digits and blanks it was typed with."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def is_of_app(code: str) -> bool:
    """Tell whether a code, as it is spelt, has the form of those that apps show."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def step_at(now: datetime) -> int:
    """Return the step that a moment (aware) is in, counted from 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def step_of(secret: str, code: str, *, last: int | None, now: datetime) -> int | None:
    """Return the step whose code this is, or None where it is not to be taken.

    It is one of the present step or of those beside it, and later than `last`, the step whose code was taken last: what somebody
    saw being typed is worth nothing. A last step that is further ahead than any code could be comes of a clock that was set back,
    and keeps nobody out until it is reached again.
    """
    present = step_at(now)
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    found = None
    for step in range(max(present - DRIFT, 0), present + DRIFT + 1):
        # All are compared, so that the time taken tells nothing.
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    if found is None or (last is not None and found <= last <= present + DRIFT):
        return None
    return found
