"""A gateway can check by the public key alone who sends a poke, to whom, and until when (RFC 8292)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from dispatch.outward.target import Target
from kernel.settings import Settings, SettingsError
from sync.devices import vapid

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
# The private key of RFC 8291, appendix A, and the public key that belongs to it.
PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PUBLIC = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
SETTINGS = Settings.from_environment(
    {"FIELDBEAT_VAPID_KEY": PRIVATE, "FIELDBEAT_VAPID_CONTACT": "mailto:ops@example.com"}
)


def read(headers, public=PUBLIC):
    """Check as a gateway does, by the public key alone."""
    scheme, _, given = headers["Authorization"].partition(" ")
    parts = dict(one.strip().split("=", 1) for one in given.split(","))
    assert (scheme, parts["k"]) == ("vapid", PUBLIC)
    raw = vapid.decoded(public)
    key = {"kty": "EC", "crv": "P-256", "x": vapid.encoded(raw[1:33]), "y": vapid.encoded(raw[33:])}
    return jwt.decode(parts["t"], ECKey.import_key(key), algorithms=["ES256"]).claims


@pytest.mark.parametrize(
    ("target", "audience"),
    [
        (Target("push.example.com", 443, "/x", tls=True), "https://push.example.com"),
        (Target("push.example.com", 8443, "/x", tls=True), "https://push.example.com:8443"),
        (Target("2606:4700::1111", 443, "/", tls=True), "https://[2606:4700::1111]"),
        (Target("ntfy", 80, "/", tls=False), "http://ntfy"),
    ],
    ids=["plain", "port", "IPv6", "inside"],
)
def test_a_signature_is_for_one_gateway_and_some_hours(target, audience):
    claims = read(vapid.signed(SETTINGS, target, NOW))
    ends = int((NOW + timedelta(hours=12)).timestamp())
    assert claims == {"aud": audience, "exp": ends, "sub": "mailto:ops@example.com"}


def test_another_key_did_not_sign_it():
    other = replace(SETTINGS, vapid_key="q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
    headers = vapid.signed(SETTINGS, Target("push.example.com", 443, "/x", tls=True), NOW)
    with pytest.raises(BadSignatureError):
        read(headers, vapid.public_key(other))


def test_without_a_key_nothing_is_signed():
    plain = Settings.from_environment({})
    assert vapid.signed(plain, Target("push.example.com", 443, "/x", tls=True), NOW) == {}
    assert (vapid.public_key(plain), vapid.public_key(SETTINGS)) == (None, PUBLIC)


@pytest.mark.parametrize("key", ["short", "A" * 43, "_" * 43, "é" * 43])
def test_what_is_no_key_is_told_at_the_start(key):
    with pytest.raises(SettingsError, match="FIELDBEAT_VAPID_KEY"):
        Settings.from_environment({"FIELDBEAT_VAPID_KEY": key})
