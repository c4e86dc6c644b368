"""Tokens with every fault, signed by a key of our own."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from dispatch.single_sign_on.tokens import ALGORITHMS, LONGEST, KeyMissingError, check_token, read_keys
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider
from tests.conftest import NOW

AT = int(NOW.timestamp())
PROVIDER = IdentityProvider(id="p", issuer="https://id.example.org", client_id="fieldbeat", labels=())
GOOD = {"iss": PROVIDER.issuer, "aud": "fieldbeat", "sub": "zhang", "nonce": "n", "iat": AT, "exp": AT + 600}


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


def signed(key, claims, algorithm="RS256", **header):
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jwt.encode({"alg": algorithm, "kid": "one", **header}, claims, key, registry=registry)


def check(token, key, **changed):
    keys = read_keys(KeySet([key]).as_dict(private=False))
    options = {"provider": PROVIDER, "nonce": "n", "access_token": None, "now": NOW, **changed}
    return check_token(token, keys, **options)


def test_a_good_token_is_read(key):
    assert check(signed(key, GOOD), key)["sub"] == "zhang"
    assert check(signed(key, GOOD | {"aud": ["other", "fieldbeat"], "azp": "fieldbeat"}), key)["sub"] == "zhang"
    assert check(signed(key, GOOD | {"exp": AT - 59, "iat": AT + 60}), key), "clocks may be apart a little"


FAULTS = [
    {"iss": "https://id.example.org/"}, {"iss": "https://evil.example"}, {"iss": None}, {"iss": ["https://id.example.org"]},
    {"aud": "other"}, {"aud": ["other"]}, {"aud": []}, {"aud": None}, {"aud": ["other", "fieldbeat"]},
    {"aud": ["other", "fieldbeat"], "azp": "other"}, {"azp": "other"}, {"aud": "fieldbeat2"}, {"aud": {"fieldbeat": 1}},
    {"nonce": "m"}, {"nonce": None}, {"nonce": ""}, {"sub": None}, {"sub": 7},
    {"exp": AT - 60}, {"exp": None}, {"exp": "tomorrow"}, {"exp": True}, {"iat": AT + 61}, {"iat": None}, {"nbf": AT + 61},
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_token_that_is_not_meant_for_us_now_is_refused(key, fault):
    claims = {name: value for name, value in (GOOD | fault).items() if value is not None}
    with pytest.raises(DomainError) as refused:
        check(signed(key, claims), key)
    assert refused.value.code == "sso.token_refused"


def test_the_access_token_beside_it_is_the_one_it_was_given_with(key):
    half = urlsafe_b64encode(sha256(b"access").digest()[:16]).rstrip(b"=").decode()
    token = signed(key, GOOD | {"at_hash": half})
    assert check(token, key, access_token="access")
    with pytest.raises(DomainError):
        check(token, key, access_token="another")


def encoded(value):
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_neither_no_signature_nor_one_by_what_everybody_knows_is_one(key):
    body = encoded({"alg": "none", "kid": "one"}) + b"." + encoded(GOOD) + b"."
    public = key.as_pem(private=False)
    head = encoded({"alg": "HS256", "kid": "one"}) + b"." + encoded(GOOD)
    by_public = head + b"." + urlsafe_b64encode(hmac.digest(public, head, "sha256")).rstrip(b"=")
    shared = OctKey.import_key("x" * 32, {"kid": "one"})
    for token in (body, by_public, signed(shared, GOOD, "HS256").encode()):
        with pytest.raises(DomainError):
            check(token.decode(), key)
    assert not {"none", "HS256", "HS384", "HS512"}.intersection(ALGORITHMS)
    # A shared secret among published keys is no key.
    with pytest.raises(ValueError, match="keys"):
        read_keys(KeySet([shared]).as_dict(private=True))


def test_a_signature_by_another_key_is_refused_and_a_key_that_is_not_there_is_told_apart(key):
    other = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(DomainError):
        check(signed(other, GOOD), key)
    with pytest.raises(KeyMissingError):
        check(signed(other, GOOD, kid="two"), key)
    curve = ECKey.generate_key("P-256", {"kid": "one"})
    assert check(signed(curve, GOOD, "ES256"), curve)
    with pytest.raises(DomainError):
        check(signed(curve, GOOD, "ES256"), key)


@pytest.mark.parametrize("token", [None, "", 7, "a.b", "a.b.c", "e30.e30.e30", "x" * (LONGEST + 1), "é.é.é"], ids=repr)
def test_what_is_no_token_is_refused(key, token):
    with pytest.raises(DomainError) as refused:
        check(token, key)
    assert refused.value.code == "sso.token_refused"


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"keys": {}}, {"keys": []}, {"keys": [7, {"kty": "oct", "k": "x"}]}, {"keys": [{"kty": "RSA"}]}],
    ids=str,
)
def test_what_are_no_keys_are_refused(document):
    with pytest.raises(ValueError, match="keys"):
        read_keys(document)


def test_another_client_of_the_same_provider_gets_nowhere(key):
    with pytest.raises(DomainError):
        check(signed(key, GOOD), key, provider=replace(PROVIDER, client_id="another"))
