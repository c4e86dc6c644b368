"""What ties the steps of one sign-in together: nobody goes on with another's, and nothing of it works twice."""

import base64
import hmac
import re

from authlib.oauth2.rfc7636 import create_s256_code_challenge

CODE = "fbo_"
"""What codes begin with that are exchanged for a session."""
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def nonce_of(state: str, salt: bytes) -> str:
    """Return the nonce that the provider puts into the ID token of this sign-in."""
    return _derived(state, b"nonce", salt)


def verifier_of(state: str, salt: bytes) -> str:
    """Return the secret whose digest the provider gets first, and which it wants to see with the code (RFC 7636).

    The salt is in the database and the state is not: neither of them alone leads to it.
    """
    return _derived(state, b"verifier", salt)


def _derived(state: str, purpose: bytes, salt: bytes) -> str:
    digest = hmac.digest(state.encode(), purpose + salt, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def answers(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier belongs to a challenge by S256: whoever sends it began this sign-in."""
    if not VERIFIER.fullmatch(verifier):
        return False
    made: str = create_s256_code_challenge(verifier)
    return hmac.compare_digest(made, challenge)
