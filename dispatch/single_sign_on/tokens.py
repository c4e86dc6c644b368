"""Whether an ID token is genuine, meant for us, of this sign-in, and still good (OpenID Connect Core, section 3.1.3.7)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from dispatch.single_sign_on import errors
from kernel.identity_providers import IdentityProvider

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Fixed here, whatever a provider or a token says: signatures by a private key; neither `none` nor a shared secret."""
KEY_TYPES = ("RSA", "EC", "OKP")
LEEWAY = timedelta(seconds=60)
"""By how much the provider's clock may differ from ours."""
LONGEST = 64 * 1024


class KeyMissingError(Exception):
    """None of the keys at hand is the one that the token names: the provider may have a new one."""


def read_keys(document: Any) -> KeySet:
    """Read a provider's published keys; those of kinds that sign nothing here are left out. Raises ValueError: there is none."""
    keys = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(keys, list):
        raise ValueError("no keys")
    usable = [
        key for key in keys if isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, KeyError, TypeError) as error:
        raise ValueError("unusable keys") from error


def check_token(
    token: object, keys: KeySet, *, provider: IdentityProvider, nonce: str, access_token: str | None, now: datetime
) -> dict[str, Any]:
    """Return the claims of an ID token.

    Raises KeyMissingError; Unauthenticated (sso.token_refused), whose detail says what is wrong.
    """
    if not isinstance(token, str) or not token or len(token) > LONGEST:
        raise errors.TOKEN_REFUSED("there is no ID token")
    try:
        read = jwt.decode(token, keys, registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False))
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except InvalidKeyIdError as error:
        raise KeyMissingError from error
    except JoseError as error:
        raise errors.TOKEN_REFUSED(str(getattr(error, "description", None) or error.error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise errors.TOKEN_REFUSED("it cannot be read") from error
    return dict(claims)
